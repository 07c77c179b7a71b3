import { fit, fullRank, gamma, model, multivariateNormal, normal, poisson, sample } from "fluvial";
import { beforeAll, describe, expect, it } from "vitest";
import { lgamma } from "../../src/core/special/gamma.ts";
import type { Chains, Fit } from "../../src/posterior/posterior.ts";
import { inverse, kl, type Symmetric2, sum, times } from "./gaussian.ts";

/** Standard errors that a right program exceeds once in 150,000 checks. */
const limit = 4.5;

describe("a linear model with known noise", () => {
  const x = [-1.5, -0.7, -0.2, 0.4, 0.9, 1.6, 2.2, 3.1];
  const y = [-1.1, 0.3, 0.2, 0.4, 1.9, 1.7, 2.6, 3.3];
  const linear = model("line")
    .data("x", ["N"])
    .latent("a", normal(0, 3))
    .latent("b", normal(0, 2))
    .observe("y", ({ x, a, b }) => normal(x.mul(b).add(a), 0.8), ["N"]);

  // Posterior precision = prior precision + XᵀX / σ², mean = covariance · Xᵀy / σ².
  const noise = 0.8 ** 2;
  const precision: Symmetric2 = {
    a: 1 / 9 + x.length / noise,
    b: sum(x) / noise,
    c: 1 / 4 + sum(x.map((v) => v * v)) / noise,
  };
  const covariance = inverse(precision);
  const mean = times(covariance, [sum(y) / noise, sum(x.map((v, i) => v * y[i])) / noise]);
  /** log p(y) = log p(y, m) − log p(m | y) at any m; here at the posterior mean. */
  const logNormal = (v: number, m: number, s: number): number =>
    -0.5 * ((v - m) / s) ** 2 - Math.log(s * Math.sqrt(2 * Math.PI));
  const evidence =
    logNormal(mean[0], 0, 3) +
    logNormal(mean[1], 0, 2) +
    sum(y.map((v, i) => logNormal(v, mean[0] + mean[1] * x[i], 0.8))) +
    Math.log(2 * Math.PI) +
    0.5 * Math.log(covariance.a * covariance.c - covariance.b ** 2);

  describe("fitted by a full-rank guide", () => {
    let fitted: Fit<unknown>;
    beforeAll(async () => {
      fitted = await fit(linear, { x, y }, { guide: fullRank(), seed: 3 });
    });

    it("has the closed-form evidence for its bound", () => {
      expect(fitted.elbo).toBeLessThan(evidence + limit * fitted.elboSe + 1e-9);
      expect(evidence - fitted.elbo).toBeLessThan(1e-3 + limit * fitted.elboSe);
    });

    it("is the closed-form posterior, KL below 1e-3", () => {
      const { loc, logDiagonal, below } = fitted.parameters;
      const [d0, d1] = logDiagonal.values.map(Math.exp);
      const l10 = (below.values[2] / Math.sqrt(2)) * d1;
      const own: Symmetric2 = { a: d0 * d0, b: d0 * l10, c: l10 * l10 + d1 * d1 };
      expect(kl([loc.values[0], loc.values[1]], own, mean, covariance)).toBeLessThan(1e-3);
    });

    it("passes its own checks", () => {
      expect(fitted.khat).toBeLessThan(0.5);
      expect(fitted.converged).toBe(true);
      expect(fitted.verdict).toMatch(/^Good/);
    });
  });

  describe("sampled by NUTS", () => {
    let chains: Chains<unknown>;
    beforeAll(async () => {
      chains = await sample(linear, { x, y }, { seed: 4, warmup: 300, draws: 500 });
    });

    it("has the closed-form means and sds within Monte Carlo error", () => {
      for (const [i, { mean: m, sd, mcse, essBulk }] of chains.rows.entries()) {
        expect(Math.abs(m - mean[i]) / (mcse as number)).toBeLessThan(limit);
        const truth = Math.sqrt([covariance.a, covariance.c][i]);
        // The sd of n effective normal draws has the standard error sd / √(2 n); bulk ESS is a fair count for the square here.
        expect(Math.abs(sd - truth) / (truth / Math.sqrt(2 * Math.min(essBulk as number, 2000) * 0.5))).toBeLessThan(
          limit,
        );
      }
    });
  });
});

