/** Covariance functions of Gaussian processes, and their sums and products. Rasmussen & Williams 2006, chapter 4. */
import * as tf from "#tfjs";
import { checkOptions, fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import { asTensor, type Tensor, type TensorLike } from "../core/tensor.ts";
import { exp } from "../ops/special.ts";
import { shapeOf } from "./parameters.ts";

/** A covariance function k. Inputs are matrices [n, d], one point a row. */
export interface CovarianceKernel {
  /** k(a_i, b_j) of two sets of points: [n, d], [m, d] → [n, m]. */
  between(a: Tensor, b: Tensor): Tensor;
  /** The covariance matrix of one set of points, [n, d] → [n, n]: `between` a set and itself, and what each point has alone. */
  among(a: Tensor): Tensor;
  /** k(a_i, a_i), [n, d] → [n]. */
  variance(a: Tensor): Tensor;
}

/** Σ over columns of (a_ik − b_jk)² w_k: [n, d], [m, d] → [n, m]; w [d], or a scalar for all. */
const squaredDistances = (a: Tensor, b: Tensor, weights: Tensor): Tensor => {
  const columns = a.shape[1] as number;
  if (columns === 1 && weights.rank === 0) return a.sub(b.transpose()).square().mul(weights);
  const each = a.expandDims(1).sub(b.expandDims(0)).square();
  if (weights.rank === 0) return each.sum(-1).mul(weights);
  if (weights.size !== columns)
    fail(`lengthScale: expected one number, or one for each column of the inputs, ${columns}, got ${weights.size}`);
  return tf
    .matMul(each.reshape([-1, columns]), weights.reshape([columns, 1]))
    .reshape([a.shape[0] as number, b.shape[0] as number]);
};

/** The root of squared distances, whose slope at 0 is taken as 0. */
const root = (squared: Tensor): Tensor => {
  const apart = squared.greater(0);
  return tf.where(apart, tf.where(apart, squared, 1).sqrt(), 0);
};

/** √Σ ((a_ik − b_jk) / ℓ_k)². Distances of the inputs come first: where those are data, they are worked out once. */
const distances = (a: Tensor, b: Tensor, lengthScale: Tensor): Tensor => {
  const one = tf.scalar(1);
  if (lengthScale.rank === 0) return root(squaredDistances(a, b, one)).div(lengthScale);
  return root(squaredDistances(a, b, lengthScale.square().reciprocal()));
};

const checkScale = (who: string, name: string, value: TensorLike | undefined, rank: number): void => {
  if (value === undefined) return;
  const known = typeof value === "number" || Array.isArray(value) || value instanceof tf.Tensor;
  if (!known) fail(`${who}: ${name} must be a number or a tensor, got ${typeof value}`);
  if (shapeOf(value).length > rank)
    fail(
      `${who}: ${name} must be ${rank === 0 ? "a scalar" : "a scalar or one number a column"}, got ${showShape(shapeOf(value))}`,
    );
  const numbers = [value].flat().filter((x): x is number => typeof x === "number");
  const wrong = numbers.find((x) => !(Number.isFinite(x) && x > 0));
  if (wrong !== undefined) fail(`${who}: ${name} must be positive and finite, got ${wrong}`);
};

const checkScales = (who: string, options: object, ranks: Readonly<Record<string, number>>): void => {
  if (options === null || typeof options !== "object")
    fail(`${who}: expected options { ${Object.keys(ranks).join(", ")} }, got ${String(options)}`);
  checkOptions(who, options, Object.keys(ranks));
  for (const [name, rank] of Object.entries(ranks))
    checkScale(who, name, (options as Readonly<Record<string, TensorLike>>)[name], rank);
};

const squared = (x: TensorLike): Tensor => asTensor(x).square();

/** A kernel whose value at distance 0 is `peak()` everywhere. */
const stationary = (peak: () => Tensor, between: CovarianceKernel["between"]): CovarianceKernel => ({
  between,
  among: (a) => between(a, a),
  variance: (a) => peak().broadcastTo([a.shape[0] as number]),
});

/** A standard deviation, and how far points hang together: one length for all columns of the inputs, or [d], one for each. */
export interface ScaleOptions {
  /** The standard deviation of the process at a point; 1. */
  readonly amplitude?: TensorLike;
  /** In the units of the inputs; 1. */
  readonly lengthScale?: TensorLike;
}

const scales = { amplitude: 0, lengthScale: 1 };

/** amplitude² exp(−½ r²) with r = |a − b| / lengthScale. Rasmussen & Williams 2006, eq. 4.9. */
export const squaredExponential = (options: ScaleOptions = {}): CovarianceKernel => {
  checkScales("squaredExponential", options, scales);
  const { amplitude = 1, lengthScale = 1 } = options;
  return stationary(
    () => squared(amplitude),
    (a, b) => {
      const weights = squared(lengthScale).reciprocal().mul(-0.5);
      return exp(squaredDistances(a, b, weights)).mul(squared(amplitude));
    },
  );
};

/** amplitude² · shape(√(2ν) r): a Matérn kernel of half-integer ν. Rasmussen & Williams 2006, eq. 4.17. */
const matern =
  (name: string, factor: number, polynomial: (r: Tensor) => Tensor | undefined) =>
  (options: ScaleOptions = {}): CovarianceKernel => {
    checkScales(name, options, scales);
    const { amplitude = 1, lengthScale = 1 } = options;
    return stationary(
      () => squared(amplitude),
      (a, b) => {
        const r = distances(a, b, asTensor(lengthScale)).mul(factor);
        const decay = exp(r.neg()).mul(squared(amplitude));
        return polynomial(r)?.mul(decay) ?? decay;
      },
    );
  };

type Stationary = (options?: ScaleOptions) => CovarianceKernel;

/** amplitude² exp(−r): continuous paths without slopes (Ornstein–Uhlenbeck). */
export const matern12: Stationary = matern("matern12", 1, () => undefined);
/** amplitude² (1 + √3 r) exp(−√3 r): paths with one derivative. */
export const matern32: Stationary = matern("matern32", Math.sqrt(3), (r) => r.add(1));
/** amplitude² (1 + √5 r + 5/3 r²) exp(−√5 r): paths with two derivatives. */
export const matern52: Stationary = matern("matern52", Math.sqrt(5), (r) => r.add(1).add(r.square().div(3)));

/** amplitude² (1 + r² / 2α)^(−α): a mixture of squared exponentials of many lengths. Rasmussen & Williams 2006, eq. 4.19. */
export const rationalQuadratic = (options: ScaleOptions & { readonly alpha?: TensorLike } = {}): CovarianceKernel => {
  checkScales("rationalQuadratic", options, { ...scales, alpha: 0 });
  const { amplitude = 1, lengthScale = 1, alpha = 1 } = options;
  return stationary(
    () => squared(amplitude),
    (a, b) => {
      const power = asTensor(alpha);
      const half = squaredDistances(a, b, squared(lengthScale).reciprocal().mul(0.5));
      return exp(half.div(power).log1p().mul(power).neg()).mul(squared(amplitude));
    },
  );
};

/**
 * amplitude² exp(−2 Σ sin²(π |a − b| / period) / lengthScale²), column by column: functions that repeat. `lengthScale` is in units of
 * the sine, not of the inputs. MacKay 1998; Rasmussen & Williams 2006, eq. 4.31.
 */
export const periodic = (options: ScaleOptions & { readonly period?: TensorLike } = {}): CovarianceKernel => {
  checkScales("periodic", options, { ...scales, period: 1 });
  const { amplitude = 1, lengthScale = 1, period = 1 } = options;
  return stationary(
    () => squared(amplitude),
    (a, b) => {
      const turns = a.expandDims(1).sub(b.expandDims(0)).div(asTensor(period));
      const sine = turns.mul(Math.PI).sin().div(asTensor(lengthScale)).square().sum(-1);
      return exp(sine.mul(-2)).mul(squared(amplitude));
    },
  );
};

/**
 * amplitude² Σ (a_k − centre)(b_k − centre): straight lines through `centre` (0). Rasmussen & Williams 2006, §4.2.2.
 * @param options amplitude: the standard deviation of a slope, a scalar or [d]; centre: a scalar or [d].
 */
export const linearKernel = (
  options: { readonly amplitude?: TensorLike; readonly centre?: TensorLike } = {},
): CovarianceKernel => {
  checkOptions("linearKernel", options, ["amplitude", "centre"]);
  const { amplitude = 1, centre = 0 } = options;
  checkScale("linearKernel", "amplitude", amplitude, 1);
  const from = (x: Tensor): Tensor => x.sub(asTensor(centre)).mul(asTensor(amplitude));
  const between = (a: Tensor, b: Tensor): Tensor => tf.matMul(from(a), from(b), false, true);
  return { between, among: (a) => between(a, a), variance: (a) => from(a).square().sum(-1) };
};

/** amplitude² everywhere: one unknown level. */
export const constantKernel = (options: { readonly amplitude?: TensorLike } = {}): CovarianceKernel => {
  checkScales("constantKernel", options, { amplitude: 0 });
  const peak = (): Tensor => squared(options.amplitude ?? 1);
  return stationary(peak, (a, b) => peak().broadcastTo([a.shape[0] as number, b.shape[0] as number]));
};

/** amplitude² where a point meets itself: noise of its own at every point, none in common with new points at the same place. */
export const white = (options: { readonly amplitude?: TensorLike } = {}): CovarianceKernel => {
  checkScales("white", options, { amplitude: 0 });
  const peak = (): Tensor => squared(options.amplitude ?? 1);
  return {
    between: (a, b) => tf.zeros([a.shape[0] as number, b.shape[0] as number]),
    among: (a) => tf.eye(a.shape[0] as number).mul(peak()),
    variance: (a) => peak().broadcastTo([a.shape[0] as number]),
  };
};

const checkKernels = (who: string, kernels: readonly CovarianceKernel[]): void => {
  if (kernels.length === 0) fail(`${who}: expected at least one kernel`);
  for (const each of kernels)
    if (typeof each?.between !== "function")
      fail(`${who}: expected kernels such as squaredExponential({ lengthScale: 2 }), got ${String(each)}`);
};

const combined =
  (who: string, join: (a: Tensor, b: Tensor) => Tensor) =>
  (...kernels: readonly CovarianceKernel[]): CovarianceKernel => {
    checkKernels(who, kernels);
    return {
      between: (a, b) => kernels.map((each) => each.between(a, b)).reduce(join),
      among: (a) => kernels.map((each) => each.among(a)).reduce(join),
      variance: (a) => kernels.map((each) => each.variance(a)).reduce(join),
    };
  };

type Combine = (...kernels: readonly CovarianceKernel[]) => CovarianceKernel;

/** The kernel of a sum of independent processes: k₁ + k₂ + … */
export const sumOfKernels: Combine = combined("sumOfKernels", (a, b) => a.add(b));
/** k₁ · k₂ · …: covariances that hold only where all of them do. */
export const productOfKernels: Combine = combined("productOfKernels", (a, b) => a.mul(b));
