import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, stirlingGap } from "../ops/deviance.ts";
import { gamma as standardGamma } from "../ops/sampling.ts";
import { positive } from "../transforms/bounds.ts";
import type { Continuous } from "./distribution.ts";
import { atEdge, guarded } from "./guarded.ts";
import { positiveReals } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

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
export const gamma = (concentration: TensorLike, rate: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution(
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
    },
  );

/**
 * The reciprocal of a gamma: density ∝ x^(−concentration − 1) exp(−scale / x).
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const inverseGamma = (concentration: TensorLike, scale: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution(
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
    },
  );
