import { checkCount, checkOptions } from "../core/check.ts";
import type { Sampler, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Now } from "../core/now.ts";
import type { Scalar } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { logDensityAt, type Objective } from "./objective.ts";

/**
 * The negative evidence lower bound, E_q[log q(z) − β log p(z)], by reparameterised draws. Kingma & Welling 2014; Rezende, Mohamed &
 * Wierstra 2014.
 * @param options.draws draws a step, 8 unless said.
 */
export const elbo = (options: { readonly draws?: number } = {}): Objective => {
  checkOptions("elbo", options, ["draws"]);
  const draws = options.draws ?? 8;
  checkCount("elbo: draws", draws);
  const loss = (target: Target, q: Sampler, key: Key, now: Now): Scalar => {
    const { value, logQ } = within("guide", () => q.draw(key, [draws]));
    const logDensity = logDensityAt(target, value);
    return logQ.sub(logDensity.mul(now.beta)).mean() as Scalar;
  };
  return Object.assign(loss, { draws });
};
