import * as d from "../../../src/distributions/index.ts";
import type { Row } from "./row.ts";

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
  halfStudentT: {
    make: d.halfStudentT,
    parameters: [3.5, 0.5, 2],
    points: [0.7, 1.2, 9],
    positive: [2, "scale"],
    hard: [[0.05, 0, 1]],
  },
  chiSquared: { make: d.chiSquared, parameters: [3.4], points: [0.1, 3, 20], positive: [0, "df"], hard: [[0.02]] },
  logistic: { make: d.logistic, parameters: [0.5, 2], points: [-9, 0.4, 6], positive: [1, "scale"] },
  weibull: {
    make: d.weibull,
    parameters: [1.7, 2],
    points: [0.1, 1.5, 5],
    positive: [0, "concentration"],
    hard: [[50, 1]],
  },
  frechet: { make: d.frechet, parameters: [2.7, 2], points: [0.8, 1.5, 9], positive: [1, "scale"] },
  gumbel: { make: d.gumbel, parameters: [0.5, 2], points: [-3, 0.4, 9], positive: [1, "scale"] },
  pareto: { make: d.pareto, parameters: [2, 2.7], points: [2.1, 3, 30], positive: [1, "alpha"], hard: [[1, 1]] },
  inverseGaussian: {
    make: d.inverseGaussian,
    parameters: [1.5, 2],
    points: [0.2, 1.4, 6],
    positive: [0, "mean"],
    hard: [
      [1, 1e-3],
      [1, 1e4],
    ],
  },
  kumaraswamy: {
    make: d.kumaraswamy,
    parameters: [2.3, 0.7],
    points: [0.05, 0.6, 0.9],
    positive: [0, "a"],
    hard: [
      [0.01, 5],
      [0.1, 0.1],
    ],
  },
  skewNormal: { make: d.skewNormal, parameters: [0.5, 2, 3], points: [-1, 0.4, 6], positive: [1, "scale"] },
  vonMises: { make: d.vonMises, parameters: [0.5, 8], points: [-1, 0.4, 1.1], positive: [1, "concentration"] },
  uniform: { make: d.uniform, parameters: [-1, 2.5], points: [-0.7, 2.4], hard: [[1e6, 1000001]] },
  laplace: { make: d.laplace, parameters: [0.5, 2], points: [-3, 0.4, 6], positive: [1, "scale"] },
};
