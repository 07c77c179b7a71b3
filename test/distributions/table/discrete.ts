import * as d from "../../../src/distributions/index.ts";
import type { Row } from "./row.ts";

type Given = Parameters<typeof d.poisson>[0];

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
  negativeBinomialLog: {
    make: d.negativeBinomialLog,
    parameters: [1.4, 1.7],
    points: [0, 3, 20],
    hard: [
      [-800, 0.5],
      [10, 1e-2],
    ],
  },
  negativeBinomialProbs: {
    make: d.negativeBinomialProbs,
    parameters: [2.5, 0.4],
    points: [0, 3, 20],
    positive: [1, "probs"],
    hard: [
      [3, 1],
      [1e-2, 1e-3],
    ],
  },
  betaBinomial: {
    make: d.betaBinomial,
    parameters: [12, 1.3, 2.2],
    real: [1, 2],
    points: [0, 1, 5, 12],
    positive: [1, "a"],
    hard: [
      [0, 1, 1],
      [40, 1e-3, 1e-3],
      [1e6, 2, 3],
    ],
  },
  geometric: { make: d.geometric, parameters: [0.3], points: [0, 1, 9], positive: [0, "probs"], hard: [[1], [1e-4]] },
  hypergeometric: {
    make: d.hypergeometric,
    parameters: [40, 15, 12],
    points: [2, 4, 9],
    positive: [2, "draws"],
    hard: [
      [0, 0, 0],
      [20, 15, 12],
      [1e5, 4e4, 1e3],
    ],
  },
  discreteUniform: {
    make: d.discreteUniform,
    parameters: [0, 9],
    points: [1, 4, 8],
    positive: [1, "high"],
    hard: [[4, 4]],
  },
  orderedLogistic: {
    make: d.orderedLogistic,
    parameters: [0.4, [-1.5, 0.2, 1.1]],
    points: [0, 1, 2, 3],
    hard: [
      [-700, [0, 1]],
      [700, [0, 1]],
    ],
  },
  orderedProbit: {
    make: d.orderedProbit,
    parameters: [0.4, [-1.5, 0.2, 1.1]],
    points: [0, 1, 2, 3],
    hard: [
      [-40, [0, 1]],
      [40, [0, 1]],
    ],
  },
  zeroInflated: {
    make: (rate: Given, gate: Given, shape?: readonly number[]) => d.zeroInflated(d.poisson(rate), gate, shape),
    parameters: [3.2, 0.3],
    points: [0, 1, 9],
    hard: [
      [0, 0.5],
      [5, 1],
      [5, 0],
    ],
  },
  hurdle: {
    make: (rate: Given, gate: Given, shape?: readonly number[]) => d.hurdle(d.poisson(rate), gate, shape),
    parameters: [3.2, 0.3],
    points: [0, 1, 9],
    hard: [
      [1e-6, 0.5],
      [1e4, 0],
      [5, 1],
    ],
  },
};
