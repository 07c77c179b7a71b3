import { checkCount, checkOptions } from "../core/check.ts";
import type { Density, PathSampler } from "../core/density.ts";
import type { Scalar } from "../core/tensor.ts";
import { averageOf } from "./drawn.ts";
import { logDensityAt, type Objective, objectiveOf } from "./objective.ts";
import { pathDrawn } from "./pathDrawn.ts";

/**
 * The negative ELBO with the guide's score left out of its gradient: log q follows the draw but not the parameters, so that the
 * variance vanishes where the guide is exact. Unbiased, as the score has mean 0. Roeder, Wu & Duvenaud 2017, algorithm 1. Needs log q
 * anywhere: a Density; or, of a guide with noise u of its own, the joint log q(z, u), whose score alone is left out, while the way back
 * r(u | z) keeps its gradient.
 * @param options.draws draws a step, 8 unless said.
 * @throws FluvialError on a number of draws that is none; at its first step where the guide is neither.
 */
export const stickTheLanding = (options: { readonly draws?: number } = {}): Objective<Density | PathSampler> => {
  checkOptions("stick-the-landing", options, ["draws"]);
  const { draws = 8 } = options;
  checkCount("stick-the-landing: draws", draws);
  return objectiveOf("stick-the-landing", { draws }, draws, (target, q: Density | PathSampler, key, now) => {
    const drawn = pathDrawn("stick-the-landing", q, key, { each: draws }, { instead: "elbo()" });
    const logDensity = logDensityAt(target, drawn.value);
    return averageOf(drawn, drawn.logQ.sub(logDensity.mul(now.beta))).mean() as Scalar;
  });
};
