import { checkCount, checkOptions } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import type { Scalar } from "../core/tensor.ts";
import { averageOf, drawFrom } from "./drawn.ts";
import { checkDensity } from "./needs.ts";
import { logDensityAt, type Objective, objectiveOf } from "./objective.ts";
import { pathLogProb } from "./surrogate.ts";

/**
 * The negative ELBO with the guide's score left out of its gradient: log q follows the draw but not the parameters, so that the
 * variance vanishes where the guide is exact. Unbiased, as the score has mean 0. Roeder, Wu & Duvenaud 2017, algorithm 1. Needs log q
 * anywhere: a Density.
 * @param options.draws draws a step, 8 unless said.
 * @throws FluvialError on a number of draws that is none; at its first step where the guide is no Density.
 */
export const stickTheLanding = (options: { readonly draws?: number } = {}): Objective<Density> => {
  checkOptions("stick-the-landing", options, ["draws"]);
  const { draws = 8 } = options;
  checkCount("stick-the-landing: draws", draws);
  return objectiveOf("stick-the-landing", { draws }, draws, (target, q: Density, key, now) => {
    checkDensity("stick-the-landing", q, "elbo()");
    const drawn = drawFrom(q, key, { each: draws });
    const logDensity = logDensityAt(target, drawn.value);
    return averageOf(drawn, pathLogProb(q, drawn.value).sub(logDensity.mul(now.beta))).mean() as Scalar;
  });
};
