import { checkCount, checkOptions } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import type { Layer } from "../nn/mlp.ts";
import { sigmoidMixture } from "../transforms/monotone/sigmoidMixture.ts";
import { widths } from "./options.ts";
import { alternating } from "./parts/alternating.ts";
import { autoregressive } from "./parts/autoregressive.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

export interface NafOptions {
  /** 2 unless said. */
  readonly layers?: number;
  /** Widths of each masked network's hidden layers: [32] unless said. */
  readonly hidden?: number | readonly number[];
  /** Sigmoids of each coordinate's map: 8 unless said. */
  readonly units?: number;
}

/**
 * Neural autoregressive flow: y_i = logit Σ_k w_k σ(a_k x_i + b_k), w, a and b from a masked network of the coordinates before i; the
 * order of the coordinates is reversed between layers. A mixture of sigmoids comes as near as one likes to any increasing map, so that
 * one layer can make several modes of one. Forward costs one pass; the inverse goes coordinate by coordinate, each a root of one variable.
 * Huang, Krueger, Lacoste & Courville 2018, section 3.1, deep sigmoidal flow.
 * @throws FluvialError on unknown options and unless counts are whole numbers from 1.
 */
export const naf = (options: NafOptions = {}): FlowSpec<Sampler, readonly (readonly Layer[])[]> => {
  checkOptions("naf", options, ["layers", "hidden", "units"]);
  const { layers = 2, units = 8 } = options;
  const hidden = widths("naf", options.hidden ?? 32);
  checkCount("naf: layers", layers);
  checkCount("naf: units", units);
  const monotone = sigmoidMixture(units);
  return flowSpec({
    name: "naf",
    options: { layers, hidden, units },
    flow: (size, context) =>
      alternating(size, layers, (order) => autoregressive({ size, hidden, monotone, context, order })),
  });
};
