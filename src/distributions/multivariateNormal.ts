import * as tf from "#tfjs";
import { checkOptions, fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { cholesky, diagonalOf, whiten } from "../ops/linalg.ts";
import { normal as standardNormal } from "../ops/random.ts";
import { realVectors } from "../transforms/real.ts";
import { everyLast } from "../transforms/support.ts";
import type { Continuous } from "./distribution.ts";
import { outsideSupport } from "./guarded.ts";
import { asReal, given, type ParameterSet, reals, shapeOf, spreadShapes } from "./parameters.ts";

/** A square matrix [..., n, n]: a tensor, or its rows. */
export type Matrix = Tensor | readonly (readonly number[])[];

/** How the elements of a normal vector hang together: one of the two. */
export type Spread = { readonly covariance: Matrix } | { readonly choleskyFactor: Matrix };

const symmetric = (a: Tensor): Tensor => {
  const axes = [...range(a.rank - 2), a.rank - 1, a.rank - 2];
  const error = a.sub(a.transpose(axes)).abs();
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

const checkSquare = (name: string, shape: Shape): void => {
  const [rows, columns] = shape.slice(-2);
  if (shape.length < 2 || rows !== columns || rows < 1)
    fail(`multivariateNormal: ${name} must be a square matrix [..., n, n], got ${showShape(shape)}`);
};

const matrixOf = (spread: Spread): readonly ["covariance" | "choleskyFactor", TensorLike] => {
  const known = ["covariance", "choleskyFactor"] as const;
  const rule = "multivariateNormal: expected { covariance } or { choleskyFactor }";
  if (spread === null || typeof spread !== "object") fail(`${rule}, got ${String(spread)}`);
  checkOptions("multivariateNormal", spread, known);
  const [name, second] = known.filter((each) => each in spread);
  if (name === undefined || second !== undefined) fail(`${rule}, got ${name === undefined ? "neither" : "both"}`);
  return [name, (spread as Record<typeof name, TensorLike>)[name]];
};

/**
 * A normal vector [..., n] with mean `loc` and the given covariance, or its lower Cholesky factor L (covariance L Lᵀ). A covariance
 * that is not positive definite has a log-density of NaN.
 * @param loc [..., n], or a number for all elements.
 * @param spread [..., n, n].
 * @param shape the shape [..., n] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where the matrix is not square, or a shape does not fit.
 */
export const multivariateNormal = (loc: TensorLike, spread: Spread, shape: Shape = []): Continuous => {
  const who = "multivariateNormal";
  const [name, matrix] = matrixOf(spread);
  const { at, parameters } = given(who, {
    loc: [loc, reals],
    [name]: [matrix, name === "covariance" ? positiveDefinite : choleskyFactors],
  } as Record<string, readonly [TensorLike, ParameterSet]>);
  const square = shapeOf(matrix);
  checkSquare(name, square);
  const size = square[square.length - 1];
  const full = spreadShapes(who, shape, [shapeOf(loc), square.slice(0, -1)]);
  if (full[full.length - 1] !== size)
    fail(`${who}: loc and shape must end in ${size}, as ${name} does, got ${showShape(full)}`);
  const factorOf = (parameters: Readonly<Record<string, Tensor>>): Tensor =>
    name === "covariance" ? cholesky(parameters[name]) : parameters[name];
  return {
    name: who,
    rank: 1,
    shape: full,
    support: realVectors,
    parameters,
    sample: (key, batch = []) => {
      const known = at();
      const noise = standardNormal(key, [...batch, ...full]);
      return factorOf(known).mul(noise.expandDims(-2)).sum(-1).add(known.loc);
    },
    logProb: (value) => {
      const x = asReal(value);
      const known = at();
      const inside = realVectors.contains(x);
      const density = logDensity(tf.where(inside.expandDims(-1), x, 0), known.loc, factorOf(known));
      return tf.where(inside, density, outsideSupport(x.max(-1)));
    },
  };
};

/** −½ |L⁻¹(x − loc)|² − Σ log L_ii − ½ n log 2π. */
const logDensity = (x: Tensor, loc: Tensor, factor: Tensor): Tensor => {
  const distance = whiten(factor, x.sub(loc)).square().sum(-1);
  const size = factor.shape[factor.rank - 1];
  return distance
    .mul(-0.5)
    .sub(diagonalOf(factor).log().sum(-1))
    .sub(0.5 * size * Math.log(2 * Math.PI));
};
