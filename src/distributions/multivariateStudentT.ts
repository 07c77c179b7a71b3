import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { stirlingGap } from "../ops/deviance.ts";
import { split } from "../ops/random.ts";
import { gamma as standardGamma } from "../ops/sampling.ts";
import { realVectors } from "../transforms/real.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { locatedShape, overRealVectors } from "./multivariateNormal.ts";
import { given, type ParameterSet, positiveReals, reals, shapeOf } from "./parameters.ts";
import { givenSpread, type Spread } from "./spread.ts";

/** log Γ((ν + n)/2) − log Γ(ν/2) − n/2 · log νπ, with what cancels for large ν taken out. */
const logNormaliser = (df: Tensor, size: number): Tensor => {
  const [half, more] = [df.div(2), size / 2];
  return gammaGap(half.add(more))
    .sub(gammaGap(half))
    .add(half.add(more).mul(half.reciprocal().mul(more).log1p()))
    .sub(more * (1 + Math.log(2 * Math.PI)));
};

/** log Γ(a) − a log a + a. */
const gammaGap = (a: Tensor): Tensor => stirlingGap(a).sub(a.log());

/** x where df is above `least`; beyond, ∞ for 1 < df, else NaN. */
const fromDegrees = (df: Tensor, least: number, x: (df: Tensor) => Tensor): Tensor => {
  const known = df.greater(least);
  const value = x(tf.where(known, df, least + 1));
  const spread = df.broadcastTo(value.shape);
  const without = tf.where(spread.greater(1), tf.fill(value.shape, Number.POSITIVE_INFINITY), Number.NaN);
  return tf.where(spread.greater(least), value, without);
};

/**
 * Student's t for vectors [..., n]: a normal vector whose covariance is the spread times df / χ²(df). Its covariance is the spread
 * times df / (df − 2), which is ∞ for df ≤ 2; its mean is `loc` for df > 1.
 * @param df degrees of freedom, [...]: one for each vector. @param loc [..., n], or a number for all elements.
 * @param spread as for `multivariateNormal`.
 * @param shape the shape [..., n] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where no form of the spread or several are given, the matrix is not square, or a shape does not fit.
 */
export const multivariateStudentT = (
  df: TensorLike,
  loc: TensorLike,
  spread: Spread,
  shape: Shape = [],
): Continuous & Moments => {
  const who = "multivariateStudentT";
  const form = givenSpread(who, spread);
  const all: Record<string, readonly [TensorLike, ParameterSet]> = {
    df: [df, positiveReals],
    loc: [loc, reals],
    ...form.parameters,
  };
  const { at, parameters } = given(who, all);
  const full = locatedShape(who, shape, loc, form, [[...shapeOf(df), 1]]);
  return {
    name: who,
    rank: 1,
    shape: full,
    support: realVectors,
    parameters,
    sample: (key, batch = []) => {
      const known = at();
      const [above, below] = split(key, 2);
      const wide = [...batch, ...full];
      const half = known.df.div(2).broadcastTo(wide.slice(0, -1));
      const scale = half.div(standardGamma(below, half)).sqrt().expandDims(-1);
      return form.from(known).draw(above, wide).mul(scale).add(known.loc);
    },
    logProb: (value) => {
      const known = at();
      const { distance, logDet } = form.from(known);
      return overRealVectors(value, (x) => {
        const tail = distance(x.sub(known.loc)).div(known.df).log1p();
        const power = known.df.add(form.size).div(2);
        return logNormaliser(known.df, form.size).sub(logDet().div(2)).sub(power.mul(tail));
      });
    },
    mean: () => {
      const { df, loc } = at();
      return fromDegrees(df.expandDims(-1), 1, () => loc.broadcastTo([...full]));
    },
    variance: () => {
      const known = at();
      const own = form.from(known).variance();
      return fromDegrees(known.df.expandDims(-1), 2, (df) => own.mul(df.div(df.sub(2))).broadcastTo([...full]));
    },
  };
};
