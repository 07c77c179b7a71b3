import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Density, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Now } from "../core/now.ts";
import type { Scalar } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { logDensityAt, type Objective } from "./objective.ts";

/**
 * The negative ELBO with the guide's score left out of its gradient: log q follows the draw but not the parameters, so that the
 * variance vanishes where the guide is exact. Roeder, Wu & Duvenaud 2017, algorithm 1. Needs log q anywhere: a Density.
 * @param options.draws draws a step, 8 unless said.
 */
export const stickTheLanding = (options: { readonly draws?: number } = {}): Objective<Density> => {
  checkOptions("stick-the-landing", options, ["draws"]);
  const draws = options.draws ?? 8;
  checkCount("stick-the-landing: draws", draws);
  const loss = (target: Target, q: Density, key: Key, now: Now): Scalar => {
    if (!("logProb" in q))
      fail(
        "stick-the-landing: the guide has no log density away from its own draws; use elbo(), or a guide that has one",
      );
    const { value } = within("guide", () => q.draw(key, [draws]));
    const still = q.logProb(stopGradient(value));
    const path = q.logProb(value).sub(still).add(stopGradient(still));
    const logDensity = logDensityAt(target, value);
    return path.sub(logDensity.mul(now.beta)).mean() as Scalar;
  };
  return Object.assign(loss, { draws });
};
