import { checkCount, checkPositive } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import type { Layer } from "../nn/mlp.ts";
import { split } from "../ops/random.ts";
import { integral } from "../transforms/monotone/integral.ts";
import { chain } from "./chain.ts";
import type { Flow } from "./flow.ts";
import { widths } from "./options.ts";
import { autoregressive } from "./parts/autoregressive.ts";
import {
  type CheckedMaskedLayers,
  checkedMaskedLayers,
  type MaskedLayersOptions,
} from "./parts/autoregressiveLayers.ts";
import { integrand } from "./parts/integrand.ts";
import { placesOf } from "./parts/orders.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

export interface MonotoneIntegralOptions extends MaskedLayersOptions {
  /** 2 unless said. */
  readonly layers?: number;
  /** How many numbers the masked network tells the integrand of each coordinate: 8 unless said. */
  readonly embedding?: number;
  /** Widths of the hidden layers of the network that is integrated: [16] unless said. */
  readonly integrand?: number | readonly number[];
  /** Nodes of the quadrature: 24 unless said. */
  readonly nodes?: number;
  /** Beyond ±bound a map goes straight on: 5 unless said. */
  readonly bound?: number;
}

export interface MonotoneIntegralParameters {
  readonly conditioner: readonly Layer[];
  readonly integrand: readonly Layer[];
}

interface Settings extends CheckedMaskedLayers {
  readonly embedding: number;
  readonly integrand: readonly number[];
  readonly nodes: number;
  readonly bound: number;
}

const layer = (
  settings: Settings,
  size: number,
  context: number,
  places: readonly number[],
): Flow<MonotoneIntegralParameters> => {
  const { hidden, activation, embedding, nodes, bound } = settings;
  const network = integrand(embedding, settings.integrand);
  const withIntegrand = (layers: readonly Layer[]): Flow<readonly Layer[]> => {
    const monotone = integral({ logIntegrand: network.at(layers), count: embedding, nodes, bound });
    return autoregressive({ size, hidden, activation, monotone, context, places });
  };
  return {
    init: (key) => {
      const [forConditioner, forIntegrand] = split(key, 2);
      const own = network.init(forIntegrand);
      return { conditioner: withIntegrand(own).init(forConditioner), integrand: own };
    },
    at: ({ conditioner, integrand: own }, given) => withIntegrand(own).at(conditioner, given),
  };
};

/**
 * Unconstrained monotonic neural networks, autoregressive (UMNN-MAF): y_i = c + ∫₀ g(t; h) dt up to x_i, g = e^network > 0 with weights
 * that a layer's coordinates share, c and the embedding h from a masked network of the coordinates before i; the order of the coordinates is
 * reversed between layers. Forward costs one pass of the masked network and `nodes` + 1 of the integrand's a coordinate; the inverse goes
 * coordinate by coordinate, each a root of one variable.
 *
 * Log-determinants are log g, the values a quadrature of g: they fit as well as the rule does. Where weights grow steep, more nodes
 * keep them together. Wehenkel & Louppe 2019.
 * @param options.hidden [32] unless said.
 * @throws FluvialError on unknown options, unless counts are whole numbers from 1 (nodes from 2) and the bound is above 0, and on what is no
 * order.
 */
export const monotoneIntegral = (
  options: MonotoneIntegralOptions = {},
): FlowSpec<Sampler, readonly MonotoneIntegralParameters[]> => {
  const who = "monotoneIntegral";
  const checked = checkedMaskedLayers(who, options, ["layers", "embedding", "integrand", "nodes", "bound"], [32]);
  const { layers = 2, embedding = 8, nodes = 24, bound = 5 } = options;
  checkCount(`${who}: layers`, layers);
  checkCount(`${who}: embedding`, embedding);
  checkCount(`${who}: nodes`, nodes, 2);
  checkPositive(`${who}: bound`, bound);
  const settings = {
    ...checked,
    embedding,
    integrand: widths(`${who}: integrand`, options.integrand ?? 16, 1),
    nodes,
    bound,
  };
  return flowSpec({
    name: "monotone-integral",
    options: { layers, ...settings },
    flow: (size, context = 0) =>
      chain(placesOf(who, size, layers, settings).map((places) => layer(settings, size, context, places))),
  });
};
