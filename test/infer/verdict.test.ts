import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { summariseDraws } from "../../src/diagnostics/summary.ts";
import { type Correction, corrections } from "../../src/infer/fitting/corrected.ts";
import { fitVerdict } from "../../src/infer/fitting/verdict.ts";
import { chainsVerdict } from "../../src/infer/sampling/verdict.ts";
import type { Draws } from "../../src/posterior/draws.ts";
import { showBound } from "../../src/posterior/summary.ts";

const normals = (seed: number, count: number): Float64Array => {
  const next = hostUniforms(hostKey(seed));
  return new Float64Array(count).map(() => normalQuantile(next()));
};
const drawsOf = (chains: number, values: Float64Array): Draws => ({
  shape: [chains, values.length / chains],
  values,
  coords: [],
});
const withFirst = (values: Float64Array, first: number): Float64Array => values.map((x, i) => (i === 0 ? first : x));
const normalised = (logWeights: Float64Array): Float64Array => {
  const total = Math.log(logWeights.reduce((sum, w) => sum + Math.exp(w), 0));
  return logWeights.map((w) => w - total);
};

const evidence = {
  guide: "mean-field",
  khat: 0.2,
  threshold: 0.7,
  converged: true,
  skipped: 0,
  steps: 100,
  draws: 4000,
  corrections: [] as readonly Correction[],
};
const sdOff = (name: string, sdRatio: number): Correction => ({
  name,
  sdRatio,
  logSdError: 0.001,
  meanShift: 0,
  meanError: 0.01,
});

