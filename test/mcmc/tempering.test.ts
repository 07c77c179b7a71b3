import { describe, expect, it } from "vitest";
import { hostKey } from "../../src/core/key.ts";
import { mcseMean } from "../../src/diagnostics/mcse.ts";
import { rhat } from "../../src/diagnostics/rhat.ts";
import type { Gradient } from "../../src/engine/engine.ts";
import { type ChainsOptions, type ChainsResult, chains } from "../../src/mcmc/chains.ts";
import { hmc } from "../../src/mcmc/hmc.ts";
import { diagonalMetric } from "../../src/mcmc/metric.ts";
import { nuts } from "../../src/mcmc/nuts.ts";
import { geometricLadder, levelled, roundTrips, swapChance } from "../../src/mcmc/tempering/ladder.ts";
import { type TemperedOptions, tempered } from "../../src/mcmc/tempering/tempered.ts";
import { compileAround } from "../engine/nuts/compile.ts";
import { gradientOf, mixture } from "./densities.ts";
import { aroundData } from "./densitiesCompiled.ts";

const series = ({ draws }: ChainsResult, size: number, f: (x: Float64Array) => number): Float64Array[] =>
  draws.map((chain) =>
    Float64Array.from({ length: chain.length / size }, (_, i) => f(chain.subarray(i * size, (i + 1) * size))),
  );

const meanOf = (all: readonly Float64Array[]): number =>
  all.reduce((sum, chain) => sum + chain.reduce((a, b) => a + b, 0), 0) / (all.length * all[0].length);

const withMoves =
  (options: TemperedOptions): ChainsOptions["kernel"] =>
  (gradient) =>
    tempered(gradient, options);

// Weights 0.3 and 0.7, 16 sds apart in each of three dimensions; the second mode twice as wide.
const far = mixture(3, [
  [0.3, -8, 1],
  [0.7, 8, 2],
]);
const truths: readonly (readonly [string, (x: Float64Array) => number, number])[] = [
  ["weight", ([x]) => (x < 0 ? 1 : 0), 0.3],
  ["mean", ([x]) => x, -0.3 * 8 + 0.7 * 8],
  ["square", ([, y]) => y * y, 64 + 0.3 + 0.7 * 4],
  ["product", ([x, , z]) => x * z, 64],
];

describe("tempering mixes two far modes", () => {
  const forms: Readonly<Record<string, readonly [Gradient, TemperedOptions]>> = {
    "with NUTS": [far, {}],
    "with NUTS, compiled": [compileAround(far), {}],
    "with HMC": [far, { moves: { name: "hmc", options: { steps: 8 } } }],
    "with a dense metric": [far, { moves: { name: "hmc", options: { metric: "dense", steps: 8 } } }],
    "on a ladder of one's own": [far, { temperatures: [1, 2.5, 6, 15, 40] }],
  };
  for (const [name, [gradient, options]] of Object.entries(forms))
    it(name, async () => {
      const result = await chains(gradient, hostKey(5), { warmup: 500, draws: 2000, kernel: withMoves(options) });
      for (const [, f, truth] of truths) {
        const values = series(result, 3, f);
        expect(rhat(values)).toBeLessThan(1.05);
        expect(Math.abs((meanOf(values) - truth) / mcseMean(values))).toBeLessThan(4.5);
      }
      for (const report of result.reports) {
        expect(report?.roundTrips[0]).toBeGreaterThan(20);
        expect(Math.min(...(report?.swapRates ?? []))).toBeGreaterThan(0.15);
      }
    });
  it("where NUTS does not, and R-hat says so", async () => {
    const starts = [-8, 8, -8, 8].map((centre) => new Float64Array(3).fill(centre));
    const result = await chains(far, hostKey(5), { warmup: 500, draws: 500, starts });
    expect(rhat(series(result, 3, ([x]) => x))).toBeGreaterThan(1.1);
  });
});

