import { checkCount, checkOptions, fail, showAny } from "../core/check.ts";
import type { Gaussian, NormalPart, Target } from "../core/density.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { drawFrom } from "./drawn.ts";
import { checkGaussian } from "./needs.ts";
import { logDensityAt, type Objective, objectiveOf } from "./objective.ts";

export interface GaussianElboOptions {
  /** Draws a step, 8 unless said. */
  readonly draws?: number;
  /** How the mean log prior is had: in closed form for latents that have one, unless said; or by the draws, as all the rest is. */
  readonly prior?: "analytic" | "draws";
}

const ways: readonly string[] = ["analytic", "draws"] satisfies GaussianElboOptions["prior"][];

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/** log N(z | loc, scale) over the coordinates that count, with `variances` added to the squares: [..., size] → [...]. */
const logNormals = ({ loc, scale, counts }: NormalPart, z: Tensor, variances?: Tensor): Tensor => {
  const squares = variances ? z.sub(loc).square().add(variances) : z.sub(loc).square();
  return squares.div(scale.square()).mul(-0.5).sub(scale.log().add(halfLog2Pi)).mul(counts).sum(-1);
};

/** E_q[log p(z)]: what has a closed form by that, the rest by the mean over draws, with the same part taken off each. */
const meanLogDensity = (q: Gaussian, logDensity: Tensor, value: Tensor, part?: NormalPart): Tensor => {
  if (!part) return logDensity.mean();
  const { loc, variances } = q.moments();
  return logDensity
    .sub(logNormals(part, value))
    .mean()
    .add(logNormals(part, loc, variances));
};

/** The part of the target that has a closed form, where it is asked for. */
const partOf = (target: Target, prior: GaussianElboOptions["prior"]): NormalPart | undefined =>
  prior === "analytic" ? target.normalPart?.() : undefined;

/**
 * The negative ELBO of a normal guide with its entropy in closed form, and with it the mean of what normal priors with known numbers
 * give (`Target.normalPart`): of latents whose prior is a normal of numbers or data, or a noncentred one. All else by draws, so that on a
 * model without such latents only the entropy is exact. Unbiased. Less noisy than `elbo` far from the optimum; near it the noise stays,
 * where stick-the-landing's vanishes. Kucukelbir, Tran, Ranganath, Gelman & Blei 2017, eq. 5; Kingma & Welling 2014, appendix B.
 * @throws FluvialError on bad options; at its first step where the guide is no normal.
 */
export const gaussianElbo = (options: GaussianElboOptions = {}): Objective<Gaussian> => {
  checkOptions("gaussian-elbo", options, ["draws", "prior"]);
  const { draws = 8, prior = "analytic" } = options;
  checkCount("gaussian-elbo: draws", draws);
  if (!ways.includes(prior)) fail(`gaussian-elbo: prior: expected "analytic" or "draws", got ${showAny(prior)}`);
  return objectiveOf("gaussian-elbo", { draws, prior }, draws, (target, q: Gaussian, key, now) => {
    checkGaussian("gaussian-elbo", q);
    const drawn = drawFrom(q, key, { each: draws });
    const logDensity = logDensityAt(target, drawn.value);
    const expected = meanLogDensity(q, logDensity, drawn.value, partOf(target, prior));
    return expected.mul(now.beta).add(q.entropy()).neg() as Scalar;
  });
};
