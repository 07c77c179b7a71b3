import {
  bernoulli,
  type Chains,
  condition,
  type DataValue,
  type Draws,
  exponential,
  fit,
  gamma,
  map,
  missing,
  model,
  multivariateNormal,
  normal,
  poisson,
  posteriorPredictive,
  priorPredictive,
  sample,
  scalarNames,
} from "fluvial";
import { describe, expect, it } from "vitest";
import { lgamma } from "../../src/core/special/gamma.ts";
import { mean, variance } from "../../src/diagnostics/series.ts";
import { fingerprintOf } from "../../src/infer/fingerprint.ts";
import { densityAt, pointwiseAt, priorsAt, quantitiesAt, slopeAt } from "./at.ts";

const limit = 4.5;
const logNormal = (x: number, m: number, s: number): number =>
  -0.5 * ((x - m) / s) ** 2 - Math.log(s * Math.sqrt(2 * Math.PI));

const line = model("line")
  .data("x", ["N"])
  .latent("slope", normal(0, 3))
  .observe("y", ({ x, slope }) => normal(x.mul(slope), 0.5), ["N"]);
const x = [1, 2, 3, -1];
const y = [1.1, null, 2.9, Number.NaN];

describe("missing values of an observation", () => {
  const conditioned = condition(line, { x, y: missing(y) }, { N: ["a", "b", "c", "d"] });

  it("are latents with the distribution of the observation", () => {
    const z = [0.8, 1.3, -0.4];
    const [slope, second, fourth] = z;
    const expected =
      logNormal(slope, 0, 3) +
      [1.1, second, 2.9, fourth].reduce((sum, value, i) => sum + logNormal(value, x[i] * slope, 0.5), 0);
    expect(densityAt(conditioned, z)).toBeCloseTo(expected, 12);
    expect(quantitiesAt(conditioned, z)).toEqual({ slope: [0.8], y_missing: [1.3, -0.4] });
    expect(slopeAt(conditioned, z)[1]).toBeCloseTo(-(1.3 - 1.6) / 0.25, 12);
  });

  it("have the support of the observation, with its log-Jacobian", () => {
    const waits = model("waits")
      .latent("rate", exponential(1))
      .observe("t", ({ rate }) => gamma(2, rate), ["N", 2]);
    const given = condition(waits, {
      t: missing([
        [1, undefined],
        [null, 0.5],
      ]),
    });
    const z = [0.2, -0.3, 0.9];
    const [rate, a, b] = z.map(Math.exp);
    const logGamma = (t: number): number => 2 * Math.log(rate) + Math.log(t) - rate * t - lgamma(2);
    const expected = -rate + z[0] + z[1] + z[2] + [1, a, b, 0.5].reduce((sum, t) => sum + logGamma(t), 0);
    expect(densityAt(given, z)).toBeCloseTo(expected, 12);
    const back = given.unconstrain({ rate, t_missing: [a, b] });
    for (const [i, free] of back.entries()) expect(free).toBeCloseTo(z[i], 12);
    expect([...given.unconstrain({ rate })]).toEqual([Math.log(rate), 0, 0]);
  });

  it("do not count among the observations", () => {
    const z = [0.8, 1.3, -0.4];
    const logs = pointwiseAt(conditioned, z).y;
    expect(logs).toHaveLength(2);
    expect(logs[0]).toBeCloseTo(logNormal(1.1, 0.8, 0.5), 12);
    expect(logs[1]).toBeCloseTo(logNormal(2.9, 2.4, 0.5), 12);
    const { slope, y_missing } = priorsAt(conditioned, z);
    expect(slope[0]).toBeCloseTo(logNormal(0.8, 0, 3), 12);
    expect(y_missing[0]).toBeCloseTo(logNormal(1.3, 1.6, 0.5) + logNormal(-0.4, -0.8, 0.5), 12);
  });

  it("are seen by the sites below", () => {
    const regression = model("missing predictor")
      .latent("b", normal(0, 1))
      .observe("x", normal(1, 2), ["N"])
      .observe("y", ({ b, x }) => normal(x.mul(b), 1), ["N"]);
    const given = condition(regression, { x: missing([0.5, null]), y: [1, 2] });
    const [b, free] = [0.7, 1.9];
    const expected =
      logNormal(b, 0, 1) +
      logNormal(0.5, 1, 2) +
      logNormal(free, 1, 2) +
      logNormal(1, 0.35, 1) +
      logNormal(2, free * b, 1);
    expect(densityAt(given, [b, free])).toBeCloseTo(expected, 12);
  });

  it("go with a discrete latent that is summed out", () => {
    const mixed = model("mixed")
      .latent("m", normal(0, 1))
      .latent("z", bernoulli(0.3), ["N"])
      .observe("y", ({ m, z }) => normal(z.mul(2).add(m), 1), ["N"]);
    const given = condition(mixed, { y: missing([1, null, 3]) });
    const [m, free] = [0.2, 1.4];
    const log = (value: number): number =>
      Math.log(0.7 * Math.exp(logNormal(value, m, 1)) + 0.3 * Math.exp(logNormal(value, m + 2, 1)));
    expect(densityAt(given, [m, free])).toBeCloseTo(logNormal(m, 0, 1) + log(1) + log(free) + log(3), 12);
    const logs = pointwiseAt(given, [m, free]).y;
    expect(logs).toHaveLength(2);
    for (const [i, value] of [1, 3].entries()) expect(logs[i]).toBeCloseTo(log(value), 12);
  });

  it("may come as JSON, or as a typed array with NaN", () => {
    const z = [0.8, 1.3, -0.4];
    const json = JSON.parse('{ "missing": [1.1, null, 2.9, null] }');
    const typed = missing(Float64Array.from([1.1, Number.NaN, 2.9, Number.NaN]));
    for (const other of [json, typed])
      expect(densityAt(condition(line, { x, y: other }), z)).toBe(densityAt(conditioned, z));
  });

  it("tell data apart that have zeros in their place", () => {
    const [gapped, zero] = [missing([1, null]), [1, 0]].map((values) => condition(line, { x: [1, 2], y: values }));
    expect(fingerprintOf(gapped.bound)).not.toBe(fingerprintOf(zero.bound));
  });

  it("are as no gap where none is missing", () => {
    const whole = condition(line, { x: [1, 2], y: missing([0.5, 1]) });
    expect(whole.size).toBe(1);
    expect(densityAt(whole, [0.4])).toBe(densityAt(condition(line, { x: [1, 2], y: [0.5, 1] }), [0.4]));
  });
});

