import * as tf from "#tfjs";
import { checkOptions, fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import { asTensor, type Tensor, type TensorLike } from "../core/tensor.ts";
import { cholesky, triangularSolve, whiten } from "../ops/linalg.ts";
import { realVectors } from "../transforms/real.ts";
import type { CovarianceKernel } from "./covarianceKernels.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { multivariateNormal } from "./multivariateNormal.ts";
import { normal } from "./normal.ts";
import { asReal, given, nonNegativeReals, shapeOf } from "./parameters.ts";

/** A Gaussian process seen at some points. */
export interface ProcessOptions {
  readonly kernel: CovarianceKernel;
  /** Where it is seen: [n], or [n, d] with a point in each row. */
  readonly inputs: TensorLike | readonly (readonly number[])[];
  /** The mean: a number, one for each point, or a function of the inputs as a tensor; 0. */
  readonly mean?: TensorLike | ((inputs: Tensor) => Tensor);
  /** The standard deviation of the noise of each observation: a number or [n]; none. */
  readonly noise?: TensorLike;
  /**
   * What is added to the variances for the sake of rounding, as a share of the kernel's own: 1e-9, and 0 where there is noise. A
   * smooth kernel at points that lie close has a covariance that is singular in floating point.
   */
  readonly jitter?: number;
}

const names = ["kernel", "inputs", "mean", "noise", "jitter"];

const checkProcess = (who: string, options: ProcessOptions, more: readonly string[] = []): void => {
  if (options === null || typeof options !== "object")
    fail(`${who}: expected { kernel, inputs }, got ${String(options)}`);
  checkOptions(who, options, [...names, ...more]);
  if (typeof options.kernel?.among !== "function")
    fail(`${who}: kernel must be one such as squaredExponential({ lengthScale: 2 }), got ${String(options.kernel)}`);
  countOf(who, "inputs", options.inputs);
  const { jitter, noise } = options;
  if (noise !== undefined) given(who, { noise: [noise, nonNegativeReals] });
  if (jitter !== undefined && !(Number.isFinite(jitter) && jitter >= 0))
    fail(`${who}: jitter must be a finite number from 0, got ${jitter}`);
};

/** How many points there are. @throws FluvialError unless they are [n] or [n, d]. */
const countOf = (who: string, name: string, points: ProcessOptions["inputs"] | undefined): number => {
  const shape = points === undefined ? [] : shapeOf(points as TensorLike);
  if (shape.length < 1 || shape.length > 2 || shape[0] < 1)
    fail(`${who}: ${name} must be points [n] or [n, d], got ${points === undefined ? "nothing" : showShape(shape)}`);
  return shape[0];
};

/** Points as rows. */
const rowsOf = (points: ProcessOptions["inputs"]): Tensor => {
  const x = asReal(asTensor(points as TensorLike));
  return x.rank === 1 ? x.expandDims(1) : x;
};

const meanAt = ({ mean = 0 }: ProcessOptions, points: ProcessOptions["inputs"]): Tensor => {
  const x = asReal(asTensor(points as TensorLike));
  const made = typeof mean === "function" ? mean(x) : asTensor(mean);
  return made.broadcastTo([x.shape[0]]);
};

const identity = (n: number): Tensor => tf.tensor2d(range(n).map((i) => range(n).map((j) => Number(i === j))));

/** Numbers added to the diagonal of a matrix [n, n]; more is a scalar or [n]. */
const onDiagonal = (a: Tensor, more: Tensor): Tensor => a.add(identity(a.shape[0] as number).mul(more));

/** The covariance matrix [n, n] of what is observed: kernel, noise and jitter. */
const covarianceOf = ({ kernel, inputs, noise, jitter }: ProcessOptions): Tensor => {
  const points = rowsOf(inputs);
  const share = jitter ?? (noise === undefined ? 1e-9 : 0);
  let covariance = kernel.among(points);
  if (noise !== undefined) covariance = onDiagonal(covariance, asTensor(noise).square());
  return share === 0 ? covariance : onDiagonal(covariance, kernel.variance(points).mul(share));
};

/**
 * A Gaussian process at n points, as a normal vector [n] with the kernel's covariance: of observations where `noise` is given, else of
 * the function itself. A latent function has a better geometry for sampling as
 * `noncentred(gaussianProcess(…))` or as `latentProcess`.
 * Rasmussen & Williams 2006, eqs 2.20 and 2.30.
 * @throws FluvialError where an option is unknown or missing, or the inputs are no points.
 */
export const gaussianProcess = (options: ProcessOptions): Continuous & Moments => {
  const who = "gaussianProcess";
  checkProcess(who, options);
  const n = countOf(who, "inputs", options.inputs);
  // A covariance that is made where it is used: building a distribution makes no tensors.
  const at = (): Continuous & Moments =>
    multivariateNormal(meanAt(options, options.inputs), { covariance: covarianceOf(options) });
  return {
    name: who,
    rank: 1,
    shape: [n],
    support: realVectors,
    parameters: {},
    sample: (key, batch) => at().sample(key, batch),
    logProb: (x) => at().logProb(x),
    mean: () => meanAt(options, options.inputs),
    variance: () => at().variance(),
    standard: {
      base: normal(0, 1),
      forward: (u) =>
        cholesky(covarianceOf(options)).mul(u.expandDims(-2)).sum(-1).add(meanAt(options, options.inputs)),
      inverse: (value) => whiten(cholesky(covarianceOf(options)), value.sub(meanAt(options, options.inputs))),
    },
  };
};

/**
 * A latent function at n points from standard normals z [n], f = mean + L z: the non-centred form, to be given z as the latent.
 * Leave out `noise`: what is observed of f has its own distribution. f [n].
 * @throws FluvialError where an option is unknown or missing, or z has not the length of the inputs.
 * @example
 * model("rates")
 *   .data("x", ["n"])
 *   .latent("z", normal(0, 1), ["n"])
 *   .latent("length", inverseGamma(5, 5))
 *   .derive("f", ({ x, z, length }) => latentProcess({ kernel: squaredExponential({ lengthScale: length }), inputs: x }, z))
 *   .observe("counts", ({ f }) => poissonLog(f), ["n"]);
 */
export const latentProcess = (options: ProcessOptions, z: Tensor): Tensor => {
  const who = "latentProcess";
  checkProcess(who, options);
  const n = countOf(who, "inputs", options.inputs);
  if (z.rank !== 1 || z.shape[0] !== n)
    fail(`${who}: expected ${n} standard normals z, one for each of the inputs, got shape ${showShape(z.shape)}`);
  return cholesky(covarianceOf(options)).mul(z).sum(-1).add(meanAt(options, options.inputs));
};

/** A process with what was seen of it, and where it is to be predicted. */
export interface PredictionOptions extends ProcessOptions {
  /** What was seen at the inputs, [n]. */
  readonly observed: TensorLike;
  /** The new points: [m] or [m, d]. */
  readonly at: ProcessOptions["inputs"];
  /** A number, or a function of inputs: it must be known at the new points too. */
  readonly mean?: number | Tensor | ((inputs: Tensor) => Tensor);
  /** The standard deviation of the noise of new observations, to predict those; left out, the function itself is predicted. */
  readonly newNoise?: TensorLike;
}

/** What a process is at new points, given what was seen. */
export interface Prediction {
  /** [m]. */
  readonly mean: Tensor;
  /** [m, m]. */
  readonly covariance: Tensor;
  /** Both as a normal vector; its covariance has the jitter of the process, so that it has a Cholesky factor. */
  readonly distribution: Continuous & Moments;
}

const checkPrediction = (who: string, options: PredictionOptions): void => {
  checkProcess(who, options, ["observed", "at", "newNoise"]);
  const n = countOf(who, "inputs", options.inputs);
  countOf(who, "at", options.at);
  const seen = options.observed === undefined ? [] : shapeOf(options.observed);
  if (seen.length !== 1 || seen[0] !== n)
    fail(`${who}: observed must be [${n}], as the inputs are, got ${showShape(seen)}`);
  if (typeof options.mean !== "function" && shapeOf(options.mean ?? 0).length > 0)
    fail(`${who}: mean must be a number or a function of the inputs: it is needed at the new points too`);
};

/**
 * The exact distribution of a process at new points, given its values at others. A formula of tensors: in a model it can stand in
 * `derive`. Rasmussen & Williams 2006, algorithm 2.1.
 * @throws FluvialError where an option is unknown or missing, or shapes do not fit.
 */
export const predictProcess = (options: PredictionOptions): Prediction => {
  checkPrediction("predictProcess", options);
  const { kernel, inputs, observed, at, newNoise, jitter } = options;
  const [old, fresh] = [rowsOf(inputs), rowsOf(at)];
  const factor = cholesky(covarianceOf(options));
  const weights = triangularSolve(factor, kernel.between(old, fresh));
  const residual = asReal(asTensor(observed)).sub(meanAt(options, inputs));
  const mean = tf
    .matMul(weights, triangularSolve(factor, residual.expandDims(1)), true)
    .squeeze([1])
    .add(meanAt(options, at));
  const own = kernel.among(fresh).sub(tf.matMul(weights, weights, true));
  const covariance = newNoise === undefined ? own : onDiagonal(own, asTensor(newNoise).square());
  const share = jitter ?? (newNoise === undefined ? 1e-9 : 0);
  const padded = share === 0 ? covariance : onDiagonal(covariance, kernel.variance(fresh).mul(share));
  return { mean, covariance, distribution: multivariateNormal(mean, { covariance: padded }) };
};
