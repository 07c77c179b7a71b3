import { describe, expect, expectTypeOf, it } from "vitest";
import { foldHostKey, hostKey, hostUniforms } from "../../src/core/key.ts";
import { mcseMean } from "../../src/diagnostics/mcse.ts";
import { rhat } from "../../src/diagnostics/rhat.ts";
import type { Gradient } from "../../src/engine/engine.ts";
import { type ChainsProgress, type ChainsResult, chains, type TransitionStats } from "../../src/mcmc/chains.ts";
import { hmc } from "../../src/mcmc/hmc.ts";
import { twoStage } from "../../src/mcmc/integrator.ts";
import { unitMetric } from "../../src/mcmc/metric.ts";
import { nuts } from "../../src/mcmc/nuts.ts";
import type { ChainStats } from "../../src/posterior/posterior.ts";
import { correlatedNormal, funnel, gradientOf, scaledNormals } from "./densities.ts";

/** z-scores of the means of some functions of a draw against their true values, by each mean's own Monte Carlo error. */
const zScores = (
  { draws }: ChainsResult,
  size: number,
  truths: readonly (readonly [(x: Float64Array) => number, number])[],
): number[] =>
  truths.map(([f, truth]) => {
    const series = draws.map((chain) =>
      Float64Array.from({ length: chain.length / size }, (_, i) => f(chain.subarray(i * size, (i + 1) * size))),
    );
    const mean = series.flatMap((chain) => [...chain]).reduce((a, b) => a + b) / (series.length * series[0].length);
    expect(rhat(series)).toBeLessThan(1.03);
    return (mean - truth) / mcseMean(series);
  });

const rho = 0.9;
const correlatedTruths: readonly (readonly [(x: Float64Array) => number, number])[] = [
  [([x]) => x, 0],
  [([, y]) => y, 0],
  [([x]) => x * x, 1],
  [([, y]) => y * y, 1],
  [([x, y]) => x * y, rho],
  [([x]) => x ** 4, 3],
];

const samplers: Readonly<Record<string, ((gradient: Gradient) => ReturnType<typeof nuts>) | undefined>> = {
  nuts: undefined,
  "nuts, two-stage": (gradient) => nuts(gradient, { integrator: twoStage }),
  hmc: (gradient) => hmc(gradient, { steps: 7 }),
};

for (const [name, kernel] of Object.entries(samplers))
  describe(`${name} has the moments of`, () => {
    it("a correlated Gaussian", async () => {
      for (const seed of [1, 2, 3]) {
        const result = await chains(correlatedNormal(rho), hostKey(seed), { kernel, warmup: 500, draws: 2000 });
        for (const z of zScores(result, 2, correlatedTruths)) expect(Math.abs(z)).toBeLessThan(4.5);
        expect(result.divergences).toBe(0);
      }
    });
    it("ten Gaussians of different scales", async () => {
      const sds = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 50, 100];
      const truths = sds.flatMap((sd, i) => [
        [(x: Float64Array) => x[i], i + 1] as const,
        [(x: Float64Array) => (x[i] - i - 1) ** 2, sd * sd] as const,
      ]);
      for (const seed of [4, 5, 6]) {
        const result = await chains(scaledNormals(sds), hostKey(seed), { kernel });
        for (const z of zScores(result, 10, truths)) expect(Math.abs(z)).toBeLessThan(4.5);
      }
    });
  });

describe("a skewed density and exact starts", () => {
  // x = log of a standard exponential: mean −γ, variance π²/6 (Euler's constant γ).
  const gradient = gradientOf(1, ([x], out) => {
    out[0] = 1 - Math.exp(x);
    return x - Math.exp(x);
  });
  const mean = -0.5772156649015329;
  const variance = Math.PI ** 2 / 6;

  it("nuts has its moments", async () => {
    const truths = [
      [([x]: Float64Array) => x, mean] as const,
      [([x]: Float64Array) => (x - mean) ** 2, variance] as const,
    ];
    for (const seed of [1, 2, 3])
      for (const z of zScores(await chains(gradient, hostKey(seed)), 1, truths)) expect(Math.abs(z)).toBeLessThan(4.5);
  });
  // Transitions from exact draws give exact draws: nothing adapts and nothing is thrown away.
  for (const [name, make] of Object.entries({ nuts, hmc }))
    it(`a few steps of ${name} keep exact draws exact`, () => {
      const kernel = make(gradient)({ stepSize: 0.8, metric: unitMetric(1) });
      const uniform = hostUniforms(hostKey(11));
      const count = 20_000;
      let sum = 0;
      let squares = 0;
      let below = 0;
      for (let i = 0; i < count; i++) {
        let state = kernel.init(Float64Array.of(Math.log(-Math.log(uniform()))));
        for (let step = 0; step < 2; step++) [state] = kernel.step(foldHostKey(hostKey(i), step), state);
        const [x] = state.position;
        sum += x - mean;
        squares += (x - mean) ** 2 - variance;
        below += x < -2 ? 1 : 0;
      }
      // The fourth central moment of the Gumbel distribution is (3 + 12/5) variance²; P(x < −2) = 1 − exp(−e⁻²).
      const p = -Math.expm1(-Math.exp(-2));
      expect(Math.abs(sum) / Math.sqrt(count * variance)).toBeLessThan(4.5);
      expect(Math.abs(squares) / (variance * Math.sqrt(count * 4.4))).toBeLessThan(4.5);
      expect(Math.abs(below - count * p) / Math.sqrt(count * p * (1 - p))).toBeLessThan(4.5);
    });
});

