/**
 * Posteriors of the example models against those that others have worked out: NumPyro's (test/known/models.json, written by
 * scripts/reference/models.py), closed forms, published values.
 */
import { readFileSync } from "node:fs";
import { chainsOf, type Draws, hostValues, inDouble, type Model, sample, solveOde } from "fluvial";
import { describe, expect, it } from "vitest";
import predators, { data as pelts, start } from "../../models/lotka-volterra.ts";
import { tidy } from "../../src/core/tidy.ts";
import { mcseMean, mcseSd } from "../../src/diagnostics/mcse.ts";
import { mean, pooled, type Series, variance } from "../../src/diagnostics/series.ts";

/** Standard errors that a right program exceeds once in 150,000 checks. */
const limit = 4.5;

interface Known {
  readonly mean: number;
  readonly sd: number;
  readonly mcseMean: number;
  readonly mcseSd: number;
}

type Posterior = Readonly<Record<string, readonly Known[]>>;

const numpyro = JSON.parse(readFileSync(new URL("../known/models.json", import.meta.url), "utf8")) as Record<
  string,
  Posterior
>;

interface Example {
  readonly default: Model;
  readonly data: never;
}

const example = async (name: string): Promise<Example> =>
  (await import(new URL(`../../models/${name}.ts`, import.meta.url).href)) as Example;

const sd = (draws: Series): number => Math.sqrt(variance(pooled(draws)));

const expectAgreement = (draws: Draws, known: readonly Known[], name: string): void => {
  for (const [i, theirs] of known.entries()) {
    const ours = chainsOf(draws, i);
    const z = {
      mean: (mean(pooled(ours)) - theirs.mean) / Math.hypot(mcseMean(ours), theirs.mcseMean),
      sd: (sd(ours) - theirs.sd) / Math.hypot(mcseSd(ours), theirs.mcseSd),
    };
    expect(Math.abs(z.mean), `${name}[${i + 1}]: z of the mean`).toBeLessThan(limit);
    expect(Math.abs(z.sd), `${name}[${i + 1}]: z of the sd`).toBeLessThan(limit);
  }
};

/** Names of the models, with how many transitions of warm-up and draws of each of four chains are enough to judge by. */
const runs: Readonly<Record<string, readonly [warmup: number, draws: number]>> = {
  rats: [500, 700],
  "hidden-markov": [300, 250],
  "survival-censored": [500, 1000],
  ordinal: [300, 300],
  "gp-counts": [700, 300],
};

describe.each(Object.entries(runs))("%s", (name, [warmup, draws]) => {
  it("agrees with NumPyro", async () => {
    const { default: model, data } = await example(name);
    const chains = await sample(model, data, { seed: 3, warmup, draws });
    const made = chains.draws as unknown as Readonly<Record<string, Draws>>;
    expect(Object.keys(numpyro[name]).length).toBeGreaterThan(1);
    for (const [variable, known] of Object.entries(numpyro[name])) expectAgreement(made[variable], known, variable);
    expect(chains.divergences / (4 * draws)).toBeLessThan(0.01);
  });
});

it("radon agrees with NumPyro", async () => {
  const { default: model, data } = await example("radon");
  const effects = { alpha: Array(386).fill(1.4), beta: Array(386).fill(-0.6) };
  // Near the values that the data were simulated at, which saves most of the warm-up.
  const start = { muAlpha: 1.4, muBeta: -0.6, sigmaAlpha: 0.4, sigmaBeta: 0.3, sigma: 0.75, ...effects };
  const chains = await sample(model, data, { seed: 3, chains: 2, warmup: 150, draws: 250, starts: [start, start] });
  const made = chains.draws as unknown as Readonly<Record<string, Draws>>;
  expect(Object.keys(numpyro.radon)).toHaveLength(5);
  for (const [variable, known] of Object.entries(numpyro.radon)) expectAgreement(made[variable], known, variable);
});

const exactly = (value: { mean: number; sd: number }): Known => ({ ...value, mcseMean: 0, mcseSd: 0 });

