import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, farLog, stirlingGap } from "../ops/deviance.ts";
import { logIncompleteGamma, logIncompleteGammaUpper } from "../ops/incompleteGamma.ts";
import { poisson as drawPoisson } from "../ops/sampling.ts";
import { exp } from "../ops/special.ts";
import { wholeNumbers } from "../transforms/discrete.ts";
import { type Counting, countDistribution } from "./counting.ts";
import { nonNegativeReals, reals } from "./parameters.ts";

const poissonDensity = (x: Tensor, rate: Tensor): Tensor => stirlingGap(x).neg().sub(deviance(x, rate));

/** A rate that is a number, and how far below it the logarithm lies: tails go on linearly from there. */
const nearRate = (logRate: Tensor): Tensor => exp(logRate.maximum(-farLog));
const below = (logRate: Tensor): Tensor => logRate.add(farLog).neg().relu();

/**
 * Poisson with mean `rate`; at rate 0 it is always 0.
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const poisson = (rate: TensorLike, shape: Shape = []): Counting =>
  countDistribution("poisson", { rate: [rate, nonNegativeReals] }, shape, () => wholeNumbers, {
    draw: (key, shape, { rate }) => drawPoisson(key, rate.broadcastTo([...shape])),
    logDensity: (x, { rate }) => poissonDensity(x, rate),
    safe: 0,
    mean: ({ rate }) => rate,
    variance: ({ rate }) => rate,
    logCdf: (k, { rate }) => logIncompleteGammaUpper(k.add(1), rate),
    logSurvival: (k, { rate }) => logIncompleteGamma(k.add(1), rate),
  });

/**
 * Poisson whose mean is exp(logRate).
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const poissonLog = (logRate: TensorLike, shape: Shape = []): Counting =>
  countDistribution("poissonLog", { logRate: [logRate, reals] }, shape, () => wholeNumbers, {
    draw: (key, shape, { logRate }) => drawPoisson(key, exp(logRate).broadcastTo([...shape])),
    logDensity: (x, { logRate }) => poissonDensity(x, nearRate(logRate)).sub(x.mul(below(logRate))),
    safe: 0,
    mean: ({ logRate }) => exp(logRate),
    variance: ({ logRate }) => exp(logRate),
    logCdf: (k, { logRate }) => logIncompleteGammaUpper(k.add(1), exp(logRate)),
    logSurvival: (k, { logRate }) => logIncompleteGamma(k.add(1), nearRate(logRate)).sub(k.add(1).mul(below(logRate))),
  });
