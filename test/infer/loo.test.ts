import {
  type Chains,
  compareLoo,
  eagerEngine,
  type Fit,
  fit,
  fullRank,
  halfNormal,
  type Loo,
  logJoint,
  loo,
  looOf,
  missing,
  model,
  multivariateNormal,
  normal,
  pointwiseLogLikelihood,
  real,
  sample,
  waic,
} from "fluvial";
import { beforeAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";

const limit = 4.5;
const y = [1.2, -0.3, 0.8, 2.1, 0.4, -1.0, 1.9, 0.6];
const mean = model("mean")
  .latent("mu", normal(0, 2))
  .observe("y", ({ mu }) => normal(mu, 1), ["N"]);

const logNormal = (x: number, m: number, variance: number): number =>
  -0.5 * ((x - m) ** 2 / variance + Math.log(2 * Math.PI * variance));

/** log p(y_i | y_−i) of the conjugate model: μ given n values has precision n + ¼ and mean Σ y / (n + ¼). */
const exact = y.map((value, i) => {
  const precision = y.length - 1 + 0.25;
  const total = y.reduce((sum, other, j) => (i === j ? sum : sum + other), 0);
  return logNormal(value, total / precision, 1 + 1 / precision);
});

let chains: Chains<{ mu: tf.Tensor }>;
let fitted: Fit<{ mu: tf.Tensor }>;
beforeAll(async () => {
  chains = await sample(mean, { y }, { seed: 1, draws: 1_000 });
  fitted = await fit(mean, { y }, { seed: 2, steps: 400, draws: 4_000 });
});

describe("leave-one-out of a conjugate normal model", () => {
  it("is the closed form, from chains", () => {
    const got = loo(mean, { y }, chains);
    for (const [i, value] of exact.entries())
      expect(Math.abs(got.pointwise.elpd[i] - value) / got.pointwise.mcse[i]).toBeLessThan(limit);
    expect(got.warnings).toEqual([]);
    expect(got.mcse).toBeLessThan(0.05);
  });

  it("is the closed form, from a guide that is too narrow, by its weights", async () => {
    // Half way through its fit the guide is off: with its draws as they are, so are the elpds.
    const rough = await fit(mean, { y }, { seed: 2, steps: 25, rate: 0.02, draws: 20_000 });
    const worst = ({ pointwise }: Loo): number =>
      Math.max(...exact.map((value, i) => Math.abs(pointwise.elpd[i] - value) / pointwise.mcse[i]));
    expect(worst(loo(mean, { y }, rough))).toBeLessThan(limit);
    expect(worst(looOf(pointwiseLogLikelihood(mean, { y }, rough)))).toBeGreaterThan(2 * limit);
  });

  it("has the posterior's own effective parameters, about 1", () => {
    // lpd − elpd exactly: log p(y_i | y) − log p(y_i | y_−i).
    const precision = y.length + 0.25;
    const centre = y.reduce((a, b) => a + b) / precision;
    const lpd = y.map((value) => logNormal(value, centre, 1 + 1 / precision));
    const p = lpd.reduce((sum, value, i) => sum + value - exact[i], 0);
    expect(Math.abs(loo(mean, { y }, chains).effectiveParameters - p)).toBeLessThan(0.03);
    expect(Math.abs(loo(mean, { y }, fitted).effectiveParameters - p)).toBeLessThan(0.03);
    expect(Math.abs(waic(mean, { y }, chains).effectiveParameters - p)).toBeLessThan(0.2);
  });

  it("agrees with WAIC and between engines", async () => {
    const [a, b] = [loo(mean, { y }, chains), waic(mean, { y }, chains)];
    expect(Math.abs(a.elpd - b.elpd)).toBeLessThan(0.15);
    const few = await fit(mean, { y }, { seed: 2, steps: 400, draws: 200 });
    const eager = loo(mean, { y }, few, { engine: eagerEngine() });
    expect(Math.abs(eager.elpd - loo(mean, { y }, few).elpd)).toBeLessThan(1e-9);
  });

  it("says that a vector of one distribution is one observation", async () => {
    const series = model("series")
      .latent("mu", normal(0, 2))
      .observe("y", ({ mu }) =>
        multivariateNormal(tf.stack([mu, mu]).reshape([2]), {
          covariance: [
            [1, 0.5],
            [0.5, 1],
          ],
        }),
      );
    const data = { y: [0.3, 0.5] };
    const one = loo(series, data, await sample(series, data, { seed: 1, draws: 300 }));
    expect(one.warnings[0]).toBe(
      "y is the only observation: without it there is nothing to predict it from. A series or a vector that has one distribution counts " +
        "as one observation.",
    );
  });

  it("leaves no tensor behind", () => {
    const before = tf.memory().numTensors;
    loo(mean, { y }, chains);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("log likelihoods by observation", () => {
  it("are the model's own, at every draw", () => {
    const { y: site } = pointwiseLogLikelihood(mean, { y }, chains, {
      coords: { N: ["a", "b", "c", "d", "e", "f", "g", "h"] },
    });
    expect(site.shape).toEqual([4, 1_000, 8]);
    expect(site.coords[0]?.[2]).toBe("c");
    const mu = chains.draws.mu.values;
    for (const draw of [0, 499, 500, 1_777, 3_999])
      for (const [i, value] of y.entries())
        expect(site.values[draw * 8 + i]).toBeCloseTo(logNormal(value, mu[draw], 1), 12);
  });

  it("are named by site; those of missing values are left out", async () => {
    const two = model("two")
      .latent("mu", normal(0, 2))
      .latent("tau", halfNormal(0, 1))
      .observe("x", ({ mu }) => normal(mu, 1), ["N"])
      .observe("y", ({ mu, tau }) => normal(mu, tau), ["N"]);
    const data = { x: missing([1, null, 0.5]), y: [0.2, 0.9, -0.4] };
    const coords = { N: ["a", "b", "c"] };
    const posterior = await sample(two, data, { seed: 3, chains: 2, warmup: 200, draws: 100, coords });
    const both = loo(two, data, posterior, { coords });
    expect(both.pointwise.names).toEqual(["x[a]", "x[c]", "y[a]", "y[b]", "y[c]"]);
    expect(Object.keys(both.sites ?? {})).toEqual(["x", "y"]);
    const one = loo(two, data, posterior, { site: "y", coords });
    expect(one.elpd).toBeCloseTo(both.sites?.y.elpd as number, 12);
    expect(() => loo(two, data, posterior, { site: "z" })).toThrow(/no observed "z".*; observed are x, y/);
  });

  it("are those of a log joint that gives them apart", async () => {
    const apart = logJoint({ data: { y: ["N"] }, latent: { mu: real() } }, ({ mu }, { y: seen }) => ({
      prior: normal(0, 2).logProb(mu),
      likelihood: normal(mu, 1).logProb(seen),
    }));
    const posterior = await sample(apart, { y }, { seed: 1, chains: 2, warmup: 200, draws: 200 });
    const got = loo(apart, { y }, posterior);
    expect(got.pointwise.names[7]).toBe("likelihood[8]");
    for (const [i, value] of exact.entries())
      expect(Math.abs(got.pointwise.elpd[i] - value) / got.pointwise.mcse[i]).toBeLessThan(limit);
  });

  it("are refused where there are none, or of other data", async () => {
    const sums = logJoint({ data: { y: ["N"] }, latent: { mu: real() } }, ({ mu }, { y: seen }) =>
      normal(0, 2).logProb(mu).add(normal(mu, 1).logProb(seen).sum()),
    );
    const one = logJoint({ data: { y: ["N"] }, latent: { mu: real() } }, ({ mu }, { y: seen }) => ({
      prior: normal(0, 2).logProb(mu),
      likelihood: normal(mu, 1).logProb(seen).sum(),
    }));
    const options = { seed: 1, chains: 1, warmup: 100, draws: 100 };
    const ofSums = await sample(sums, { y }, options);
    expect(() => loo(sums, { y }, ofSums)).toThrow(/gives one number; let its function return \{ prior, likelihood \}/);
    expect(() => loo(one, { y }, ofSums)).toThrow(/the likelihood of "log joint" is one sum/);
    expect(() => loo(mean, { y: [...y.slice(1), 3] }, chains)).toThrow(/loo: the data are not those/);
    expect(() => loo(mean, { y }, undefined as never)).toThrow(/expected a posterior/);
    const none = model("none").latent("mu", normal(0, 1));
    const ofNone = await sample(none, {}, options);
    expect(() => waic(none, {}, ofNone)).toThrow(/"none" has no observed site/);
  });

  it("of a guide whose weights cannot be used are refused", async () => {
    const pair = model("pair")
      .latent(
        "x",
        multivariateNormal([0, 0], {
          covariance: [
            [1, 0.97],
            [0.97, 1],
          ],
        }),
      )
      .observe("y", ({ x }) => normal(x, 5), [2]);
    const bad = await fit(pair, { y: [1, 0] }, { seed: 1, steps: 500 });
    expect(() => loo(pair, { y: [1, 0] }, bad)).toThrow(/cannot stand for its posterior: k-hat .* take a richer guide/);
    const good = await fit(pair, { y: [1, 0] }, { seed: 1, guide: fullRank() });
    expect(loo(pair, { y: [1, 0] }, good).warnings).toEqual([]);
  });
});

it("models are compared by what they predict", async () => {
  const wrong = model("wrong")
    .latent("mu", normal(0, 2))
    .observe("y", ({ mu }) => normal(mu, 4), ["N"]);
  const other = await sample(wrong, { y }, { seed: 1, chains: 2, warmup: 200, draws: 200 });
  const a = loo(mean, { y }, chains);
  const b = loo(wrong, { y }, other);
  const { rows, summary } = compareLoo({ wrong: b, right: a });
  expect(rows.map(({ name }) => name)).toEqual(["right", "wrong"]);
  expect(rows[0].stacking).toBeGreaterThan(0.95);
  expect(summary()).toMatch(/difference/);
  const scaled = await sample(mean, { y: y.map((x) => 2 * x) }, { seed: 1, chains: 2, warmup: 200, draws: 200 });
  const c = loo(mean, { y: y.map((x) => 2 * x) }, scaled);
  expect(() => compareLoo({ a, c })).toThrow(/unlike values/);
});