describe("the verdict on a fit", () => {
  it("is good where nothing is wrong", () => {
    expect(fitVerdict(evidence)).toMatch(/^Good where it looks: k-hat 0\.20/);
  });

  it("says that joint weights make k-hat pessimistic", () => {
    expect(fitVerdict({ ...evidence, guide: "cif", khat: 0.9, joint: true })).toMatch(
      /^Do not trust: k-hat 0\.90? is above 0\.70, the guide or its way back misses part of the posterior \(its weights are joint ones, so that k-hat is pessimistic: see sandwich\); try/,
    );
    expect(fitVerdict({ ...evidence, joint: true })).toBe(fitVerdict(evidence));
  });

  it("does not condemn nearly even weights for a tail whose mean exists, nor call them good", () => {
    const even = { ...evidence, khat: 0.85, weightShare: 0.993 };
    expect(fitVerdict(even)).toMatch(
      /^Use with care: k-hat 0\.85 is above 0\.70, although its weights are nearly even \(ESS 0\.993 of the draws\): .* sample\(model, data\)\.$/,
    );
    expect(fitVerdict({ ...even, khat: 1.2 })).toMatch(
      /^Do not trust: k-hat 1\.2 is above 0\.70, .* although its weights are nearly even where its draws lie \(ESS 0\.993 of them\)/,
    );
    expect(fitVerdict({ ...even, weightShare: 0.97 })).toMatch(/^Do not trust: k-hat 0\.85 .* posterior; try/);
    expect(fitVerdict({ ...even, impossible: 1 })).toMatch(/^Do not trust/);
  });

  it("says where a guide has spread without end, and nothing of one that has settled far out", () => {
    const endless = { name: "x", reach: 3e9 };
    expect(fitVerdict({ ...evidence, endless })).toMatch(/^Good/);
    expect(fitVerdict({ ...evidence, endless, converged: false, khat: 0.9 })).toMatch(
      /^Do not trust: the guide has spread x over 3\.00e\+9 on the unconstrained scale, with no end in sight: the posterior looks improper; give x a proper prior [^;]*\. The bound had not/,
    );
  });

  it("counts the draws at which the log density is −∞ or NaN", () => {
    expect(fitVerdict({ ...evidence, impossible: 12 })).toMatch(
      /^Do not trust: the log density is −∞ at 12 of 4000 draws, so that the bound is −∞/,
    );
    const undefinedAtThree = fitVerdict({ ...evidence, undefinedDraws: 3, khat: Number.POSITIVE_INFINITY });
    expect(undefinedAtThree).toMatch(/^Do not trust: the log density is NaN at 3 of 4000 draws/);
    expect(undefinedAtThree).not.toContain("k-hat");
    expect(fitVerdict({ ...evidence, impossible: 12, khat: 0.9 })).toMatch(/at 12 of .*; k-hat 0\.9 is above 0\.70/);
  });

  it("names sds that are too short and too wide, the worst first", () => {
    const said = (...list: Correction[]): string => fitVerdict({ ...evidence, corrections: list });
    expect(said(sdOff("a", 0.94), sdOff("b", 3))).toContain(
      "its sds are too wide: b by 200 % and too short: a by 6 %; try full-rank",
    );
    expect(said(sdOff("a", 1.1), sdOff("b", 0.5))).toContain("too short: b by 50 % and too wide: a by 10 %");
    expect(said(sdOff("a", 0.9))).toContain("its sds are too short: a by 10 %; ");
  });

  it("names quantities that are not finite", () => {
    const [x, equal] = [normals(1, 400), new Float64Array(400).fill(-Math.log(400))];
    const infinite = new Float64Array(400).fill(Number.POSITIVE_INFINITY);
    const found = corrections(
      {
        x: drawsOf(1, x),
        broken: drawsOf(1, withFirst(x, Number.NaN)),
        infinite: drawsOf(1, infinite),
        constant: drawsOf(
          1,
          infinite.map(() => 0.1),
        ),
      },
      equal,
    );
    expect(found.map(({ name }) => name)).toEqual(["x", "broken", "infinite"]);
    expect(fitVerdict({ ...evidence, corrections: found })).toBe(
      "Use with care: k-hat 0.20 passes, but the mean or sd of broken, infinite is not finite.",
    );
  });

  it("distrusts a bound that is known badly, though k-hat passes", () => {
    expect(fitVerdict({ ...evidence, boundError: 0.1 })).toMatch(/^Good/);
    expect(fitVerdict({ ...evidence, boundError: 1.08, corrected: true })).toBe(
      "Use with care: k-hat 0.20 passes, but its bound is known to ± 1.08 nats only: some of its draws lie where the posterior has nearly nothing, which count for nothing in the corrected rows; try full-rank, a flow guide or NUTS.",
    );
  });

  it("does not trust weights that can check nothing", () => {
    const unchecked = [
      { ...sdOff("a", 1), khat: 2.06 },
      { ...sdOff("b", 1), khat: 0.89 },
    ];
    expect(fitVerdict({ ...evidence, corrections: unchecked })).toBe(
      "Do not trust: k-hat 0.20 passes, but the importance weights cannot check a (k-hat 2.06), b (k-hat 0.89), and there is nothing else; try full-rank, a flow guide or NUTS.",
    );
    expect(fitVerdict({ ...evidence, corrections: [...unchecked, { ...sdOff("c", 1), khat: 0.3 }] })).toMatch(
      /^Use with/,
    );
  });

  it("says that the bound kept falling", () => {
    expect(fitVerdict({ ...evidence, converged: false, fell: true })).toContain(
      " The bound kept falling, at lower rates too",
    );
  });

  it("says what broke training off", () => {
    expect(fitVerdict({ ...evidence, converged: false, failure: "training: no." })).toMatch(
      / Training broke off, and the best state before stands: training: no\.$/,
    );
  });

  it("says that the bound had not levelled off", () => {
    expect(fitVerdict({ ...evidence, converged: false })).toMatch(/had not levelled off when training ended/);
  });
});