/** Standard scores of the mean and the variance of draws, with their own Monte Carlo error. */
const scoresOf = ({ draws, rows }: Pick<Chains, "draws" | "rows">, i: number, m: number, s: number): number[] => {
  const name = scalarNames("y_missing", draws.y_missing as Draws)[i];
  const row = rows.find((each) => each.name === name);
  const values = (draws.y_missing as Draws).values.filter((_, at) => at % 2 === i);
  const effective = row?.essBulk ?? values.length;
  return [(mean(values) - m) / (s / Math.sqrt(effective)), (variance(values) / s ** 2 - 1) / Math.sqrt(2 / effective)];
};

describe("imputed values", () => {
  const data = { x, y: missing(y) };
  // Of the slope given the two observations, and of what is missing given the slope.
  const precision = 1 / 9 + (1 + 9) / 0.25;
  const slope = (1.1 + 3 * 2.9) / 0.25 / precision;
  const exact = [2, -1].map((at) => ({ mean: at * slope, sd: Math.sqrt(at ** 2 / precision + 0.25) }));

  it("have their posterior predictive distribution, by sample and by fit", async () => {
    const chains = await sample(line, data, { seed: 1, chains: 2, draws: 1_000, coords: { N: ["a", "b", "c", "d"] } });
    expect(chains.rows.map(({ name }) => name)).toEqual(["slope", "y_missing[b]", "y_missing[d]"]);
    const fitted = await fit(line, data, { seed: 1, guide: undefined, draws: 4_000 });
    expect(fitted.rows.map(({ name }) => name)).toEqual(["slope", "y_missing[2]", "y_missing[4]"]);
    for (const [i, { mean: m, sd }] of exact.entries())
      for (const score of scoresOf(chains as never, i, m, sd)) expect(Math.abs(score)).toBeLessThan(limit);
  });

  it("are found by map, and do not stand in the way of predictive draws", async () => {
    const best = await map(line, data, { seed: 1 });
    expect(best.values).toHaveProperty("y_missing");
    const [second, fourth] = (best.values as never as Record<string, Draws>).y_missing.values;
    expect(second).toBeCloseTo(2 * slope, 6);
    expect(fourth).toBeCloseTo(-slope, 6);
    const prior = priorPredictive(line, data, { draws: 10 });
    expect(prior.y.shape).toEqual([1, 10, 4]);
    const chains = await sample(line, data, { seed: 2, chains: 1, warmup: 100, draws: 50 });
    const after = posteriorPredictive(line, data, chains, { seed: 1 });
    expect(after.y.shape).toEqual([1, 50, 4]);
    expect(after.y.values.every(Number.isFinite)).toBe(true);
  });
});

describe("missing values that cannot be imputed", () => {
  const counts = model("counts")
    .latent("rate", exponential(1))
    .observe("n", ({ rate }) => poisson(rate), ["N"]);
  const pairs = model("pairs")
    .latent("m", normal(0, 1))
    .observe(
      "v",
      ({ m }) =>
        multivariateNormal(m, {
          covariance: [
            [1, 0],
            [0, 1],
          ],
        }),
      ["N", 2],
    );
  const bind = (of: typeof line, data: Readonly<Record<string, DataValue>>) => (): unknown =>
    condition(of, data as never);
  const refused: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
    "not asked for": [
      bind(line, { x, y: [1, Number.NaN, 2, 3] }),
      /^line: data "y" is NaN at \[2\]: a missing value; leave its row out, or give the observation as missing\(\[…\]\) to impute it/,
    ],
    "null, not asked for": [
      bind(line, { x, y: [1, null, 2, 3] as never }),
      /^line: data "y".*null \(a missing value.*\[2\]/,
    ],
    "of a predictor": [
      bind(line, { x: missing([1, null, 2, 3]), y: [1, 2, 3, 4] }),
      /^line: data "x" has no distribution to impute missing values from; declare it with one, as in observe\("x"/,
    ],
    "of counts": [bind(counts as never, { n: missing([1, null]) }), /^counts: observed "n": poisson is discrete/],
    "of vectors": [
      bind(pairs as never, { v: missing([[1, null]]) }),
      /^pairs: observed "v": multivariateNormal has events of several numbers/,
    ],
    "all of them": [bind(line, { x, y: missing([null, null, null, null]) }), /"y" has no value that is not missing/],
    "whose name is taken": [
      bind(model("taken").latent("y_missing", normal(0, 1)).observe("y", normal(0, 1), ["N"]) as never, {
        y: missing([1, null]),
      }),
      /the missing values of "y" are called "y_missing", which is already latent/,
    ],
  };

  it.each(Object.entries(refused))("%s", (_, [call, message]) => {
    expect(call).toThrow(message);
  });

  it("in minibatches", async () => {
    await expect(fit(line, { x, y: missing(y) }, { minibatch: { axis: "N", size: 2 } })).rejects.toThrow(
      /"y" has missing values along "N"/,
    );
  });
});
