/** Distributions that are another one moved and scaled by their parameters. */
import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range } from "../core/shape.ts";
import { asTensor, type Tensor } from "../core/tensor.ts";
import { cholesky, triangularSolve, whiten } from "../ops/linalg.ts";
import { exp } from "../ops/special.ts";
import { transposed } from "../ops/transposed.ts";
import { cauchy, halfCauchy } from "./cauchy.ts";
import type { Continuous, Distribution, Standardised } from "./distribution.ts";
import { exponential } from "./exponential.ts";
import { laplace } from "./laplace.ts";
import { logistic } from "./logistic.ts";
import { multivariateStudentT } from "./multivariateStudentT.ts";
import { halfNormal, normal } from "./normal.ts";
import { halfStudentT, studentT } from "./studentT.ts";
import { gumbel } from "./weibull.ts";

/** A parameter as a tensor, made anew at each use: a plain number takes the precision in force there. */
const parameter = ({ parameters }: Distribution, name: string): Tensor => asTensor(parameters[name].value);

/** value = loc + scale · u. */
const movedAndScaled =
  (base: (of: Distribution) => Continuous) =>
  (of: Distribution): Standardised => ({
    base: base(of),
    forward: (u) => u.mul(parameter(of, "scale")).add(parameter(of, "loc")),
    inverse: (value) => value.sub(parameter(of, "loc")).div(parameter(of, "scale")),
  });

/** log value = loc + scale · u. */
const lognormalOf = (of: Distribution): Standardised => {
  const log = movedAndScaled(() => normal(0, 1))(of);
  return { base: log.base, forward: (u) => exp(log.forward(u)), inverse: (value) => log.inverse(value.log()) };
};

/** value = u / rate. */
const exponentialOf = (of: Distribution): Standardised => ({
  base: exponential(1),
  forward: (u) => u.div(parameter(of, "rate")),
  inverse: (value) => value.mul(parameter(of, "rate")),
});

/** L u of vectors u [..., n]. */
const times = (factor: Tensor, u: Tensor): Tensor => factor.mul(u.expandDims(-2)).sum(-1);

/** L⁻ᵀ u. */
const solveTransposed = (factor: Tensor, u: Tensor): Tensor => {
  const batch = [...u.shape.slice(0, -1), ...factor.shape.slice(-2)];
  return triangularSolve(factor.broadcastTo(batch), u.expandDims(-1), { transpose: true }).squeeze([-1]);
};

/** value = loc + L u, with spread L Lᵀ. */
const byFactor = (of: Distribution, base: Continuous, factor: () => Tensor): Standardised => ({
  base,
  forward: (u) => times(factor(), u).add(parameter(of, "loc")),
  inverse: (value) => whiten(factor(), value.sub(parameter(of, "loc"))),
});

/** value = loc + L⁻ᵀ u, with the inverse of the spread L Lᵀ. */
const byPrecision = (of: Distribution, base: Continuous): Standardised => {
  const factor = (): Tensor => cholesky(parameter(of, "precision"));
  return {
    base,
    forward: (u) => solveTransposed(factor(), u).add(parameter(of, "loc")),
    inverse: (value) => times(transposed(factor()), value.sub(parameter(of, "loc"))),
  };
};

const movedBySpread =
  (base: (of: Distribution) => Continuous) =>
  (of: Distribution): Standardised => {
    const { choleskyFactor, covariance, precision } = of.parameters;
    if (choleskyFactor) return byFactor(of, base(of), () => parameter(of, "choleskyFactor"));
    if (covariance) return byFactor(of, base(of), () => cholesky(parameter(of, "covariance")));
    if (precision) return byPrecision(of, base(of));
    return fail(`noncentred: ${of.name} must be given by a covariance, a precision or a Cholesky factor`);
  };

const standardStudentVector = (of: Distribution): Continuous => {
  const size = of.shape[of.shape.length - 1];
  const identity = range(size).map((i) => range(size).map((j) => Number(i === j)));
  return multivariateStudentT(of.parameters.df.value, 0, { choleskyFactor: identity });
};

/** value_t = initial + Σ_{s ≤ t} (drift + scale_s u_s). */
const randomWalkOf = (of: Distribution): Standardised => {
  if (!of.parameters.initial)
    fail(`noncentred: ${of.name} must have numbers, no distribution, as its initial; give that a latent of its own`);
  const initial = (): Tensor => parameter(of, "initial").expandDims(-1);
  const before = (value: Tensor): Tensor => {
    const [length, last] = [value.shape[value.rank - 1], value.rank - 1];
    const [most] = tf.split(value, [length - 1, 1], last);
    return tf.concat([initial().broadcastTo([...value.shape.slice(0, -1), 1]), most], last);
  };
  return {
    base: normal(0, 1),
    forward: (u) => {
      const steps = u.mul(parameter(of, "scale")).add(parameter(of, "drift"));
      return steps.cumsum(steps.rank - 1).add(initial());
    },
    inverse: (value) => value.sub(before(value)).sub(parameter(of, "drift")).div(parameter(of, "scale")),
  };
};

/** What each distribution is the image of. Those that say it themselves, by `standard`, need no row. */
export const standards: Readonly<Record<string, (of: Distribution) => Standardised>> = {
  normal: movedAndScaled(() => normal(0, 1)),
  studentT: movedAndScaled((of) => studentT(of.parameters.df.value, 0, 1)),
  cauchy: movedAndScaled(() => cauchy(0, 1)),
  laplace: movedAndScaled(() => laplace(0, 1)),
  logistic: movedAndScaled(() => logistic(0, 1)),
  gumbel: movedAndScaled(() => gumbel(0, 1)),
  halfNormal: movedAndScaled(() => halfNormal(0, 1)),
  halfCauchy: movedAndScaled(() => halfCauchy(0, 1)),
  halfStudentT: movedAndScaled((of) => halfStudentT(of.parameters.df.value, 0, 1)),
  lognormal: lognormalOf,
  exponential: exponentialOf,
  multivariateNormal: movedBySpread(() => normal(0, 1)),
  multivariateStudentT: movedBySpread(standardStudentVector),
  gaussianRandomWalk: randomWalkOf,
};
