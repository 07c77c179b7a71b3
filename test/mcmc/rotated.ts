import type { Scalar, Tensor } from "../../src/core/tensor.ts";
import type { Engine, Gradient } from "../../src/engine/engine.ts";

/** A Gaussian whose axes lie askew: x = H y, y_i ~ normal(0, s_i), H = 1 − 2 v vᵀ / |v|². */
export interface Rotated {
  readonly size: number;
  readonly v: Float64Array;
  readonly sds: readonly number[];
}

/** Axes of lengths 1 to `longest` in equal ratios, turned by a vector that is not at right angles to any. */
export const rotatedGaussian = (size: number, longest: number): Rotated => {
  const raw = Float64Array.from({ length: size }, (_, i) => 1 + 0.5 * Math.sin(1 + 3 * i));
  const length = Math.hypot(...raw);
  return {
    size,
    v: raw.map((x) => x / length),
    sds: Array.from({ length: size }, (_, i) => longest ** (i / (size - 1))),
  };
};

/** H y. */
export const turned = ({ v }: Rotated, y: ArrayLike<number>): Float64Array => {
  const along = v.reduce((sum, each, i) => sum + each * y[i], 0);
  return v.map((each, i) => y[i] - 2 * along * each);
};

/** The variance of x_i, and the covariance matrix row by row. */
export const covarianceAt = ({ v, sds, size }: Rotated, i: number, j: number): number => {
  const h = (a: number, b: number): number => (a === b ? 1 : 0) - 2 * v[a] * v[b];
  let sum = 0;
  for (let k = 0; k < size; k++) sum += h(i, k) * h(j, k) * sds[k] ** 2;
  return sum;
};

export const rotatedGradient = (engine: Engine, { size, v, sds }: Rotated): Gradient =>
  engine.gradient(
    (x: Tensor, { v: axis, sds: scales }: { readonly v: Tensor; readonly sds: Tensor }) => {
      const y = x.sub(axis.mul(x.mul(axis).sum().mul(2)));
      return y.div(scales).square().sum().mul(-0.5) as Scalar;
    },
    size,
    { v: engine.tensor(v, [size]), sds: engine.tensor(sds, [size]) },
  );
