import { checkCount, checkOptions } from "../core/check.ts";
import type { Scalar } from "../core/tensor.ts";
import { averageOf, drawFrom } from "./drawn.ts";
import { logDensityAt, type Objective, objectiveOf } from "./objective.ts";

/**
 * The negative evidence lower bound, E_q[log q(z) − β log p(z)], by reparameterised draws: value and gradient are unbiased. Kingma &
 * Welling 2014; Rezende, Mohamed & Wierstra 2014.
 * @param options.draws draws a step, 8 unless said.
 * @throws FluvialError on a number of draws that is none.
 */
export const elbo = (options: { readonly draws?: number } = {}): Objective => {
  checkOptions("elbo", options, ["draws"]);
  const { draws = 8 } = options;
  checkCount("elbo: draws", draws);
  return objectiveOf("elbo", { draws }, draws, (target, q, key, now) => {
    const drawn = drawFrom(q, key, { each: draws });
    const logDensity = logDensityAt(target, drawn.value);
    return averageOf(drawn, drawn.logQ.sub(logDensity.mul(now.beta))).mean() as Scalar;
  });
};
