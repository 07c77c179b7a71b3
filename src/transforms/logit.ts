import { fail } from "../core/check.ts";
import { softplus } from "../ops/special.ts";
import type { Bijection } from "./transform.ts";

/**
 * logit(ε + (1 − 2ε) x), from [0, 1] onto the real line between ± logit(1 − ε), element by element; ε keeps 0 and 1 finite. Dinh,
 * Sohl-Dickstein & Bengio 2017, section 4.1; Papamakarios, Pavlakou & Murray 2017.
 * @param epsilon from 0, and below 0.5. @throws FluvialError otherwise.
 */
export const logit = (epsilon: number = 0): Bijection => {
  if (!(epsilon >= 0 && epsilon < 0.5)) fail(`logit: expected an epsilon from 0 and below 0.5, got ${epsilon}`);
  const width = 1 - 2 * epsilon;
  return {
    rank: 0,
    forward: (x) => {
      const logShare = x.mul(width).add(epsilon).log();
      const logRest = x.neg().add(1).mul(width).add(epsilon).log();
      return { value: logShare.sub(logRest), logDet: logShare.add(logRest).neg().add(Math.log(width)) };
    },
    inverse: (y) => ({
      value: y.sigmoid().sub(epsilon).div(width),
      logDet: softplus(y).add(softplus(y.neg())).neg().sub(Math.log(width)),
    }),
    domain: (shape) => shape,
  };
};
