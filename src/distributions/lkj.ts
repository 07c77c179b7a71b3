import * as tf from "#tfjs";
import { checkCount } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import { range } from "../core/shape.ts";
import { lgamma } from "../core/special/gamma.ts";
import { fromHost, type Shape, type Tensor, type TensorLike } from "../core/tensor.ts";
import { cholesky, diagonalOf } from "../ops/linalg.ts";
import { normal, split } from "../ops/random.ts";
import { gamma } from "../ops/sampling.ts";
import { exp, logBeta } from "../ops/special.ts";
import { correlation, correlationFactor } from "../transforms/correlation.ts";
import type { Support } from "../transforms/support.ts";
import { belowDiagonal, correlationsOf } from "../transforms/triangle.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { outsideEvents } from "./outside.ts";
import { asReal, given, positiveReals, shapeOf } from "./parameters.ts";
import { isDefinite, matrixShape, orIdentity } from "./squareMatrices.ts";

/** A number for each row but the first, counted from 1: [K − 1]. */
const perRow = (size: number, f: (row: number) => number): Tensor =>
  fromHost(
    range(size - 1).map((i) => f(i + 1)),
    [size - 1],
  );

/** α of L_kk² ~ Beta(α, k/2), row k from 0: concentration + (K − 1 − k)/2. [...] → [..., K − 1]. */
const shapesOfDiagonal = (concentration: Tensor, size: number): Tensor =>
  concentration.expandDims(-1).add(perRow(size, (k) => (size - 1 - k) / 2));

/**
 * The log of the integral of det R^(concentration − 1) over correlation matrices: row by row, that of (1 − |w|²)^(α − 1) over the unit
 * ball in k dimensions. Equal to Lewandowski, Kurowicka & Joe 2009, eq. 16; a sum without large terms that cancel.
 */
const logNormaliser = (concentration: Tensor, size: number): Tensor => {
  const balls = range(size - 1).map((i) => ((i + 1) / 2) * Math.log(Math.PI) - lgamma((i + 1) / 2));
  return logBeta(
    shapesOfDiagonal(concentration, size),
    perRow(size, (k) => k / 2),
  )
    .sum(-1)
    .add(balls.reduce((a, b) => a + b, 0));
};

/** power · log x, where x = 0 too. */
const powerLog = (power: Tensor, x: Tensor): Tensor => {
  const above = x.greater(0);
  const atZero = tf.where(
    power.equal(0),
    0,
    tf.where(power.less(0), Number.POSITIVE_INFINITY, tf.fill(power.shape, Number.NEGATIVE_INFINITY)),
  );
  return tf.where(above, power.mul(tf.where(above, x, 1).log()), atZero);
};

/** Σ powers · log L_kk over the rows but the first, less the normaliser. */
const logDensity = (diagonal: Tensor, powers: Tensor, concentration: Tensor): Tensor => {
  const size = diagonal.shape[diagonal.rank - 1];
  const [, rest] = tf.split(diagonal, [1, size - 1], -1);
  return powerLog(powers, rest).sum(-1).sub(logNormaliser(concentration, size));
};

/**
 * Rows (z, √(2g)) brought to length 1, with z normal and g ~ Gamma(α): their last entry squared is Beta(α, k/2), the direction of the
 * others uniform. Independent rows are the Cholesky form of the onion of Lewandowski, Kurowicka & Joe 2009, section 3.2.
 */
const drawFactor = (key: Key, concentration: Tensor, size: number): Tensor => {
  const [first, second] = split(key, 2);
  const alpha = concentration.expandDims(-1).add(
    fromHost(
      range(size).map((k) => (size - 1 - k) / 2),
      [size],
    ),
  );
  const noise = normal(first, [...concentration.shape, size, size]).mul(belowDiagonal(size));
  const rows = noise.add(gamma(second, alpha).mul(2).sqrt().expandDims(-1).mul(tf.eye(size)));
  return rows.div(rows.square().sum(-1, true).sqrt());
};

/** What differs between the matrices and their factors. */
interface Form {
  readonly name: string;
  readonly support: Support;
  /** Where the log-density is a number, and the diagonal of the factor there. */
  diagonalOf(x: Tensor): { readonly inside: Tensor; readonly diagonal: Tensor };
  /** The powers of L_kk, k from 1: [..., 1] → [..., K − 1]. */
  powers(concentration: Tensor, size: number): Tensor;
  fromFactor(l: Tensor): Tensor;
  moments(concentration: Tensor, size: number): { readonly mean: Tensor; readonly variance: Tensor };
}

