import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { conjugateNormal, conjugateRegression } from "../../src/conjugate/index.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import { gamma, normal } from "../../src/distributions/index.ts";
import { factorised } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";
import { model } from "../../src/model/model.ts";
import { stickTheLanding } from "../../src/objectives/stickTheLanding.ts";
import type { Fit } from "../../src/posterior/posterior.ts";

const known = JSON.parse(readFileSync(new URL("../known/conjugate.json", import.meta.url), "utf8"));
const parameter = ({ parameters }: Pick<Fit, "parameters">, name: string): Float64Array =>
  Float64Array.from(parameters[name].values);
const deviation = (precision: Tensor): Tensor => tf.div(1, precision.sqrt());
/** Of logarithms of parameters after training with this many draws a step. */
const trained = 0.02;
const options = { objective: stickTheLanding({ draws: 64 }), seed: 1 };

/** Training ends at the factors and the bound of the closed updates. */
describe("fit with factorised guides ends where coordinate ascent does", () => {
  it("on normal data of unknown mean and precision", async () => {
    const { x, prior } = known.normal;
    const { factors, bound } = conjugateNormal(x, prior);
    const posed = model("normal data")
      .latent("tau", gamma(prior.concentration, prior.rate))
      .latent("mu", ({ tau }) => normal(prior.mean, deviation(tau.mul(prior.count))))
      .observe("x", ({ mu, tau }) => normal(mu, deviation(tau)), ["n"]);
    const fitted = await fit(posed, { x }, { ...options, guide: factorised({ tau: "gamma", mu: "normal" }) });
    const logConcentration = parameter(fitted, "tau.logConcentration")[0];
    const logRate = logConcentration - parameter(fitted, "tau.logMean")[0];
    expect(Math.abs(logConcentration - Math.log(factors.tau.concentration))).toBeLessThan(trained);
    expect(Math.abs(logRate - Math.log(factors.tau.rate))).toBeLessThan(trained);
    expect(Math.abs(parameter(fitted, "mu.loc")[0] - factors.mu.loc) / factors.mu.scale).toBeLessThan(trained);
    expect(Math.abs(parameter(fitted, "mu.logScale")[0] - Math.log(factors.mu.scale))).toBeLessThan(trained);
    expect(Math.abs(fitted.elbo - bound) / fitted.elboSe).toBeLessThan(4.5);
    expect(fitted.elboSe).toBeLessThan(0.02);
  });

  it("on linear regression", async () => {
    const { x, y, noise, weights } = known.regression;
    const { factors, bound } = conjugateRegression(x, y, { noise, weights });
    const posed = model("regression")
      .data("x", ["n", "d"])
      .latent("w", normal(0, 1 / Math.sqrt(weights)), ["d"])
      .latent("tau", gamma(noise.concentration, noise.rate))
      .observe("y", ({ x, w, tau }) => normal(tf.dot(x, w), deviation(tau)), ["n"]);
    const guide = factorised({ w: "multivariateNormal", tau: "gamma" });
    const fitted = await fit(posed, { x, y }, { ...options, guide });
    const { loc, covariance } = factors.w;
    const logDiagonal = parameter(fitted, "w.logDiagonal");
    const below = parameter(fitted, "w.below")[2] / Math.SQRT2;
    const [first, second] = logDiagonal.map(Math.exp);
    const got = [first ** 2, first * second * below, second ** 2 * (1 + below ** 2)];
    const sd = [0, 3].map((k) => Math.sqrt(covariance[k]));
    for (const [j, value] of parameter(fitted, "w.loc").entries())
      expect(Math.abs(value - loc[j]) / sd[j]).toBeLessThan(trained);
    expect(Math.abs(got[0] / covariance[0] - 1)).toBeLessThan(2 * trained);
    expect(Math.abs(got[2] / covariance[3] - 1)).toBeLessThan(2 * trained);
    expect(Math.abs(got[1] - covariance[1]) / (sd[0] * sd[1])).toBeLessThan(2 * trained);
    const logConcentration = parameter(fitted, "tau.logConcentration")[0];
    expect(Math.abs(logConcentration - Math.log(factors.tau.concentration))).toBeLessThan(trained);
    expect(
      Math.abs(parameter(fitted, "tau.logMean")[0] - Math.log(factors.tau.concentration / factors.tau.rate)),
    ).toBeLessThan(trained);
    expect(Math.abs(fitted.elbo - bound) / fitted.elboSe).toBeLessThan(4.5);
  });
});