describe("hot replicas", () => {
  // p^β of a normal is a normal with 1/β times its variance.
  const normal = gradientOf(2, (x, out) => {
    out[0] = -x[0];
    out[1] = -x[1] / 9;
    return -0.5 * (x[0] ** 2 + x[1] ** 2 / 9);
  });
  for (const [name, make] of Object.entries({ nuts, hmc }))
    it(`of ${name} leave the density to the power β as it is`, () => {
      for (const beta of [1, 0.3, 0.04]) {
        const kernel = make(normal)({
          stepSize: 0.9,
          metric: diagonalMetric(Float64Array.of(1, 9)),
          inverseTemperature: beta,
        });
        let state = kernel.init(Float64Array.of(0, 0));
        const squares = [new Float64Array(4000), new Float64Array(4000)];
        for (let i = 0; i < 4200; i++) {
          [state] = kernel.step(hostKey(i), state);
          if (i >= 200) for (const [d, sd] of [1, 3].entries()) squares[d][i - 200] = (state.position[d] / sd) ** 2;
        }
        for (const one of squares) expect(Math.abs((meanOf([one]) - 1 / beta) / mcseMean([one]))).toBeLessThan(4.5);
      }
    });
});

describe("a ladder", () => {
  it("is geometric to begin with", () => {
    expect(geometricLadder(3, 100).map((beta) => beta.toFixed(12))).toEqual([
      "1.000000000000",
      "0.100000000000",
      "0.010000000000",
    ]);
  });
  it("swaps by Metropolis' rule", () => {
    expect(swapChance([1, 0.5], 0, [-1, -3])).toBeCloseTo(Math.exp(0.5 * -2), 15);
    expect(swapChance([1, 0.5], 0, [-3, -1])).toBe(1);
  });
  it("is levelled: equal rejections stay, uneven ones move rungs to where they are", () => {
    const even = geometricLadder(5, 81);
    for (const [k, beta] of levelled(even, [0.5, 0.5, 0.5, 0.5]).entries()) expect(beta).toBeCloseTo(even[k], 12);
    // Rejections 0.6, 0.2, 0.2, 0.2: a barrier of 1.2 in parts of 0.3: at a half and at 1, then (0.9 − 0.6 − 0.2) / 0.2 of the third.
    const moved = levelled(even, [0.4, 0.8, 0.8, 0.8]).map((beta) => -Math.log(beta) / Math.log(3));
    for (const [k, at] of [0, 0.5, 1, 2.5, 4].entries()) expect(moved[k]).toBeCloseTo(at, 12);
  });
  it("counts round trips", () => {
    const trips = roundTrips(3);
    for (const k of [0, 1, 1, 0, 0, 1, 0, 1, 0]) {
      trips.swap(k);
      trips.look();
    }
    // From the cold end: 102, 120, 102, 012 (0 is back), 102, 120, 210 (2 is), 201, 021 (0 again).
    expect(trips.count()).toBe(3);
  });
  it("must rise from 1", () => {
    const message = (options: TemperedOptions) => (): unknown => tempered(far, options);
    expect(message({ temperatures: [1, 3, 2] })).toThrow(
      "temperatures: expected 1 and then higher ones, rising, got 1, 3, 2",
    );
    expect(message({ temperatures: [1, 3], rungs: 2 })).toThrow(
      "tempered: give either temperatures, or rungs and hottest",
    );
    expect(message({ hottest: 0.5 })).toThrow("tempered: hottest: expected a temperature above 1, got 0.5");
    expect(message({ rungs: 1 })).toThrow("tempered: rungs: expected a whole number from 2, got 1");
  });
});

describe("tempered chains", () => {
  const kernel = withMoves({ rungs: 4, hottest: 20 });
  for (const [form, make, workers] of [
    ["plain", () => far, undefined],
    ["compiled", aroundData, 1],
    ["compiled, on threads", aroundData, 2],
  ] as const)
    it(`go on bit for bit: ${form}`, async () => {
      const options: ChainsOptions = { chains: 2, warmup: 60, kernel, workers };
      const whole = await chains(make(), hostKey(2), { ...options, draws: 50 });
      const first = await chains(make(), hostKey(2), { ...options, draws: 21 });
      const second = await chains(make(), hostKey(0), { kernel, workers, draws: 29, resume: first.states });
      for (const chain of [0, 1])
        expect([...first.draws[chain], ...second.draws[chain]]).toEqual([...whole.draws[chain]]);
      expect(second.states).toEqual(whole.states);
    });
  it("do not go on from a state of another kernel", async () => {
    const { states } = await chains(far, hostKey(1), { chains: 1, warmup: 10, draws: 2 });
    await expect(chains(far, hostKey(1), { resume: states, draws: 2, kernel })).rejects.toThrow(
      "a chain of tempered() goes on only from a state of tempered()",
    );
  });
});
