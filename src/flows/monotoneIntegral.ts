import { checkCount, checkOptions, checkPositive } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import type { Layer } from "../nn/mlp.ts";
import { split } from "../ops/random.ts";
import { integral } from "../transforms/monotone/integral.ts";
import type { Flow } from "./flow.ts";
import { widths } from "./options.ts";
import { alternating } from "./parts/alternating.ts";
import { autoregressive } from "./parts/autoregressive.ts";
import { integrand } from "./parts/integrand.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

export interface MonotoneIntegralOptions {
  /** 2 unless said. */
  readonly layers?: number;
  /** Widths of each masked network's hidden layers: [32] unless said. */
  readonly hidden?: number | readonly number[];
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

const layer = (
  options: Required<MonotoneIntegralOptions> & {
    readonly hidden: readonly number[];
    readonly integrand: readonly number[];
  },
  size: number,
  context: number | undefined,
  order: readonly number[],
): Flow<MonotoneIntegralParameters> => {
  const { hidden, embedding, nodes, bound } = options;
  const network = integrand(embedding, options.integrand);
  const withIntegrand = (layers: readonly Layer[]): Flow<readonly Layer[]> => {
    const monotone = integral({ logIntegrand: network.at(layers), count: embedding, nodes, bound });
    return autoregressive({ size, hidden, monotone, context, order });
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
 * keep them together. Wehenkel & Louppe 2019, section 4.
 * @throws FluvialError on unknown options, and unless counts are whole numbers from 1 and the bound is above 0.
 */
export const monotoneIntegral = (
  options: MonotoneIntegralOptions = {},
): FlowSpec<Sampler, readonly MonotoneIntegralParameters[]> => {
  const who = "monotoneIntegral";
  checkOptions(who, options, ["layers", "hidden", "embedding", "integrand", "nodes", "bound"]);
  const { layers = 2, embedding = 8, nodes = 24, bound = 5 } = options;
  const all = {
    layers,
    hidden: widths(who, options.hidden ?? 32),
    embedding,
    integrand: widths(`${who}: integrand`, options.integrand ?? 16),
    nodes,
    bound,
  };
  checkCount(`${who}: layers`, layers);
  checkCount(`${who}: embedding`, embedding);
  checkCount(`${who}: nodes`, nodes, 2);
  checkPositive(`${who}: bound`, bound);
  return flowSpec({
    name: "monotone-integral",
    options: all,
    flow: (size, context) => alternating(size, layers, (order) => layer(all, size, context, order)),
  });
};
