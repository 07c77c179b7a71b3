import * as all from "./all.ts";

export * from "./all.ts";
export type { AutoregressiveOptions, Beginning } from "./autoregressive.ts";
export { censored } from "./censored.ts";
export type { Invertible, Known } from "./continuous.ts";
export type { CovarianceKernel, ScaleOptions } from "./covarianceKernels.ts";
export {
  constantKernel,
  linearKernel,
  matern12,
  matern32,
  matern52,
  periodic,
  productOfKernels,
  rationalQuadratic,
  squaredExponential,
  sumOfKernels,
  white,
} from "./covarianceKernels.ts";
export type { Continuous, Cumulative, Distribution, Moments, Parameter, Quantile } from "./distribution.ts";
export type { Bounds } from "./flat.ts";
export type { Gate } from "./gate.ts";
export type { Prediction, PredictionOptions, ProcessOptions } from "./gaussianProcess.ts";
export { gaussianProcess, latentProcess, predictProcess } from "./gaussianProcess.ts";
export type { RandomWalkOptions } from "./gaussianRandomWalk.ts";
export { type HiddenMarkov, type HiddenMarkovParts, hiddenMarkov } from "./hiddenMarkov.ts";
export { type HiddenStates, type HiddenStatesParts, hiddenStates } from "./hiddenStates.ts";
export { klDivergence } from "./klDivergence.ts";
export { type MarkovChainParts, markovChain } from "./markovChain.ts";
export type { MarkovParts } from "./markovParts.ts";
export type { Mixture } from "./mixture.ts";
export { noncentred } from "./noncentred.ts";
export type { Table, Weights } from "./probabilities.ts";
export type { Matrix, Spread, SquareSpread } from "./spread.ts";
export { type Truncated, truncated } from "./truncated.ts";
export type { Inflated } from "./zeroInflated.ts";

/** Every constructor by its name. */
export const distributions: typeof all = all;
