import { describe, expect, it } from "vitest";
import { foldHostKey, type HostKey, hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { mcseMean } from "../../src/diagnostics/mcse.ts";
import { rhat } from "../../src/diagnostics/rhat.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import type { Gradient } from "../../src/engine/engine.ts";
import { type ChainsResult, chains } from "../../src/mcmc/chains.ts";
import { kernelOn } from "../../src/mcmc/compiledKernel.ts";
import { hmc } from "../../src/mcmc/hmc.ts";
import { twoStage } from "../../src/mcmc/integrator.ts";
import type { CompiledKernel, TunableKernel } from "../../src/mcmc/kernel.ts";
import { denseMetric, diagonalMetric, type Metric, unitMetric } from "../../src/mcmc/metric.ts";
import { nuts } from "../../src/mcmc/nuts.ts";
import { compileAround } from "../engine/nuts/compile.ts";
import { funnel, gradientOf, mixture } from "./densities.ts";
import { covarianceAt, rotatedGaussian, rotatedGradient } from "./rotated.ts";

const series = ({ draws }: ChainsResult, size: number, f: (x: Float64Array) => number): Float64Array[] =>
  draws.map((chain) =>
    Float64Array.from({ length: chain.length / size }, (_, i) => f(chain.subarray(i * size, (i + 1) * size))),
  );

const meanOf = (all: readonly Float64Array[]): number =>
  all.reduce((sum, chain) => sum + chain.reduce((a, b) => a + b, 0), 0) / (all.length * all[0].length);

describe("a Gaussian in 100 dimensions with condition number 10⁴, its axes askew", () => {
  const rotated = rotatedGaussian(100, 100);
  it("has its means and variances, by default settings", async () => {
    const result = await chains(rotatedGradient(compiledEngine(), rotated), hostKey(11));
    const z = Array.from({ length: 100 }, (_, i) => {
      const values = series(result, 100, (x) => x[i]);
      const squares = values.map((chain) => chain.map((x) => x * x));
      return [meanOf(values) / mcseMean(values), (meanOf(squares) - covarianceAt(rotated, i, i)) / mcseMean(squares)];
    }).flat();
    expect(Math.max(...z.map(Math.abs))).toBeLessThan(4.5);
    // Were they independent, the mean of 200 squares would have an sd of 0.1; coordinates hang together.
    const meanSquare = z.reduce((sum, one) => sum + one * one, 0) / z.length;
    expect(meanSquare).toBeGreaterThan(0.5);
    expect(meanSquare).toBeLessThan(1.6);
    expect(result.divergences).toBe(0);
  });
});

describe("a dense metric", () => {
  it("takes a fifth of the gradients that a diagonal one takes on a rotated Gaussian", async () => {
    const gradient = rotatedGradient(compiledEngine(), rotatedGaussian(20, 100));
    const gradientsOf = async (metric: "diagonal" | "dense"): Promise<number> => {
      const { states } = await chains(gradient, hostKey(3), { draws: 1, kernel: (of) => nuts(of, { metric }) });
      const { gradients } = await chains(gradient, hostKey(3), { resume: states, draws: 500 });
      return gradients;
    };
    expect(await gradientsOf("dense")).toBeLessThan((await gradientsOf("diagonal")) / 5);
  });
});

describe("Neal's funnel", () => {
  it("has divergences, and they lie where it is narrow", async () => {
    const gradient = compileAround(funnel(9));
    const draws: { readonly v: number; readonly diverging: boolean }[] = [];
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { stats, ...result } = await chains(gradient, hostKey(seed));
      for (const [chain, values] of series({ stats, ...result }, 10, ([v]) => v).entries())
        for (const [i, v] of values.entries()) draws.push({ v, diverging: stats.diverging[chain][i] === 1 });
    }
    const meanV = (of: typeof draws): number => of.reduce((sum, { v }) => sum + v, 0) / of.length;
    const where = draws.filter(({ diverging }) => diverging);
    expect(where.length).toBeGreaterThan(10);
    const sd = Math.sqrt(where.reduce((sum, { v }) => sum + (v - meanV(where)) ** 2, 0) / (where.length - 1));
    expect((meanV(draws) - meanV(where)) / (sd / Math.sqrt(where.length))).toBeGreaterThan(4.5);
  });
});

