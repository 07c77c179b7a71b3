import type { Tensor } from "../../core/tensor.ts";
import {
  boundedNetworks,
  initLipschitz,
  type LipschitzLayer,
  type LipschitzOptions,
  linearisedNetwork,
} from "../../nn/lipschitz.ts";
import type { Linearised } from "../../ops/linearised.ts";
import type { SeriesOptions } from "../../transforms/logDetSeries.ts";
import { residualMap } from "../../transforms/residual.ts";
import { chain } from "../chain.ts";
import { contextBeside } from "../context.ts";
import type { Flow } from "../flow.ts";

export interface ResidualLayerOptions extends LipschitzOptions {
  /** What the Lipschitz constant of each network stays below, in x and in the context: below 1. */
  readonly lipschitz: number;
  /** The series that stands for the log-determinant where there is a key; without it the log-determinant is never random. */
  readonly series?: Omit<SeriesOptions, "lipschitz">;
}

/** All that a network takes besides x. */
interface Inside {
  readonly layers: readonly LipschitzLayer[];
  readonly context?: Tensor;
}

/** x + g(x), g a dense network of x and a context, whose weights are bounded already. */
const layerOf = (options: ResidualLayerOptions): Flow<readonly LipschitzLayer[]> => {
  const { context = 0, activation = "lipSwish", lipschitz, series } = options;
  const g = (x: Tensor, inside: Inside): Linearised => linearisedNetwork(inside.layers, activation, x, inside.context);
  return {
    random: series !== undefined,
    init: initLipschitz(options),
    at: (layers, given = {}) => {
      const randomly = series && given.key && { ...series, lipschitz, key: given.key };
      const mapFor = (x: Tensor) => {
        const beside = contextBeside("residual", x, given.context, context);
        return residualMap(g, { layers, ...(beside && { context: beside }) }, lipschitz, randomly);
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

/** `count` layers x + g(x), each g a dense network with a Lipschitz constant below 1 that looks at x and a context. */
export const residualLayers = (
  count: number,
  options: ResidualLayerOptions,
): Flow<readonly (readonly LipschitzLayer[])[]> => {
  const layers = chain(Array.from({ length: count }, () => layerOf(options)));
  return { ...layers, at: (params, given) => layers.at(boundedNetworks(params, options.lipschitz), given) };
};
