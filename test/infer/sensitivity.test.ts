import { fit, halfNormal, logJoint, missing, model, normal, positive, real, sample, sensitivity } from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";

const y = [2.9, 3.1, 2.4, 3.6, 3.0];
const options = { seed: 1, chains: 2, warmup: 300, draws: 2_000 };
/** y ~ N(mu, 1), mu ~ N(0, scale²). */
const mean = (scale: number) =>
  model("mean")
    .latent("mu", normal(0, scale))
    .observe("y", ({ mu }) => normal(mu, 1), ["N"]);

describe("sensitivity of a conjugate normal model", () => {
  it("sees a prior that disagrees with the data, and where it pulls", async () => {
    const got = sensitivity(mean(0.5), { y }, await sample(mean(0.5), { y }, options));
    const [mu] = got.rows;
    expect(mu.diagnosis).toBe("prior-data conflict");
    expect(got.verdict).toMatch(/disagree about mu/);
    // Posterior precision 4 a + 5, mean 15 / (4 a + 5) at the power a: derivatives by log2 a at 1, the mean in sds of ⅓.
    // Of 4,000 dependent draws the covariances that the derivatives are have relative errors of about 5 %.
    expect(Math.abs(mu.priorMoments.mean / (Math.LN2 * (-60 / 81) * 3) - 1)).toBeLessThan(0.15);
    expect(Math.abs(mu.likelihoodMoments.mean / (Math.LN2 * (60 / 81) * 3) - 1)).toBeLessThan(0.15);
    expect(Math.abs(mu.priorMoments.logSd / (Math.LN2 * (-2 / 9)) - 1)).toBeLessThan(0.25);
    expect(got.warnings).toEqual([]);
    expect(got.summary()).toMatch(/mu +\d\.\d+ +\d\.\d+ +prior-data conflict/);
  });

  it("sees nothing where the prior is wide", async () => {
    const got = sensitivity(mean(50), { y }, await sample(mean(50), { y }, options));
    expect(got.rows[0].diagnosis).toBe("–");
    expect(got.rows[0].prior).toBeLessThan(0.01);
    expect(got.verdict).toMatch(/hardly moves with the prior/);
  });

  it("sees a strong prior beside weak data", async () => {
    const weak = model("weak")
      .latent("mu", normal(0, 1))
      .observe("y", ({ mu }) => normal(mu, 60), ["N"]);
    const got = sensitivity(weak, { y }, await sample(weak, { y }, options));
    expect(got.rows[0].diagnosis).toBe("strong prior / weak likelihood");
  });

  it("comes out the same from a guide", async () => {
    const chains = sensitivity(mean(0.5), { y }, await sample(mean(0.5), { y }, options));
    const fitted = sensitivity(mean(0.5), { y }, await fit(mean(0.5), { y }, { seed: 1, steps: 1_000 }));
    expect(Math.abs(fitted.rows[0].prior / chains.rows[0].prior - 1)).toBeLessThan(0.15);
  });
});

describe("what is scaled", () => {
  const data = { y: [1, 2, 0.5, 1.4] };
  const spread = model("spread")
    .latent("mu", normal(0, 2))
    .latent("sigma", halfNormal(0, 1))
    .observe("y", ({ mu, sigma }) => normal(mu, sigma), ["N"]);
  const raw = logJoint(
    { data: { y: ["N"] }, latent: { mu: real(), sigma: positive() } },
    ({ mu, sigma }, { y: seen }) => ({
      prior: normal(0, 2).logProb(mu).add(halfNormal(0, 1).logProb(sigma)),
      likelihood: normal(mu, sigma).logProb(seen),
    }),
  );

  it("leaves out log-Jacobians: a model and its log joint agree", async () => {
    const chains = await sample(spread, data, { seed: 1, chains: 2, warmup: 300, draws: 200 });
    const [mine, its] = [sensitivity(spread, data, chains), sensitivity(raw, data, chains)];
    for (const [i, row] of mine.rows.entries()) {
      expect(Math.abs(row.prior - its.rows[i].prior)).toBeLessThan(1e-9);
      expect(Math.abs(row.likelihood - its.rows[i].likelihood)).toBeLessThan(1e-9);
    }
  });

  it("is the priors that are named", async () => {
    const chains = await sample(spread, data, { seed: 1, chains: 2, warmup: 300, draws: 500 });
    const [all, one] = [sensitivity(spread, data, chains), sensitivity(spread, data, chains, { priors: ["sigma"] })];
    expect(all.priors).toEqual(["mu", "sigma"]);
    expect(one.priors).toEqual(["sigma"]);
    expect(one.rows[0].prior).not.toBeCloseTo(all.rows[0].prior, 4);
    expect(() => sensitivity(spread, data, chains, { priors: ["sgima"] })).toThrow(/did you mean "sigma"/);
    const before = tf.memory().numTensors;
    sensitivity(spread, data, chains);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is not the densities of missing values", async () => {
    const gaps = { y: missing([1, null, 0.5, 1.4]) };
    const got = sensitivity(spread, gaps, await sample(spread, gaps, { seed: 1, chains: 2, warmup: 300, draws: 100 }));
    expect(got.priors).toEqual(["mu", "sigma"]);
    expect(got.rows.map(({ name }) => name)).toEqual(["mu", "sigma", "y_missing[2]"]);
  });

  it("is refused where it cannot be told", async () => {
    const few = { seed: 1, chains: 1, warmup: 100, draws: 100 };
    const pull = mean(1).factor("pull", ({ mu }) => mu.neg());
    const pulled = await sample(pull, { y }, few);
    expect(() => sensitivity(pull, { y }, pulled)).toThrow(/has the factor "pull"; say what it is a part of/);
    expect(sensitivity(pull, { y }, pulled, { factors: "prior" }).rows).toHaveLength(1);
    const sum = logJoint({ data: { y: ["N"] }, latent: { mu: real() } }, ({ mu }, { y: seen }) =>
      normal(0, 2).logProb(mu).add(normal(mu, 1).logProb(seen).sum()),
    );
    const ofSum = await sample(sum, { y }, few);
    expect(() => sensitivity(sum, { y }, ofSum)).toThrow(/is one sum; let its function return/);
    const short = await sample(mean(1), { y }, { ...few, draws: 50 });
    expect(() => sensitivity(mean(1), { y }, short)).toThrow(/50 draws are too few/);
    const none = model("none").latent("mu", normal(0, 1));
    const ofNone = await sample(none, {}, few);
    expect(() => sensitivity(none, {}, ofNone)).toThrow(/"none" has no observed site: its posterior is its prior/);
  });
});
