import * as d from "../../../src/distributions/index.ts";
import type { Row } from "./row.ts";

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
