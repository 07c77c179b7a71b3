import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, stirlingGap } from "../ops/deviance.ts";
import { logIncompleteGamma, logIncompleteGammaUpper } from "../ops/incompleteGamma.ts";
import { gamma as standardGamma } from "../ops/sampling.ts";
import { positive } from "../transforms/bounds.ts";
import { continuousDistribution, type Known, whereAbove } from "./continuous.ts";
import { atEdge, guarded } from "./guarded.ts";
import { positiveReals } from "./parameters.ts";

/** The log-density of log x in saddle-point form, where x has a gamma distribution and `scaled` is rate · x. */
const logDensityOfLog = (concentration: Tensor, scaled: Tensor): Tensor =>
  concentration.log().sub(stirlingGap(concentration)).sub(deviance(concentration, scaled));

const gammaDensity = (x: Tensor, concentration: Tensor, rate: Tensor): Tensor =>
  logDensityOfLog(concentration, rate.mul(x)).sub(x.log());

const inverseGammaDensity = (x: Tensor, concentration: Tensor, scale: Tensor): Tensor =>
  logDensityOfLog(concentration, scale.div(x)).sub(x.log());

/**
 * Gamma with density ∝ x^(concentration − 1) exp(−rate · x): its mean is concentration / rate.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const gamma = (concentration: TensorLike, rate: TensorLike, shape: Shape = []): Known =>
  continuousDistribution(
    "gamma",
    { concentration: [concentration, positiveReals], rate: [rate, positiveReals] },
    shape,
    () => positive,
    {
      draw: (key, shape, { concentration, rate }) =>
        standardGamma(key, concentration.broadcastTo([...shape])).div(rate),
      logDensity: (x, { concentration, rate }) => {
        const density = (inside: Tensor): Tensor => gammaDensity(inside, concentration, rate);
        return guarded(x.greater(0), x, 1, density, atEdge(concentration, rate.log()));
      },
      safe: 1,
      mean: ({ concentration, rate }) => concentration.div(rate),
      variance: ({ concentration, rate }) => concentration.div(rate.square()),
      logCdf: (x, { concentration, rate }) => logIncompleteGamma(concentration, x.mul(rate)),
      logSurvival: (x, { concentration, rate }) => logIncompleteGammaUpper(concentration, x.mul(rate)),
    },
  );

/**
 * Chi-squared with `df` degrees of freedom, the sum of as many squared standard normals: gamma(df / 2, ½).
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const chiSquared = (df: TensorLike, shape: Shape = []): Known =>
  continuousDistribution("chiSquared", { df: [df, positiveReals] }, shape, () => positive, {
    draw: (key, shape, { df }) => standardGamma(key, df.div(2).broadcastTo([...shape])).mul(2),
    logDensity: (x, { df }) => {
      const density = (inside: Tensor): Tensor => gammaDensity(inside, df.div(2), tf.scalar(0.5));
      return guarded(x.greater(0), x, 1, density, atEdge(df.div(2), tf.scalar(-Math.LN2)));
    },
    safe: 1,
    mean: ({ df }) => df,
    variance: ({ df }) => df.mul(2),
    logCdf: (x, { df }) => logIncompleteGamma(df.div(2), x.div(2)),
    logSurvival: (x, { df }) => logIncompleteGammaUpper(df.div(2), x.div(2)),
  });

/**
 * The reciprocal of a gamma: density ∝ x^(−concentration − 1) exp(−scale / x).
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const inverseGamma = (concentration: TensorLike, scale: TensorLike, shape: Shape = []): Known =>
  continuousDistribution(
    "inverseGamma",
    { concentration: [concentration, positiveReals], scale: [scale, positiveReals] },
    shape,
    () => positive,
    {
      draw: (key, shape, { concentration, scale }) =>
        scale.div(standardGamma(key, concentration.broadcastTo([...shape]))),
      logDensity: (x, { concentration, scale }) => {
        const density = (inside: Tensor): Tensor => inverseGammaDensity(inside, concentration, scale);
        return guarded(x.greater(0), x, 1, density, Number.NEGATIVE_INFINITY);
      },
      safe: 1,
      mean: ({ concentration, scale }) =>
        whereAbove(concentration, 1, (a) => scale.div(a.sub(1)), Number.POSITIVE_INFINITY),
      variance: ({ concentration, scale }) =>
        whereAbove(concentration, 2, (a) => scale.div(a.sub(1)).square().div(a.sub(2)), Number.POSITIVE_INFINITY),
      logCdf: (x, { concentration, scale }) => logIncompleteGammaUpper(concentration, scale.div(x)),
      logSurvival: (x, { concentration, scale }) => logIncompleteGamma(concentration, scale.div(x)),
    },
  );
