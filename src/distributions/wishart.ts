import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import { range, showShape } from "../core/shape.ts";
import { fromHost, type Shape, type Tensor, type TensorLike } from "../core/tensor.ts";
import { deviance, stirlingGap } from "../ops/deviance.ts";
import { cholesky, diagonalOf, triangularSolve } from "../ops/linalg.ts";
import { normal, split } from "../ops/random.ts";
import { gamma } from "../ops/sampling.ts";
import { transposed } from "../ops/transposed.ts";
import { covariance, covarianceFactor } from "../transforms/covariance.ts";
import type { Support } from "../transforms/support.ts";
import { belowDiagonal } from "../transforms/triangle.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { outsideEvents } from "./outside.ts";
import { above, asReal, given, shapeOf } from "./parameters.ts";
import type { Matrix } from "./spread.ts";
import { isDefinite, matrixShape, orIdentity, positiveDefinite } from "./squareMatrices.ts";

/** A number for each row, counted from 0. */
const perRow = (size: number, f: (row: number) => number): Tensor => fromHost(range(size).map(f), [size]);

/** The shapes (df − i)/2 of the gamma variables on the diagonal, i from 0: [...] → [..., p]. */
const gammaShapes = (df: Tensor, size: number): Tensor =>
  df
    .expandDims(-1)
    .sub(perRow(size, (i) => i))
    .div(2);

/**
 * ½ df log |M Mᵀ| − ½ |M|² − ½ df p log 2 − log Γ_p(df/2) for a lower triangle M: on the diagonal, s = m_ii²/2 is put as the density of
 * the log of a gamma variable of shape (df − i)/2, whose large terms are formed as a deviance and do not cancel.
 */
const core = (m: Tensor, df: Tensor): Tensor => {
  const size = m.shape[m.rank - 1];
  const diagonal = diagonalOf(m);
  const s = diagonal.square().div(2);
  const shapes = gammaShapes(df, size);
  const logGammas = shapes.log().sub(stirlingGap(shapes)).sub(deviance(shapes, s));
  const below = m
    .square()
    .mul(belowDiagonal(size))
    .sum([m.rank - 2, m.rank - 1]);
  return logGammas
    .add(s.log().mul(perRow(size, (i) => i / 2)))
    .sum(-1)
    .sub(below.div(2))
    .sub(((size * (size - 1)) / 4) * Math.log(Math.PI));
};

/** A lower triangle A with A Aᵀ Wishart of unit scale: normals below the diagonal, roots of χ² on it. Bartlett 1933. */
const bartlett = (key: Key, df: Tensor, size: number): Tensor => {
  const [first, second] = split(key, 2);
  const below = normal(first, [...df.shape, size, size]).mul(belowDiagonal(size));
  return below.add(gamma(second, gammaShapes(df, size)).mul(2).sqrt().expandDims(-1).mul(tf.eye(size)));
};

interface Parts {
  readonly df: Tensor;
  /** The lower factor of the scale matrix. */
  readonly scale: Tensor;
}

/** What differs between the members of the family. */
interface Form {
  readonly name: string;
  readonly support: Support;
  /** Where the log-density is a number, and the factor of x there. */
  factorOf(x: Tensor): { readonly inside: Tensor; readonly factor: Tensor };
  logDensity(factor: Tensor, parts: Parts): Tensor;
  draw(a: Tensor, scale: Tensor): Tensor;
}

interface Family {
  readonly distribution: Continuous;
  readonly size: number;
  /** The parameters over the shape of one draw: df [..., 1, 1], scale [..., p, p]. */
  spread(): { readonly df: Tensor; readonly scale: Tensor };
}

const checkScale = (who: string, scale: Matrix | undefined): number => {
  const shape = shapeOf((scale as TensorLike | undefined) ?? fail(`${who}: scale is missing`));
  const [rows, columns] = shape.slice(-2);
  if (shape.length < 2 || rows !== columns || rows < 1)
    fail(`${who}: scale must be a square matrix [..., n, n], got ${showShape(shape)}`);
  return rows;
};