describe("a gamma–Poisson model under a mean-field guide", () => {
  const [a, b] = [2.5, 1.2];
  const y = [3, 1, 4, 1, 5];
  const alpha = a + sum(y);
  const beta = b + y.length;
  const counts = model("counts")
    .latent("rate", gamma(a, b))
    .observe("y", ({ rate }) => poisson(rate), ["N"]);
  /** log p(y) of the gamma–Poisson model. */
  const evidence =
    a * Math.log(b) - lgamma(a) + lgamma(alpha) - alpha * Math.log(beta) - sum(y.map((v) => lgamma(v + 1)));
  let fitted: Fit<unknown>;
  beforeAll(async () => {
    fitted = await fit(counts, { y }, { seed: 5 });
  });

  it("finds the optimum m = ln(α/β) − 1/(2α), s² = 1/α", () => {
    const [m] = fitted.parameters.loc.values;
    const [s] = fitted.parameters.logScale.values.map(Math.exp);
    const [truth, sd] = [Math.log(alpha / beta) - 1 / (2 * alpha), 1 / Math.sqrt(alpha)];
    expect(Math.abs(m - truth)).toBeLessThan(0.02 * sd);
    expect(Math.abs(s / sd - 1)).toBeLessThan(0.02);
  });

  it("falls short of the evidence by lnΓ(α) − (α − ½) ln α + α − ½ ln 2π", () => {
    const gap = lgamma(alpha) - (alpha - 0.5) * Math.log(alpha) + alpha - 0.5 * Math.log(2 * Math.PI);
    expect(Math.abs(fitted.elbo - (evidence - gap))).toBeLessThan(limit * fitted.elboSe + 1e-4);
  });
});

describe("a mean-field guide on a Gaussian with correlation ρ", () => {
  const pair = (rho: number) =>
    model("pair").latent(
      "x",
      multivariateNormal([0, 0], {
        covariance: [
          [1, rho],
          [rho, 1],
        ],
      }),
    );

  it("finds the variances 1/Λ_ii at ρ = 0.95, fails k-hat and is told off", async () => {
    const fitted = await fit(pair(0.95), {}, { seed: 1 });
    for (const logScale of fitted.parameters.logScale.values)
      expect(Math.abs(Math.exp(logScale) / Math.sqrt(1 - 0.95 ** 2) - 1)).toBeLessThan(0.02);
    expect(fitted.khat).toBeGreaterThan(0.7);
    expect(fitted.verdict).toMatch(/^Do not trust: k-hat .* try full-rank/);
  });

  it("passes k-hat at ρ = 0.5, and the verdict names the short sds all the same", async () => {
    const fitted = await fit(pair(0.5), {}, { seed: 2 });
    expect(fitted.khat).toBeLessThan(0.7);
    expect(fitted.verdict).toMatch(/sds are too short: x\[[12]\] by 1\d %, x\[[12]\] by 1\d %/);
  });
});

describe("a hundred independent normals of very different scales", () => {
  it("are found by a full-rank guide, 4,950 correlations and all", async () => {
    const indices = Array.from({ length: 100 }, (_, i) => i);
    const wide = model("wide").latent(
      "x",
      normal(
        indices.map((i) => i / 10),
        indices.map((i) => 0.01 * 1.1 ** i),
      ),
    );
    const { elbo, khat } = await fit(wide, {}, { guide: fullRank(), seed: 1 });
    // The posterior is normal and its evidence 0: the bound is a Kullback–Leibler divergence, and nothing but.
    expect(elbo).toBeGreaterThan(-0.1);
    expect(khat).toBeLessThan(0.5);
  });
});