const lkjOf = (form: Form, size: number, concentration: TensorLike, shape: Shape): Continuous & Moments => {
  const { name, support, powers, fromFactor, moments } = form;
  checkCount(`${name}: size`, size, 2);
  const { at, parameters } = given(name, { concentration: [concentration, positiveReals] });
  const full = matrixShape(name, shape, size, [shapeOf(concentration)]);
  const lead = full.slice(0, -2);
  const spread = (x: Tensor): Tensor => x.broadcastTo([...full]);
  return {
    name,
    rank: 2,
    shape: full,
    support,
    parameters,
    sample: (key, batch = []) => fromFactor(drawFactor(key, at().concentration.broadcastTo([...batch, ...lead]), size)),
    logProb: (value) => {
      const x = asReal(value);
      const own = at().concentration;
      const { inside, diagonal } = form.diagonalOf(x);
      return tf.where(inside, logDensity(diagonal, powers(own.expandDims(-1), size), own), outsideEvents(x, 2));
    },
    mean: () => spread(moments(at().concentration, size).mean),
    variance: () => spread(moments(at().concentration, size).variance),
  };
};

/** 1/(2 concentration + K − 1) below the diagonal, or beside it too: [...] → [..., K, K]. */
const spreadOffDiagonal = (concentration: Tensor, size: number, mask: Tensor): Tensor =>
  concentration
    .mul(2)
    .add(size - 1)
    .reciprocal()
    .expandDims(-1)
    .expandDims(-1)
    .mul(mask);

/** A vector [..., K − 1] on the diagonal of a matrix, after a first entry. */
const onDiagonal = (first: number, x: Tensor): Tensor => {
  const all = tf.pad(x, [...range(x.rank - 1).map((): [number, number] => [0, 0]), [1, 0]], first);
  return all.expandDims(-1).mul(tf.eye(x.shape[x.rank - 1] + 1));
};

const factors: Form = {
  name: "lkjCholesky",
  support: correlationFactor,
  diagonalOf: (x) => {
    const inside = correlationFactor.contains(x);
    return { inside, diagonal: tf.where(inside.expandDims(-1), diagonalOf(x), 1) };
  },
  powers: (concentration, size) => concentration.mul(2).add(perRow(size, (k) => size - 3 - k)),
  fromFactor: (l) => l,
  moments: (concentration, size) => {
    const alpha = shapesOfDiagonal(concentration, size);
    const beta = perRow(size, (k) => k / 2);
    const mean = exp(logBeta(alpha.add(0.5), beta).sub(logBeta(alpha, beta)));
    const variance = alpha.div(alpha.add(beta)).sub(mean.square());
    const below = spreadOffDiagonal(concentration, size, belowDiagonal(size));
    return { mean: onDiagonal(1, mean), variance: below.add(onDiagonal(0, variance)) };
  },
};

const matrices: Form = {
  name: "lkj",
  support: correlation,
  diagonalOf: (x) => {
    const inside = tf.logicalAnd(correlation.contains(x), isDefinite(cholesky(x)));
    return { inside, diagonal: diagonalOf(cholesky(orIdentity(inside, x))) };
  },
  powers: (concentration, size) =>
    concentration
      .sub(1)
      .mul(2)
      .add(perRow(size, () => 0)),
  fromFactor: correlationsOf,
  moments: (concentration, size) => ({
    mean: tf.eye(size),
    variance: spreadOffDiagonal(concentration, size, tf.sub(1, tf.eye(size))),
  }),
};

/**
 * Lower Cholesky factors [..., K, K] of correlation matrices R with density ∝ det R^(concentration − 1) over R: here with respect to the
 * entries below the diagonal, ∝ Π_k L_kk^(K − k + 2 concentration − 2). Concentration 1 is uniform over correlation matrices; above
 * it correlations are drawn to 0. Lewandowski, Kurowicka & Joe 2009; Stan functions reference, "Cholesky LKJ correlation".
 * @param size K, at least 2.
 * @param concentration [...], positive.
 * @param shape the shape [..., K, K] of one draw, where it is larger than that of the parameter.
 * @throws FluvialError where size is no whole number from 2, the concentration not positive, or a shape does not fit.
 */
export const lkjCholesky = (size: number, concentration: TensorLike, shape: Shape = []): Continuous & Moments =>
  lkjOf(factors, size, concentration, shape);

/**
 * Correlation matrices [..., K, K] with density ∝ det R^(concentration − 1) with respect to the entries below the diagonal. Each
 * correlation r is (1 + r)/2 ~ Beta(a, a) with a = concentration − 1 + K/2. A matrix that is singular to rounding counts as outside;
 * models do better with `lkjCholesky`, which needs no factorisation. Lewandowski, Kurowicka & Joe 2009.
 * @param size K, at least 2.
 * @param concentration [...], positive.
 * @param shape the shape [..., K, K] of one draw, where it is larger than that of the parameter.
 * @throws FluvialError where size is no whole number from 2, the concentration not positive, or a shape does not fit.
 */
export const lkj = (size: number, concentration: TensorLike, shape: Shape = []): Continuous & Moments =>
  lkjOf(matrices, size, concentration, shape);
