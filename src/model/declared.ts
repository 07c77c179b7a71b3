import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { TensorLike } from "../core/tensor.ts";
import type { Support } from "../transforms/support.ts";
import * as supports from "../transforms/supports.ts";
import type { Axes, ParameterSite, Values } from "./site.ts";

/** A latent of a raw log joint: where it lives and its axes. */
export interface Declared {
  readonly support: ParameterSite["support"];
  readonly axes: Axes;
}

/** A number, a tensor, or a function of the data and the latents declared before: between(0, ({ alpha }) => tf.sub(1, alpha)). */
export type Bound = TensorLike | ((values: Values) => TensorLike);

/** The number of rows of a square matrix, or the name of the axis. */
export type Rows = number | string;

const boundAt = (who: string, bound: Bound, values: Values): TensorLike => {
  const at: unknown = typeof bound === "function" ? bound(values) : bound;
  if (typeof at === "number" || Array.isArray(at) || at instanceof tf.Tensor) return at as TensorLike;
  return fail(`${who}: a bound must be a number, a tensor, or a function that returns one, got ${typeof at}`);
};

/** A support made from bounds: at once, or at each evaluation where one of them is a function. */
const bounded = (
  who: string,
  make: (...bounds: [TensorLike, TensorLike]) => Support,
  bounds: readonly Bound[],
  axes: Axes,
): Declared => {
  const at = (values: Values): Support =>
    make(...(bounds.map((bound) => boundAt(who, bound, values)) as [TensorLike, TensorLike]));
  return { support: bounds.some((bound) => typeof bound === "function") ? at : at({}), axes };
};

const declared = (support: Support, axes: Axes): Declared => ({ support, axes });

/** Square matrices; `axes` stand before them. */
const square = (who: string, support: Support, rows: Rows, axes: Axes): Declared => {
  if (typeof rows !== "string" && typeof rows !== "number")
    fail(
      `${who}: expected the number of rows or the name of their axis, as in ${who}(3) or ${who}("K"), got ${JSON.stringify(rows)}`,
    );
  return { support, axes: [...axes, rows, rows] };
};

/** Any real numbers. */
export const real = (axes: Axes = []): Declared => declared(supports.realLine, axes);
/** Any real numbers, sampled as (x − offset) / multiplier. */
export const scaled = (offset: Bound, multiplier: Bound, axes: Axes = []): Declared =>
  bounded("scaled", supports.scaled, [offset, multiplier], axes);
export const positive = (axes: Axes = []): Declared => declared(supports.positive, axes);
export const above = (bound: Bound, axes: Axes = []): Declared => bounded("above", supports.lower, [bound], axes);
export const below = (bound: Bound, axes: Axes = []): Declared => bounded("below", supports.upper, [bound], axes);
export const between = (low: Bound, high: Bound, axes: Axes = []): Declared =>
  bounded("between", supports.interval, [low, high], axes);
/** Angles from −π to π. */
export const circular = (axes: Axes = []): Declared => declared(supports.circular, axes);
/** Vectors, along the last axis, in increasing order. */
export const increasing = (axes: Axes): Declared => declared(supports.ordered, axes);
/** Vectors of positive numbers in increasing order. */
export const positiveIncreasing = (axes: Axes): Declared => declared(supports.positiveOrdered, axes);
/** Vectors of shares that sum to 1. */
export const probabilities = (axes: Axes): Declared => declared(supports.simplex, axes);
/** Vectors that sum to 0. */
export const sumToZero = (axes: Axes): Declared => declared(supports.sumToZero, axes);
/** Matrices, the last two axes, whose rows and columns all sum to 0. */
export const sumToZeroMatrix = (axes: Axes): Declared => declared(supports.sumToZeroMatrix, axes);
/** Vectors of length 1. */
export const unitVector = (axes: Axes): Declared => declared(supports.unitVector, axes);
/** Matrices, the last two axes, whose rows are probability vectors. */
export const stochastic = (axes: Axes): Declared => declared(supports.stochastic, axes);
/** Matrices whose columns are probability vectors. */
export const columnStochastic = (axes: Axes): Declared => declared(supports.columnStochastic, axes);

/** Correlation matrices, with axes before them where there are several: correlation("K", ["J"]). */
export const correlation = (rows: Rows, axes: Axes = []): Declared =>
  square("correlation", supports.correlation, rows, axes);
/** Lower Cholesky factors of correlation matrices. */
export const correlationFactor = (rows: Rows, axes: Axes = []): Declared =>
  square("correlationFactor", supports.correlationFactor, rows, axes);
/** Covariance matrices. */
export const covariance = (rows: Rows, axes: Axes = []): Declared =>
  square("covariance", supports.covariance, rows, axes);
/** Lower Cholesky factors of covariance matrices. */
export const covarianceFactor = (rows: Rows, axes: Axes = []): Declared =>
  square("covarianceFactor", supports.covarianceFactor, rows, axes);
