import type { Target } from "../core/density.ts";
import type { Now } from "../core/now.ts";
import type { Tensor } from "../core/tensor.ts";
import { averageOf, type Drawn, logAverageExp } from "./drawn.ts";
import { logDensityAt } from "./objective.ts";

/** (1/e) log of the mean of (p(z)^β / q(z))^e by each group, [groups]; the mean of the logarithm where e is 0. */
export const logPowerMean = (target: Target, drawn: Drawn, now: Now, exponent: number): Tensor => {
  const logWeight = logDensityAt(target, drawn.value).mul(now.beta).sub(drawn.logQ);
  if (exponent === 0) return averageOf(drawn, logWeight);
  return logAverageExp(drawn, logWeight.mul(exponent)).div(exponent);
};