const family = (form: Form, df: TensorLike, scale: Matrix, shape: Shape): Family => {
  const { name, support, factorOf, logDensity, draw } = form;
  const size = checkScale(name, scale);
  const { at, parameters } = given(name, { df: [df, above(size - 1)], scale: [scale as TensorLike, positiveDefinite] });
  const full = matrixShape(name, shape, size, [shapeOf(df), shapeOf(scale as TensorLike).slice(0, -2)]);
  const lead = full.slice(0, -2);
  const distribution: Continuous = {
    name,
    rank: 2,
    shape: full,
    support,
    parameters,
    sample: (key, batch = []) => {
      const known = at();
      const a = bartlett(key, known.df.broadcastTo([...batch, ...lead]), size);
      return draw(a, cholesky(known.scale).broadcastTo([...batch, ...full]));
    },
    logProb: (value) => {
      const x = asReal(value);
      const known = at();
      const { inside, factor } = factorOf(x);
      return tf.where(inside, logDensity(factor, { df: known.df, scale: cholesky(known.scale) }), outsideEvents(x, 2));
    },
  };
  return {
    distribution,
    size,
    spread: () => {
      const known = at();
      return {
        df: known.df
          .broadcastTo([...lead])
          .expandDims(-1)
          .expandDims(-1),
        scale: known.scale.broadcastTo([...full]),
      };
    },
  };
};

/** Of a matrix, that is positive definite but for rounding. */
const factorOfMatrix = (x: Tensor): { readonly inside: Tensor; readonly factor: Tensor } => {
  const inside = tf.logicalAnd(covariance.contains(x), isDefinite(cholesky(x)));
  return { inside, factor: cholesky(orIdentity(inside, x)) };
};

const squareOf = (factor: Tensor): Tensor => tf.matMul(factor, factor, false, true);

/** (p + 1) log |L|, for the step from M to the matrix. */
const logVolume = (factor: Tensor): Tensor =>
  diagonalOf(factor)
    .log()
    .sum(-1)
    .mul(factor.shape[factor.rank - 1] + 1);

const wishartDensity = (factor: Tensor, { df, scale }: Parts): Tensor =>
  core(triangularSolve(scale, factor), df).sub(logVolume(factor));

const matrices: Form = {
  name: "wishart",
  support: covariance,
  factorOf: factorOfMatrix,
  logDensity: wishartDensity,
  draw: (a, scale) => squareOf(tf.matMul(scale, a)),
};

const factors: Form = {
  name: "wishartCholesky",
  support: covarianceFactor,
  factorOf: (x) => {
    const inside = tf.logicalAnd(covarianceFactor.contains(x), diagonalOf(x).min(-1).greater(0));
    return { inside, factor: orIdentity(inside, x) };
  },
  logDensity: (factor, parts) => {
    const size = factor.shape[factor.rank - 1];
    const toFactor = diagonalOf(factor)
      .log()
      .mul(perRow(size, (i) => size - i))
      .sum(-1)
      .add(size * Math.LN2);
    return wishartDensity(factor, parts).add(toFactor);
  },
  draw: (a, scale) => tf.matMul(scale, a),
};

const inverses: Form = {
  name: "inverseWishart",
  support: covariance,
  factorOf: factorOfMatrix,
  logDensity: (factor, { df, scale }) => {
    const lead = tf.broadcastTo(scale, [...factor.shape]);
    return core(triangularSolve(factor, lead), df).sub(logVolume(factor));
  },
  draw: (a, scale) => {
    const half = triangularSolve(a, transposed(scale));
    return tf.matMul(half, half, true, false);
  },
};

/** V_ij² and V_ii V_jj. */
const products = (scale: Tensor): { readonly square: Tensor; readonly outer: Tensor } => {
  const diagonal = diagonalOf(scale);
  return { square: scale.square(), outer: diagonal.expandDims(-1).mul(diagonal.expandDims(-2)) };
};