describe("nuts", () => {
  it("reports the divergences of a funnel", async () => {
    const { divergences, stats } = await chains(funnel(9), hostKey(1), { chains: 2 });
    expect(divergences).toBeGreaterThan(0);
    expect(stats.diverging.flatMap((chain) => [...chain]).reduce((a, b) => a + b)).toBe(divergences);
  });
  it("stops doubling at the depth it is given", () => {
    const kernel = nuts(scaledNormals([1, 1000]), { maxTreeDepth: 3 })({ stepSize: 0.5, metric: unitMetric(2) });
    let state = kernel.init(Float64Array.of(1, 2));
    const depths: number[] = [];
    for (let i = 0; i < 50; i++) {
      const [next, { treeDepth, steps }] = kernel.step(foldHostKey(hostKey(2), i), state);
      state = next;
      depths.push(treeDepth);
      expect(steps).toBeLessThanOrEqual(7);
    }
    expect(Math.max(...depths)).toBe(3);
  });
  it("keeps the energy of what it draws", () => {
    const gradient = scaledNormals([1, 2]);
    const kernel = nuts(gradient)({ stepSize: 0.1, metric: unitMetric(2) });
    let state = kernel.init(Float64Array.of(1, 2));
    for (let i = 0; i < 20; i++) {
      const [next, { energy, acceptance, steps, treeDepth }] = kernel.step(foldHostKey(hostKey(3), i), state);
      expect(energy).toBeGreaterThanOrEqual(-next.logDensity);
      expect(acceptance).toBeGreaterThan(0.99);
      expect(steps).toBeGreaterThanOrEqual(2 ** treeDepth - 1);
      expect(steps).toBeLessThan(2 ** (treeDepth + 1));
      state = next;
    }
  });
  it("leaves the state it is given as it was", () => {
    const kernel = nuts(scaledNormals([1, 2]))({ stepSize: 0.5, metric: unitMetric(2) });
    const state = kernel.init(Float64Array.of(0, 1));
    const [first] = kernel.step(hostKey(4), state);
    const copy = { ...first, position: first.position.slice(), gradient: first.gradient.slice() };
    expect([...state.position]).toEqual([0, 1]);
    kernel.step(hostKey(5), first);
    expect(first).toEqual(copy);
    expect(kernel.step(hostKey(4), state)[0]).toEqual(copy);
  });
});

describe("chains", () => {
  const gradient = correlatedNormal(0.5);
  const short = { chains: 2, warmup: 60, draws: 40 };

  it("give the same bits for the same key, however often they rest", async () => {
    const whole = await chains(gradient, hostKey(1), { ...short, restEvery: Number.POSITIVE_INFINITY });
    const rests = await chains(gradient, hostKey(1), { ...short, restEvery: 0, onProgress: () => {} });
    expect(rests).toEqual(whole);
    expect(await chains(gradient, hostKey(2), short)).not.toEqual(whole);
  });
  it("do not depend on how many there are", async () => {
    const two = await chains(gradient, hostKey(1), short);
    const one = await chains(gradient, hostKey(1), { ...short, chains: 1 });
    expect(one.draws[0]).toEqual(two.draws[0]);
    expect(two.draws[1]).not.toEqual(two.draws[0]);
  });
  it("count every gradient", async () => {
    let count = 0;
    const counted = gradientOf(2, (x, out) => {
      count++;
      return gradient.at(x, out);
    });
    expect((await chains(counted, hostKey(1), short)).gradients).toBe(count);
  });
  it("tell how far they are", async () => {
    const seen: ChainsProgress[] = [];
    await chains(gradient, hostKey(1), { ...short, restEvery: 0, onProgress: (progress) => seen.push(progress) });
    const result = await chains(gradient, hostKey(1), short);
    const last = seen[seen.length - 1];
    expect(last).toMatchObject({
      chain: 1,
      chains: 2,
      done: 100,
      total: 100,
      doneInAll: 200,
      warmingUp: false,
      divergences: 0,
    });
    expect(last.perChain).toEqual(
      result.stats.stepSize.map((stepSize) => ({
        phase: "done",
        done: 100,
        total: 100,
        draws: 40,
        divergences: 0,
        stepSize,
      })),
    );
    expect(last.soFar()).toEqual(result);
    expect(seen[0].perChain.map(({ phase, draws }) => [phase, draws])).toEqual([
      ["warm-up", 0],
      ["waiting", 0],
    ]);
    expect(seen[0]).toMatchObject({ chain: 0, warmingUp: true });
  });
  it("stop when told to", async () => {
    const stopping = chains(gradient, hostKey(1), { ...short, restEvery: 0, shouldStop: () => true });
    await expect(stopping).rejects.toThrow(/^sample: stopped after \d+ of 200 transitions, before any draw was made$/);
  });
  it("start where they are told to, without warm-up if need be", async () => {
    const starts = [Float64Array.of(0.1, 0.2), Float64Array.of(-3, 3)];
    const { draws, logDensity, metric } = await chains(gradient, hostKey(1), {
      chains: 2,
      warmup: 0,
      draws: 3,
      starts,
    });
    expect(draws.map(({ length }) => length)).toEqual([6, 6]);
    const unit = { kind: "diagonal", variances: Float64Array.of(1, 1) };
    expect(metric).toEqual([unit, unit]);
    const last = draws[1].slice(4);
    expect(logDensity[1][2]).toBe(gradient.at(last, new Float64Array(2)));
  });
  it("give statistics of the type that posteriors have", () => {
    expectTypeOf<TransitionStats>().toExtend<ChainStats>();
  });
});