/** Mean and sd of a mixture of parts with these weights (which need not sum to 1), means and variances. */
const mixed = (parts: readonly { weight: number; mean: number; variance: number }[]): Known => {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const over = (of: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((sum, part) => sum + (part.weight / total) * of(part), 0);
  const centre = over((part) => part.mean);
  return exactly({ mean: centre, sd: Math.sqrt(over((part) => part.variance + (part.mean - centre) ** 2)) });
};

const logFactorial = (n: number): number =>
  Array.from({ length: n }, (_, i) => Math.log(i + 1)).reduce((sum, x) => sum + x, 0);

/** The posterior given the year: gamma(1 + disasters, 1 + years) for each rate; the evidence of the year by its constants. */
const coalMining = ({ year, disasters }: { year: readonly number[]; disasters: readonly number[] }): Posterior => {
  const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
  const cases = year.map((change, i) => {
    const sides = [disasters.slice(0, i + 1), disasters.slice(i + 1)].map((counts) => ({
      shape: 1 + sumOf(counts),
      rate: 1 + counts.length,
    }));
    const logWeight = sides.reduce((sum, { shape, rate }) => sum + logFactorial(shape - 1) - shape * Math.log(rate), 0);
    return { change, sides, logWeight };
  });
  const best = Math.max(...cases.map(({ logWeight }) => logWeight));
  const weigh = (of: (one: (typeof cases)[number]) => { mean: number; variance: number }): Known =>
    mixed(cases.map((one) => ({ weight: Math.exp(one.logWeight - best), ...of(one) })));
  const rateOf = (side: number): Known =>
    weigh(({ sides }) => {
      const { shape, rate } = sides[side];
      return { mean: shape / rate, variance: shape / rate ** 2 };
    });
  return { early: [rateOf(0)], late: [rateOf(1)], change: [weigh(({ change }) => ({ mean: change, variance: 0 }))] };
};

it("coal-mining agrees with its closed form", async () => {
  const { default: model, data } = await example("coal-mining");
  const chains = await sample(model, data, { seed: 1, chains: 2, warmup: 150, draws: 300 });
  const made = chains.draws as unknown as Readonly<Record<string, Draws>>;
  for (const [variable, known] of Object.entries(coalMining(data))) expectAgreement(made[variable], known, variable);
});

describe("lotka-volterra", () => {
  /**
   * Carpenter 2018, the table of the fit: mean and sd, which are rounded to the digits that stand here; 4 × 1,000 draws whose
   * effective sample size was above 1,000.
   */
  const published: readonly (readonly [string, number, mean: number, sd: number, half: number])[] = [
    ["alpha", 0, 0.55, 0.065, 0.005],
    ["beta", 0, 0.028, 0.004, 0.0005],
    ["gamma", 0, 0.8, 0.091, 0.005],
    ["delta", 0, 0.024, 0.004, 0.0005],
  ];

  it("agrees with the case study", async () => {
    const starts = Array.from({ length: 4 }, () => start);
    const chains = await sample(predators, pelts, { seed: 1, warmup: 500, draws: 400, starts });
    const made = chains.draws as unknown as Readonly<Record<string, Draws>>;
    for (const [name, i, theirMean, theirSd, half] of published) {
      const ours = chainsOf(made[name], i);
      const error = Math.hypot(mcseMean(ours), theirSd / Math.sqrt(1000));
      expect(Math.abs(mean(pooled(ours)) - theirMean), `mean of ${name}`).toBeLessThan(half + limit * error);
      const sdError = Math.hypot(mcseSd(ours), theirSd / Math.sqrt(2000));
      expect(Math.abs(sd(ours) - theirSd), `sd of ${name}`).toBeLessThan(0.0005 + limit * sdError);
    }
  });

  it("takes steps that are short enough", () => {
    const solve = (options: object): Float64Array =>
      inDouble(() =>
        tidy(() =>
          hostValues(
            solveOde(
              (_, y) => {
                const [hare, lynx] = y.unstack();
                return hare.mul(lynx.mul(-0.028).add(0.55)).stack(lynx.mul(hare.mul(0.024).sub(0.8)));
              },
              [34, 5.9],
              Array.from({ length: 20 }, (_, i) => i + 1),
              options,
            ),
          ),
        ),
      ) as Float64Array;
    const finer = solve({ method: "rk4", steps: 40 });
    // Errors fall as the fourth power of the steps; these are far below those of a quarter that the pelts are seen with.
    solve({ method: "rk4", steps: 10 }).forEach((value, i) => {
      expect(Math.abs(value / finer[i] - 1)).toBeLessThan(1e-4);
    });
  });
});

it("rats agrees with the BUGS manual", () => {
  // OpenBUGS examples, volume I, "Rats": 10,000 draws, whose Monte Carlo errors were 0.04, 0.0013 and 0.008, and rounding.
  const { birth, slope, sigma } = numpyro.rats;
  expect(Math.abs(birth[0].mean - 106.6)).toBeLessThan(0.05 + limit * Math.hypot(0.04, birth[0].mcseMean));
  expect(Math.abs(slope[0].mean - 6.186)).toBeLessThan(0.0005 + limit * Math.hypot(0.0013, slope[0].mcseMean));
  expect(Math.abs(sigma[0].mean - 6.09)).toBeLessThan(0.005 + limit * Math.hypot(0.008, sigma[0].mcseMean));
});