/**
 * Covariance matrices [..., p, p]: the sum of squares x xᵀ of df normal vectors with covariance `scale`, for any real df. Density
 * ∝ |X|^((df − p − 1)/2) exp(−½ tr(scale⁻¹ X)) with respect to the lower triangle, diagonal included; mean df · scale. A matrix that is
 * singular to rounding counts as outside.
 * @param df [...], above p − 1.
 * @param scale [..., p, p], symmetric and positive definite.
 * @param shape the shape [..., p, p] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where the scale is not square, df not above p − 1, or a shape does not fit.
 */
export const wishart = (df: TensorLike, scale: Matrix, shape: Shape = []): Continuous & Moments => {
  const { distribution, spread } = family(matrices, df, scale, shape);
  return {
    ...distribution,
    mean: () => {
      const known = spread();
      return known.scale.mul(known.df);
    },
    variance: () => {
      const known = spread();
      const { square, outer } = products(known.scale);
      return square.add(outer).mul(known.df);
    },
  };
};

/**
 * The lower Cholesky factor of a Wishart matrix: `wishart` with respect to the entries of the factor. No factorisation is needed to
 * evaluate it at a draw.
 * @param df [...], above p − 1.
 * @param scale [..., p, p], symmetric and positive definite: the scale of the matrix, not of its factor.
 * @param shape the shape [..., p, p] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where the scale is not square, df not above p − 1, or a shape does not fit.
 */
export const wishartCholesky = (df: TensorLike, scale: Matrix, shape: Shape = []): Continuous =>
  family(factors, df, scale, shape).distribution;

/** Ψ/(df − p − 1); for fewer degrees of freedom ∞ on the diagonal and NaN beside it. */
const inverseMean = (df: Tensor, scale: Tensor, size: number): Tensor => {
  const excess = df.sub(size + 1);
  const there = excess.greater(0);
  const absent = tf.where(tf.eye(size).equal(1), Number.POSITIVE_INFINITY, tf.fill([size, size], Number.NaN));
  return tf.where(there, scale.div(tf.where(there, excess, 1)), absent);
};

/** As scipy and Press 1982, section 5.2, have it; ∞ where only the mean exists, NaN where it does not. */
const inverseVariance = (df: Tensor, scale: Tensor, size: number): Tensor => {
  const excess = df.sub(size);
  const there = excess.greater(3);
  const safe = tf.where(there, excess, 4);
  const { square, outer } = products(scale);
  const top = square.mul(safe.add(1)).add(outer.mul(safe.sub(1)));
  const bottom = safe.mul(safe.sub(1).square()).mul(safe.sub(3));
  const absent = tf.where(excess.greater(1), Number.POSITIVE_INFINITY, tf.fill(excess.shape, Number.NaN));
  return tf.where(there, top.div(bottom), absent);
};

/**
 * The inverse of a Wishart matrix with scale⁻¹: density ∝ |X|^(−(df + p + 1)/2) exp(−½ tr(scale X⁻¹)) with respect to the lower triangle,
 * diagonal included; mean scale / (df − p − 1). A matrix that is singular to rounding counts as outside.
 * @param df [...], above p − 1.
 * @param scale [..., p, p], symmetric and positive definite.
 * @param shape the shape [..., p, p] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where the scale is not square, df not above p − 1, or a shape does not fit.
 */
export const inverseWishart = (df: TensorLike, scale: Matrix, shape: Shape = []): Continuous & Moments => {
  const { distribution, size, spread } = family(inverses, df, scale, shape);
  return {
    ...distribution,
    mean: () => {
      const known = spread();
      return inverseMean(known.df, known.scale, size);
    },
    variance: () => {
      const known = spread();
      return inverseVariance(known.df, known.scale, size);
    },
  };
};
