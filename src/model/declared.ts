import { fail } from "../core/check.ts";
import type { TensorLike } from "../core/tensor.ts";
import type { Support } from "../transforms/support.ts";
import * as supports from "../transforms/supports.ts";
import type { Axes } from "./site.ts";

/** A latent of a raw log joint: where it lives and its axes. */
export interface Declared {
  readonly support: Support;
  readonly axes: Axes;
}

/** The number of rows of a square matrix, or the name of the axis. */
export type Rows = number | string;

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
export const scaled = (offset: TensorLike, multiplier: TensorLike, axes: Axes = []): Declared =>
  declared(supports.scaled(offset, multiplier), axes);
export const positive = (axes: Axes = []): Declared => declared(supports.positive, axes);
export const above = (bound: TensorLike, axes: Axes = []): Declared => declared(supports.lower(bound), axes);
export const below = (bound: TensorLike, axes: Axes = []): Declared => declared(supports.upper(bound), axes);
export const between = (low: TensorLike, high: TensorLike, axes: Axes = []): Declared =>
  declared(supports.interval(low, high), axes);
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
