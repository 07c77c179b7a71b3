import type { Tensor } from "../../core/tensor.ts";
import { type LipschitzLayer, type LipschitzOptions, linearisedNetwork, lipschitzNetwork } from "../../nn/lipschitz.ts";
import type { SeriesOptions } from "../../transforms/logDetSeries.ts";
import { residualMap } from "../../transforms/residual.ts";
import { contextBeside } from "../context.ts";
import type { Flow } from "../flow.ts";

export interface ResidualOptions extends LipschitzOptions {
  /** The series that stands for the log-determinant where there is a key; without it the log-determinant is never random. */
  readonly series?: Omit<SeriesOptions, "lipschitz">;
}

interface Given {
  readonly layers: readonly LipschitzLayer[];
  readonly context?: Tensor;
}

/** x + g(x), g a dense network with a Lipschitz constant below 1 that looks at x and a context. */
export const residualLayer = (options: ResidualOptions): Flow<readonly LipschitzLayer[]> => {
  const { context = 0, activation = "lipSwish", lipschitz, series } = options;
  const network = lipschitzNetwork(options);
  const g = (x: Tensor, { layers, context: beside }: Given) => linearisedNetwork(layers, activation, x, beside);
  return {
    random: series !== undefined,
    init: network.init,
    at: (params, given = {}) => {
      const layers = network.at(params);
      const randomly = series && given.key && { ...series, lipschitz, key: given.key };
      const mapFor = (x: Tensor) => {
        const beside = contextBeside("residual", x, given.context, context);
        return residualMap<Given>(g, beside ? { layers, context: beside } : { layers }, lipschitz, randomly);
      };
      return {
        rank: 1,
        forward: (x) => mapFor(x).forward(x),
        inverse: (y) => mapFor(y).inverse(y),
        domain: (shape) => shape,
      };
    },
  };
};
