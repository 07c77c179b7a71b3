/** How the elements of a vector hang together: a covariance matrix in one of several forms. */
import * as tf from "#tfjs";
import { checkOptions, fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import { range, showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { cholesky, diagonalOf, logDetFromCholesky, triangularSolve, whiten } from "../ops/linalg.ts";
import { split, normal as standardNormal } from "../ops/random.ts";
import { transposed } from "../ops/transposed.ts";
import { everyLast } from "../transforms/support.ts";
import { type ParameterSet, positiveReals, reals, shapeOf } from "./parameters.ts";

/** A matrix [..., n, n]: a tensor, or its rows. */
export type Matrix = Tensor | readonly (readonly number[])[];

/** A covariance, its inverse, or the lower Cholesky factor L of the covariance L Lᵀ. All [..., n, n]. */
export type SquareSpread =
  | { readonly covariance: Matrix }
  | { readonly precision: Matrix }
  | { readonly choleskyFactor: Matrix };

/** One of those, or the covariance F Fᵀ + diag(d) by a factor F [..., n, r] and variances d [..., n]. */
export type Spread = SquareSpread | { readonly factor: Matrix; readonly diagonal: TensorLike };

/** A covariance Σ as what densities and draws need of it. */
export interface Scatter {
  /** rᵀ Σ⁻¹ r of vectors r [..., n] → [...]. */
  distance(r: Tensor): Tensor;
  /** log |Σ|, [...]. */
  logDet(): Tensor;
  /** Normal vectors [..., n] of mean 0 and covariance Σ. */
  draw(key: Key, shape: Shape): Tensor;
  /** The diagonal of Σ, [..., n]. */
  variance(): Tensor;
}

/** The same by a square root S of the covariance, Σ = S Sᵀ. Vectors [..., n] throughout. */
export interface Root {
  /** S⁻¹ r. */
  whiten(r: Tensor): Tensor;
  /** S z. */
  colour(z: Tensor): Tensor;
  /** log |Σ|, [...]. */
  logDet(): Tensor;
  /** The diagonal of Σ, [..., n]. */
  variance(): Tensor;
}

const byRoot = (root: Root): Scatter => ({
  distance: (r) => root.whiten(r).square().sum(-1),
  logDet: root.logDet,
  draw: (key, shape) => root.colour(standardNormal(key, shape)),
  variance: root.variance,
});

type Parameters = Readonly<Record<string, Tensor>>;

const symmetric = (a: Tensor): Tensor => {
  const error = a.sub(transposed(a)).abs();
  return everyLast(everyLast(error.lessEqual(a.abs().mul(1e-5))));
};

const positiveDefinite: ParameterSet = {
  name: "symmetric and positive definite",
  rank: 2,
  contains: (a) => tf.logicalAnd(symmetric(a), everyLast(tf.isFinite(diagonalOf(cholesky(a))))),
};

const aboveDiagonal = (n: number): Tensor => {
  const index = tf.tensor1d(range(n), "float32");
  return index.expandDims(0).greater(index.expandDims(1));
};

const choleskyFactors: ParameterSet = {
  name: "lower triangular with a positive diagonal",
  rank: 2,
  contains: (l) => {
    const lower = everyLast(everyLast(tf.logicalOr(aboveDiagonal(l.shape[l.rank - 1]).logicalNot(), l.equal(0))));
    return tf.logicalAnd(lower, everyLast(diagonalOf(l).greater(0)));
  },
};

/** M v for matrices [..., n, m] and vectors [..., m]; the leading axes broadcast. */
const times = (m: Tensor, v: Tensor): Tensor => m.mul(v.expandDims(-2)).sum(-1);

/** L⁻ᵀ x of vectors. */
const unwhiten = (l: Tensor, x: Tensor): Tensor => {
  const n = l.shape[l.rank - 1];
  if (l.rank > 2) return triangularSolve(l, x.expandDims(-1), { transpose: true }).squeeze([-1]);
  const columns = transposed(x.reshape([-1, n]));
  return transposed(triangularSolve(l, columns, { transpose: true })).reshape(x.shape);
};

/** From the factor of the covariance. */
const byFactor = (l: Tensor): Root => ({
  whiten: (r) => whiten(l, r),
  colour: (z) => times(l, z),
  logDet: () => logDetFromCholesky(l),
  variance: () => l.square().sum(-1),
});

/** From the factor of the inverse: P = L Lᵀ. */
const byInverseFactor = (l: Tensor): Root => ({
  whiten: (r) => times(transposed(l), r),
  colour: (z) => unwhiten(l, z),
  logDet: () => logDetFromCholesky(l).neg(),
  variance: () =>
    triangularSolve(l, tf.eye(l.shape[l.rank - 1]))
      .square()
      .sum(-2),
});

/** F Fᵀ + D by the r × r matrix I + Fᵀ D⁻¹ F (Woodbury's identity and the matrix determinant lemma). */
const byLowRank = (factor: Tensor, diagonal: Tensor): Scatter => {
  const scaled = transposed(factor).div(diagonal.expandDims(-2));
  const inner = (): Tensor => cholesky(tf.matMul(scaled, factor).add(tf.eye(factor.shape[factor.rank - 1])));
  return {
    distance: (r) =>
      r
        .square()
        .div(diagonal)
        .sum(-1)
        .sub(whiten(inner(), times(scaled, r)).square().sum(-1)),
    logDet: () => diagonal.log().sum(-1).add(logDetFromCholesky(inner())),
    draw: (key, shape) => {
      const [common, own] = split(key, 2);
      const few = standardNormal(common, [...shape.slice(0, -1), factor.shape[factor.rank - 1]]);
      return times(factor, few).add(standardNormal(own, shape).mul(diagonal.sqrt()));
    },
    variance: () => factor.square().sum(-1).add(diagonal),
  };
};

interface Form<T> {
  readonly sets: Readonly<Record<string, ParameterSet>>;
  from(parameters: Parameters): T;
}

const squareForms: readonly Form<Root>[] = [
  { sets: { covariance: positiveDefinite }, from: ({ covariance }) => byFactor(cholesky(covariance)) },
  { sets: { choleskyFactor: choleskyFactors }, from: ({ choleskyFactor }) => byFactor(choleskyFactor) },
  { sets: { precision: positiveDefinite }, from: ({ precision }) => byInverseFactor(cholesky(precision)) },
];

const forms: readonly Form<Scatter>[] = [
  ...squareForms.map(({ sets, from }): Form<Scatter> => ({ sets, from: (given) => byRoot(from(given)) })),
  { sets: { factor: reals, diagonal: positiveReals }, from: ({ factor, diagonal }) => byLowRank(factor, diagonal) },
];

const namesOf = ({ sets }: Form<unknown>): string => `{ ${Object.keys(sets).join(", ")} }`;

const formOf = <T>(who: string, spread: object, allowed: readonly Form<T>[]): Form<T> => {
  const rule = `${who}: expected one of ${allowed.map(namesOf).join(", ")}`;
  if (spread === null || typeof spread !== "object") fail(`${rule}, got ${String(spread)}`);
  const given = Object.keys(spread);
  checkOptions(
    who,
    spread,
    allowed.flatMap(({ sets }) => Object.keys(sets)),
  );
  const fits = ({ sets }: Form<T>): boolean =>
    Object.keys(sets).length === given.length && given.every((name) => name in sets);
  return allowed.find(fits) ?? fail(`${rule}, got ${given.length === 0 ? "none" : `{ ${given.join(", ")} }`}`);
};

const checkSquare = (who: string, name: string, shape: Shape): void => {
  const [rows, columns] = shape.slice(-2);
  if (shape.length < 2 || rows !== columns || rows < 1)
    fail(`${who}: ${name} must be a square matrix [..., n, n], got ${showShape(shape)}`);
};

const checkLowRank = (who: string, factor: Shape, diagonal: Shape): void => {
  const size = diagonal[diagonal.length - 1];
  if (factor.length < 2 || diagonal.length < 1 || factor[factor.length - 2] !== size)
    fail(
      `${who}: expected factor [..., n, r] and diagonal [..., n], got ${showShape(factor)} and ${showShape(diagonal)}`,
    );
};

/** A spread that has been looked at. */
export interface GivenSpread<T> {
  /** For `given` of a distribution. */
  readonly parameters: Readonly<Record<string, readonly [TensorLike, ParameterSet]>>;
  /** The shapes that vectors over it broadcast with: they end in n. */
  readonly shapes: readonly Shape[];
  readonly size: number;
  from(parameters: Parameters): T;
}

const readSpread = <T>(who: string, spread: Spread, allowed: readonly Form<T>[]): GivenSpread<T> => {
  const form = formOf(who, spread, allowed);
  const values = spread as unknown as Readonly<Record<string, TensorLike>>;
  const names = Object.keys(form.sets);
  const parameters = Object.fromEntries(names.map((name) => [name, [values[name], form.sets[name]] as const]));
  const [first, second] = names.map((name) => shapeOf(values[name] ?? []));
  if (second) checkLowRank(who, first, second);
  else checkSquare(who, names[0], first);
  const shapes = second ? [first.slice(0, -1), second] : [first.slice(0, -1)];
  return { parameters, shapes, size: first[first.length - 2], from: form.from };
};

/**
 * Which form of a covariance was given.
 * @param who named by errors.
 * @throws FluvialError where no form or several are given, or a matrix has not the shape it must have.
 */
export const givenSpread = (who: string, spread: Spread): GivenSpread<Scatter> => readSpread(who, spread, forms);

/** The same of the forms that have a square root. */
export const givenSquareSpread = (who: string, spread: SquareSpread): GivenSpread<Root> =>
  readSpread(who, spread, squareForms);