describe("the verdict on chains", () => {
  const [chains, draws] = [4, 4000];
  const x = normals(2, draws);
  const verdict = (quantities: Record<string, Float64Array>, total: number = draws): string =>
    chainsVerdict({
      rows: summariseDraws(
        Object.fromEntries(
          Object.entries(quantities).map(([name, values]) => [name, drawsOf(chains, values.subarray(0, total))]),
        ),
        true,
      ),
      divergences: 0,
      draws: total,
      chains,
    });

  it("is good where nothing is wrong, constants beside", () => {
    expect(verdict({ x, constant: x.map(() => 0.1) })).toMatch(/^Good: R-hat at most 1\.00\d, .* from \d+, no/);
  });

  it("names quantities that are not finite", () => {
    expect(verdict({ x, broken: withFirst(x, Number.NaN) })).toBe(
      "Use with care: the mean or sd of broken is not finite.",
    );
    expect(verdict({ broken: withFirst(x, Number.POSITIVE_INFINITY) })).toMatch(/^Do not trust: .*broken/);
  });

  it("says where there are too few draws, and where chains never moved", () => {
    expect(verdict({ x }, 12)).toMatch(/^Do not trust: too few draws to tell \(3 a chain/);
    expect(verdict({ x }, 4)).toMatch(/^Do not trust: too few draws to tell \(1 a chain/);
    expect(verdict({ x: x.map(() => 1) })).toMatch(/^Do not trust: all draws are the same/);
  });
});

/** meanShift and log sdRatio where draw i is there counts[i] times. */
const functionals = (x: Float64Array, weights: Float64Array, counts: Float64Array): readonly [number, number] => {
  const moments = (w: Float64Array): readonly [number, number] => {
    const total = w.reduce((a, b) => a + b);
    const mean = x.reduce((sum, xi, i) => sum + w[i] * xi, 0) / total;
    return [mean, x.reduce((sum, xi, i) => sum + w[i] * (xi - mean) ** 2, 0) / total];
  };
  const [mean, variance] = moments(counts);
  const [corrected, correctedVariance] = moments(weights.map((w, i) => w * counts[i]));
  return [(mean - corrected) / Math.sqrt(correctedVariance), 0.5 * Math.log(variance / correctedVariance)];
};

describe("importance corrections", () => {
  it("have the errors of the infinitesimal jackknife, by finite differences of the draws' counts", () => {
    const x = normals(3, 60).map((z) => 0.3 + z);
    const logWeights = normalised(x.map((xi) => -0.3 * xi));
    const [found] = corrections({ x: drawsOf(1, x) }, logWeights);
    const weights = logWeights.map(Math.exp);
    const step = 1e-5;
    const slopes = Array.from(x, (_, i) => {
      const at = (change: number): readonly [number, number] =>
        functionals(
          x,
          weights,
          new Float64Array(x.length).fill(1).map((c, j) => (i === j ? c + change : c)),
        );
      const [up, down] = [at(step), at(-step)];
      return [(up[0] - down[0]) / (2 * step), (up[1] - down[1]) / (2 * step)] as const;
    });
    // Central differences: truncation 1e-10, rounding 1e-11, relative to slopes near 1/60.
    expect(found.meanError / Math.hypot(...slopes.map(([mean]) => mean)) - 1).toBeCloseTo(0, 7);
    expect(found.logSdError / Math.hypot(...slopes.map(([, sd]) => sd)) - 1).toBeCloseTo(0, 7);
  });

  it("have errors that hold over replicates", () => {
    // Guide N(0.3, 1) against N(0, 1): the shift is 0.3 sd, the ratio 1. The rms of R z-scores has an error near 1/√(2 R).
    const replicates = 100;
    const found = Array.from({ length: replicates }, (_, r) => {
      const x = normals(100 + r, 2000).map((z) => 0.3 + z);
      return corrections({ x: drawsOf(1, x) }, normalised(x.map((xi) => -0.3 * xi)))[0];
    });
    const rms = (z: readonly number[]): number => Math.sqrt(z.reduce((sum, each) => sum + each ** 2, 0) / z.length);
    const tolerance = 4.5 / Math.sqrt(2 * replicates);
    expect(Math.abs(rms(found.map((c) => (c.meanShift - 0.3) / c.meanError)) - 1)).toBeLessThan(tolerance);
    expect(Math.abs(rms(found.map((c) => Math.log(c.sdRatio) / c.logSdError)) - 1)).toBeLessThan(tolerance);
  });
});

it("shows a bound that is not finite without an error", () => {
  expect(showBound(Number.NEGATIVE_INFINITY, Number.NaN)).toBe("−∞");
  expect(showBound(Number.NaN, Number.NaN)).toBe("NaN");
  expect(showBound(-31.62, 0.01)).toBe("-31.620 ± 0.010");
});
