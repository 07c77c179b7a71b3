import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, farLog, stirlingGap } from "../ops/deviance.ts";
import { poisson as drawPoisson } from "../ops/sampling.ts";
import { exp } from "../ops/special.ts";
import { wholeNumbers } from "../transforms/discrete.ts";
import type { Distribution } from "./distribution.ts";
import { nonNegativeReals, reals } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

const poissonDensity = (x: Tensor, rate: Tensor): Tensor => stirlingGap(x).neg().sub(deviance(x, rate));

/**
 * Poisson with mean `rate`; at rate 0 it is always 0.
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const poisson = (rate: TensorLike, shape: Shape = []): Distribution =>
  scalarDistribution("poisson", { rate: [rate, nonNegativeReals] }, shape, () => wholeNumbers, {
    draw: (key, shape, { rate }) => drawPoisson(key, rate.broadcastTo([...shape])),
    logDensity: (x, { rate }) => poissonDensity(x, rate),
    safe: 0,
  });

/**
 * Poisson whose mean is exp(logRate).
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const poissonLog = (logRate: TensorLike, shape: Shape = []): Distribution =>
  scalarDistribution("poissonLog", { logRate: [logRate, reals] }, shape, () => wholeNumbers, {
    draw: (key, shape, { logRate }) => drawPoisson(key, exp(logRate).broadcastTo([...shape])),
    logDensity: (x, { logRate }) => {
      const below = x.mul(logRate.add(farLog).neg().relu());
      return poissonDensity(x, exp(logRate.maximum(-farLog))).sub(below);
    },
    safe: 0,
  });