describe("modes that are far apart", () => {
  it("are told by R-hat", async () => {
    const modes = mixture(2, [
      [0.5, -10, 1],
      [0.5, 10, 1],
    ]);
    const starts = [-10, 10, -10, 10].map((at) => new Float64Array(2).fill(at));
    const result = await chains(compileAround(modes), hostKey(1), { starts });
    expect(rhat(series(result, 2, ([x]) => x))).toBeGreaterThan(1.1);
  });
});

// x₁ = log of a standard exponential and x₂ ~ normal(0, 1), turned by an angle: skewed and correlated.
const [cos, sin] = [Math.cos(0.6), Math.sin(0.6)];
const skewed: Gradient = gradientOf(2, ([x, y], out) => {
  const [a, b] = [cos * x + sin * y, cos * y - sin * x];
  const [da, db] = [1 - Math.exp(a), -b];
  out[0] = cos * da - sin * db;
  out[1] = sin * da + cos * db;
  return a - Math.exp(a) - 0.5 * b * b;
});
const exactDraw = (uniform: () => number): Float64Array => {
  const [a, b] = [Math.log(-Math.log(uniform())), normalQuantile(uniform())];
  return Float64Array.of(cos * a - sin * b, sin * a + cos * b);
};
const erf = (x: number): number => {
  let [sum, term] = [0, x];
  for (let n = 0; Math.abs(term) > 1e-17 || n < Math.abs(x); n++) {
    sum += term / (2 * n + 1);
    term *= -(x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
/** Uniform numbers of an exact draw. */
const ranksOf = ([x, y]: ArrayLike<number> & Iterable<number>): readonly [number, number] => [
  -Math.expm1(-Math.exp(cos * x + sin * y)),
  0.5 * (1 + erf(Math.min(5, Math.max(-5, (cos * y - sin * x) / Math.SQRT2)))),
];

/** √n times the largest distance from the uniform distribution: above 2.3 once in 20,000. Kolmogorov 1933. */
const kolmogorov = (ranks: readonly number[]): number => {
  const sorted = [...ranks].sort((a, b) => a - b);
  const n = sorted.length;
  return Math.sqrt(n) * Math.max(...sorted.map((u, i) => Math.max(u - i / n, (i + 1) / n - u)));
};

describe("one transition from exact draws gives exact draws", () => {
  const metrics: Readonly<Record<string, Metric>> = {
    unit: unitMetric(2),
    diagonal: diagonalMetric(Float64Array.of(0.5, 2)),
    dense: denseMetric(Float64Array.of(1.2, 0.6, 0.6, 0.8)),
  };
  const kernels: Readonly<Record<string, () => TunableKernel>> = {
    nuts: () => nuts(skewed),
    "nuts, short trees": () => nuts(skewed, { maxTreeDepth: 2 }),
    "nuts, two-stage": () => nuts(skewed, { integrator: twoStage }),
    "nuts, compiled": () => {
      const compiled = compileAround(skewed);
      return kernelOn(nuts(compiled).compiled as CompiledKernel, compiled);
    },
    hmc: () => hmc(skewed, { steps: 3 }),
  };
  const count = 6000;
  /** How far from exact: both coordinates, and how they hang together. */
  const distances = (step: (key: HostKey, from: Float64Array) => Float64Array): readonly number[] => {
    const ranks = Array.from({ length: count }, (_, i) => {
      const key = foldHostKey(hostKey(17), i);
      return ranksOf(step(key, exactDraw(hostUniforms(foldHostKey(key, 1)))));
    });
    // The sum of two independent uniforms modulo 1 is uniform.
    return [ranks.map(([u]) => u), ranks.map(([, u]) => u), ranks.map(([u, v]) => (u + v) % 1)].map(kolmogorov);
  };
  for (const [name, make] of Object.entries(kernels))
    for (const [kind, metric] of Object.entries(metrics))
      it(`${name}, ${kind}`, () => {
        const kernel = make()({ stepSize: 0.7, metric });
        const far = distances((key, from) => kernel.step(key, kernel.init(from))[0].position);
        for (const distance of far) expect(distance).toBeLessThan(2.3);
      });
  it("and of another density it does not", () => {
    const tilted = gradientOf(2, (x, out) => {
      const value = skewed.at(x, out) + 0.2 * x[0];
      out[0] += 0.2;
      return value;
    });
    const kernel = hmc(tilted, { steps: 3 })({ stepSize: 0.7, metric: unitMetric(2) });
    const far = distances((key, from) => kernel.step(key, kernel.init(from))[0].position);
    expect(Math.max(...far)).toBeGreaterThan(2.3);
  });
});
