import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { stirlingGap } from "../ops/deviance.ts";
import { logIncompleteBetaOfLogit } from "../ops/incompleteBeta.ts";
import { log1pSquare } from "../ops/log1pSquare.ts";
import { split, normal as standardNormal } from "../ops/random.ts";
import { gamma as standardGamma } from "../ops/sampling.ts";
import { exp } from "../ops/special.ts";
import { lower } from "../transforms/bounds.ts";
import { realLine } from "../transforms/real.ts";
import { continuousDistribution, type Known, symmetric, whereAbove } from "./continuous.ts";
import { positiveReals, reals } from "./parameters.ts";

/** log Γ((ν + 1)/2) − log Γ(ν/2) − ½ log νπ, with what cancels for large ν taken out. */
const logNormaliser = (df: Tensor): Tensor =>
  stirlingGap(df.add(1).div(2))
    .sub(stirlingGap(df.div(2)))
    .add(df.sub(1).div(2).mul(df.reciprocal().log1p()))
    .sub(0.5 * (1 + Math.log(2 * Math.PI)));

const logDensityOf = (z: Tensor, df: Tensor): Tensor =>
  logNormaliser(df).sub(
    df
      .add(1)
      .div(2)
      .mul(log1pSquare(z.div(df.sqrt()))),
  );

const standardDraw = (key: Key, shape: Shape, df: Tensor): Tensor => {
  const [above, below] = split(key, 2);
  const half = df.div(2).broadcastTo([...shape]);
  const spread = half.div(standardGamma(below, half)).sqrt();
  return standardNormal(above, shape).mul(spread);
};

/** The logit of ν/(ν + z²). At 0 a number beside it, on the lower side, keeps the slope. */
const logitOf = (z: Tensor, df: Tensor): Tensor => {
  const away = z.add(tf.where(z.equal(0), -1e-200, tf.zerosLike(z)));
  return df.log().sub(away.abs().log().mul(2));
};

/** log P(|Z| > z) = log I(ν/2, ½) at ν/(ν + z²), Abramowitz & Stegun 26.7.1. */
const logTwoTails = (z: Tensor, df: Tensor): Tensor =>
  logIncompleteBetaOfLogit(logitOf(z, df), df.div(2), tf.scalar(0.5));

const logCdf = (z: Tensor, df: Tensor): Tensor => symmetric((low) => logTwoTails(low, df).sub(Math.LN2))(z);

/** The variance of the standard t. */
const standardVariance = (df: Tensor, below: number): Tensor =>
  whereAbove(
    df,
    2,
    (v) => v.div(v.sub(2)),
    tf.where(df.greater(1), Number.POSITIVE_INFINITY, tf.fill(df.shape, below)),
  );

/**
 * Student's t with `df` degrees of freedom, moved to `loc` and scaled by `scale` (its standard deviation only as df grows).
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const studentT = (df: TensorLike, loc: TensorLike, scale: TensorLike, shape: Shape = []): Known =>
  continuousDistribution(
    "studentT",
    { df: [df, positiveReals], loc: [loc, reals], scale: [scale, positiveReals] },
    shape,
    () => realLine,
    {
      draw: (key, shape, { df, loc, scale }) => standardDraw(key, shape, df).mul(scale).add(loc),
      logDensity: (x, { df, loc, scale }) => logDensityOf(x.sub(loc).div(scale), df).sub(scale.log()),
      mean: ({ df, loc }) => tf.where(df.greater(1), loc, Number.NaN),
      variance: ({ df, scale }) => standardVariance(df, Number.NaN).mul(scale.square()),
      logCdf: (x, { df, loc, scale }) => logCdf(x.sub(loc).div(scale), df),
      logSurvival: (x, { df, loc, scale }) => logCdf(loc.sub(x).div(scale), df),
    },
  );

/** E|Z| of the standard t: 2 √(ν/π) Γ((ν + 1)/2) / (Γ(ν/2) (ν − 1)), by its density at 0. */
const meanSize = (df: Tensor): Tensor =>
  whereAbove(
    df,
    1,
    (v) =>
      exp(logNormaliser(v))
        .mul(2)
        .mul(v.div(v.sub(1))),
    Number.POSITIVE_INFINITY,
  );

const sizeVariance = (df: Tensor): Tensor =>
  whereAbove(df, 2, (v) => v.div(v.sub(2)).sub(meanSize(v).square()), Number.POSITIVE_INFINITY);

/**
 * The upper half of a Student's t: loc + scale · |t|. `loc` is its lower bound, and its mode.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const halfStudentT = (df: TensorLike, loc: TensorLike, scale: TensorLike, shape: Shape = []): Known =>
  continuousDistribution(
    "halfStudentT",
    { df: [df, positiveReals], loc: [loc, reals], scale: [scale, positiveReals] },
    shape,
    () => lower(loc),
    {
      draw: (key, shape, { df, loc, scale }) => standardDraw(key, shape, df).abs().mul(scale).add(loc),
      logDensity: (x, { df, loc, scale }) => logDensityOf(x.sub(loc).div(scale), df).sub(scale.log()).add(Math.LN2),
      safe: 1,
      inside: ({ loc, scale }) => loc.add(scale),
      mean: ({ df, loc, scale }) => meanSize(df).mul(scale).add(loc),
      variance: ({ df, scale }) => sizeVariance(df).mul(scale.square()),
      logCdf: (x, { df, loc, scale }) =>
        logIncompleteBetaOfLogit(logitOf(x.sub(loc).div(scale), df).neg(), tf.scalar(0.5), df.div(2)),
      logSurvival: (x, { df, loc, scale }) => logTwoTails(x.sub(loc).div(scale), df),
    },
  );