describe("bad input", () => {
  const gradient = correlatedNormal(0.5);
  const nowhere = (value: number) => gradientOf(2, () => value);
  const message = async (of: Gradient, options: Parameters<typeof chains>[2]): Promise<string> =>
    chains(of, hostKey(1), options).then(
      () => "no error",
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it("a density that is −∞ or NaN at every start", async () => {
    expect(await message(nowhere(Number.NEGATIVE_INFINITY), { explainStart: () => 'site "y" is at fault' })).toBe(
      "FluvialError: sampling cannot start: at all 100 starts tried (uniform on (−2, 2), unconstrained scale) the log density was −∞; " +
        'site "y" is at fault',
    );
    expect(await message(nowhere(Number.NaN), {})).toMatch(/the log density was NaN$/);
    const half = gradientOf(1, ([x]) => (x < 0 ? Number.NaN : Number.NEGATIVE_INFINITY));
    expect(await message(half, {})).toMatch(/the log density was (NaN|−∞) at \d+ of them, (NaN|−∞) at \d+ of them$/);
  });
  it("a gradient that is never finite", async () => {
    const steep = gradientOf(1, (_, out) => {
      out[0] = Number.NaN;
      return 0;
    });
    expect(await message(steep, {})).toMatch(/the log density was finite with a gradient that is not$/);
  });
  it("finds the support where only part of the starts lies in it", async () => {
    const corner = gradientOf(2, ([x, y], out) => {
      out[0] = -x;
      out[1] = -y;
      return x > 1 && y > 1 ? -0.5 * (x * x + y * y) : Number.NEGATIVE_INFINITY;
    });
    const { draws } = await chains(corner, hostKey(1), { chains: 4, warmup: 200, draws: 100 });
    for (const chain of draws) expect(Math.min(...chain)).toBeGreaterThan(1);
  });
  it("starts of the caller", async () => {
    expect(await message(gradient, { chains: 1, starts: [Float64Array.of(1)] })).toBe(
      "FluvialError: start of chain 1: expected 2 numbers, got 1",
    );
    expect(await message(gradient, { starts: [Float64Array.of(1, 2)] })).toBe(
      "FluvialError: sample: starts: expected one per chain (4), got 1",
    );
    expect(await message(nowhere(Number.NaN), { chains: 1, starts: [Float64Array.of(1, 2)] })).toBe(
      "FluvialError: start of chain 1: the log density is NaN there",
    );
  });
  it("options", async () => {
    expect(await message(gradient, { chians: 2 } as object)).toMatch(
      /unknown option "chians" \(did you mean "chains"\?\)/,
    );
    expect(await message(gradient, { chains: 0 })).toMatch(/sample: chains: expected a whole number from 1, got 0$/);
    expect(await message(gradient, { warmup: -1 })).toMatch(/sample: warmup: expected a whole number from 0, got -1$/);
    expect(await message(gradient, { draws: 1.5 })).toMatch(/sample: draws: expected a whole number from 1, got 1.5$/);
    expect(await message(gradient, { targetAcceptance: 1 })).toMatch(/expected a number between 0 and 1, got 1$/);
    expect(await message(gradient, { maxTreeDepth: 0 })).toMatch(
      /maxTreeDepth: expected a whole number from 1, got 0$/,
    );
    expect(await message(gradient, { maxTreeDepth: 5, kernel: hmc })).toMatch(/maxTreeDepth belongs to NUTS/);
    expect(() => hmc(gradient, { steps: 0 })).toThrow("hmc: steps: expected a whole number from 1, got 0");
  });
});
