import type { TensorLike } from "../../src/core/tensor.ts";
import type { Distribution } from "../../src/distributions/distribution.ts";
import * as d from "../../src/distributions/index.ts";

export type Value = number | readonly number[];

/** What the contract of distributions needs to know of a member: a new one is a new row. */
export interface Row {
  readonly make: (...parameters: never[]) => Distribution;
  /** Ordinary parameters, in the order of the constructor. */
  readonly parameters: readonly Value[];
  /** Which of them are real numbers, with a slope; all, where left out. */
  readonly real?: readonly number[];
  /** Points inside the support, away from kinks and edges. */
  readonly points: readonly number[];
  /** Where the parameter that must not be negative stands, and its name, if there is one. */
  readonly positive?: readonly [index: number, name: string];
  /** Hard parameters for a draw in single precision: the draw must still lie in the support. */
  readonly hard?: readonly (readonly Value[])[];
}

/** A distribution of one row at some parameters. */
export const build = (
  { make }: Row,
  parameters: readonly (Value | TensorLike)[],
  shape?: readonly number[],
): Distribution => (make as (...all: unknown[]) => Distribution)(...parameters, ...(shape ? [shape] : []));

export const continuous: Readonly<Record<string, Row>> = {
  normal: { make: d.normal, parameters: [0.5, 2], points: [-3, 0.4, 6], positive: [1, "scale"] },
  halfNormal: { make: d.halfNormal, parameters: [0.5, 2], points: [0.7, 4], positive: [1, "scale"] },
  lognormal: { make: d.lognormal, parameters: [0.5, 0.7], points: [0.2, 1.5, 8], positive: [1, "scale"] },
  studentT: {
    make: d.studentT,
    parameters: [3.5, 0.5, 2],
    points: [-30, 0.5, 1.2, 9],
    positive: [0, "df"],
    hard: [[0.05, 0, 1]],
  },
  cauchy: { make: d.cauchy, parameters: [0.5, 2], points: [-40, 0.5, 2.5, 9], positive: [1, "scale"] },
  halfCauchy: { make: d.halfCauchy, parameters: [0.5, 2], points: [0.7, 2.5, 90], positive: [1, "scale"] },
  exponential: { make: d.exponential, parameters: [0.4], points: [0.1, 3], positive: [0, "rate"], hard: [[1e-30]] },
  gamma: {
    make: d.gamma,
    parameters: [2.3, 0.7],
    points: [0.05, 2, 11],
    positive: [1, "rate"],
    hard: [
      [0.01, 1],
      [1e6, 1e-3],
    ],
  },
  inverseGamma: {
    make: d.inverseGamma,
    parameters: [2.3, 0.7],
    points: [0.05, 0.6, 11],
    positive: [1, "scale"],
    hard: [[1e5, 1]],
  },
  beta: {
    make: d.beta,
    parameters: [2.3, 0.7],
    points: [0.05, 0.6, 0.9],
    positive: [0, "a"],
    hard: [
      [0.01, 0.01],
      [1e-3, 5],
      [1e6, 1e6],
    ],
  },
  uniform: { make: d.uniform, parameters: [-1, 2.5], points: [-0.7, 2.4], hard: [[1e6, 1000001]] },
  laplace: { make: d.laplace, parameters: [0.5, 2], points: [-3, 0.4, 6], positive: [1, "scale"] },
};

export const discrete: Readonly<Record<string, Row>> = {
  bernoulli: {
    make: d.bernoulli,
    parameters: [0.3],
    points: [0, 1],
    positive: [0, "probs"],
    hard: [[0], [1], [1e-12]],
  },
  bernoulliLogits: { make: d.bernoulliLogits, parameters: [-0.8], points: [0, 1], hard: [[-800], [800]] },
  binomial: {
    make: d.binomial,
    parameters: [12, 0.3],
    real: [1],
    points: [0, 1, 5, 12],
    positive: [0, "total"],
    hard: [
      [0, 0.5],
      [1e6, 0.3],
      [40, 1],
    ],
  },
  binomialLogits: {
    make: d.binomialLogits,
    parameters: [12, -0.8],
    real: [1],
    points: [0, 1, 5, 12],
    positive: [0, "total"],
    hard: [[40, 800]],
  },
  poisson: { make: d.poisson, parameters: [4.2], points: [0, 3, 20], positive: [0, "rate"], hard: [[0], [1e6]] },
  poissonLog: { make: d.poissonLog, parameters: [1.4], points: [0, 3, 20], hard: [[-800], [13]] },
  negativeBinomial: {
    make: d.negativeBinomial,
    parameters: [4.2, 1.7],
    points: [0, 3, 20],
    positive: [1, "concentration"],
    hard: [
      [4, 1e-2],
      [4, 1e8],
    ],
  },
  categorical: {
    make: d.categorical,
    parameters: [[0.2, 0.5, 0.3]],
    points: [0, 1, 2],
    hard: [[[0, 1, 0]], [[0.5, 0.5, 0]]],
  },
  categoricalLogits: {
    make: d.categoricalLogits,
    parameters: [[0.2, -0.5, 1.3]],
    points: [0, 1, 2],
    hard: [[[800, 0, -800]]],
  },
};

export const scalars: Readonly<Record<string, Row>> = { ...continuous, ...discrete };
