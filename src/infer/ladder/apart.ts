import { hostCholesky } from "../../core/cholesky.ts";
import { type Gaussian, momentsOf, whitened } from "../../diagnostics/gaussian.ts";

/** Draws on the wrong side of the middle between two chains that one and the other have at the most where they are apart. */
const mostAstray = 0.02;
/** Draws per dimension that a covariance matrix is estimated from; with fewer, variances alone. */
const enough = 10;

/** The pooled covariance of two chains about their own means, as a factor; that of the variances where draws are few. */
const withinBoth = (a: Float64Array, b: Float64Array, size: number): Gaussian | undefined => {
  const [first, second] = [momentsOf(a, size), momentsOf(b, size)];
  const pooled = first.covariance.map((x, i) => (x + second.covariance[i]) / 2);
  const few = (a.length + b.length) / size < enough * size;
  const used = few ? pooled.map((x, i) => (i % (size + 1) === 0 ? x : 0)) : pooled;
  const factor = hostCholesky(used, size);
  const mean = first.mean.map((x, i) => (x + second.mean[i]) / 2);
  return factor && { mean, factor };
};

const meanOf = (points: Float64Array, size: number): Float64Array => {
  const mean = new Float64Array(size);
  for (let at = 0; at < points.length; at++) mean[at % size] += (size * points[at]) / points.length;
  return mean;
};

/** The share of points whose coordinate along a direction is not positive. */
const shareBelow = (points: Float64Array, direction: Float64Array): number => {
  const { length: size } = direction;
  let below = 0;
  for (let at = 0; at < points.length; at += size) {
    let along = 0;
    for (let i = 0; i < size; i++) along += points[at + i] * direction[i];
    if (along <= 0) below++;
  }
  return (below * size) / points.length;
};

/**
 * Whether two chains keep to different places: along the direction that tells them apart best (Fisher's linear discriminant), hardly a
 * draw of either lies on the other's side. Chains that are stuck at one place each are apart where those places differ.
 */
export const isApart = (a: Float64Array, b: Float64Array, size: number): boolean => {
  const within = withinBoth(a, b, size);
  if (!within) return meanOf(a, size).some((x, i) => x !== meanOf(b, size)[i]);
  const [x, y] = [whitened(a, within), whitened(b, within)];
  const [from, to] = [meanOf(x, size), meanOf(y, size)];
  const direction = to.map((value, i) => value - from[i]);
  const astray = Math.max(shareBelow(y, direction), 1 - shareBelow(x, direction));
  return astray < mostAstray;
};
