import { checkCount } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import { sigmoidMixture } from "../transforms/monotone/sigmoidMixture.ts";
import {
  type AutoregressiveParameters,
  autoregressiveLayers,
  checkedMaskedLayers,
  type MaskedLayersOptions,
} from "./parts/autoregressiveLayers.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

export interface NafOptions extends MaskedLayersOptions {
  /** 2 unless said. */
  readonly layers?: number;
  /** Sigmoids of each coordinate's map: 8 unless said. */
  readonly units?: number;
}

/**
 * Neural autoregressive flow: y_i = logit Σ_k w_k σ(a_k x_i + b_k), w, a and b from a masked network of the coordinates before i; the
 * order of the coordinates is reversed between layers. A mixture of sigmoids comes as near as one likes to any increasing map, so that
 * one layer can make several modes of one. Forward costs one pass; the inverse goes coordinate by coordinate, each a root of one variable.
 * Huang, Krueger, Lacoste & Courville 2018, the deep sigmoidal flow.
 * @param options.hidden [32] unless said.
 * @throws FluvialError on unknown options, unless counts are whole numbers from 1, and on what is no order.
 */
export const naf = (options: NafOptions = {}): FlowSpec<Sampler, AutoregressiveParameters> => {
  const checked = checkedMaskedLayers("naf", options, ["layers", "units"], [32]);
  const { layers = 2, units = 8 } = options;
  checkCount("naf: layers", layers);
  checkCount("naf: units", units);
  const monotone = sigmoidMixture(units);
  return flowSpec({
    name: "naf",
    options: { layers, ...checked, units },
    flow: (size, context = 0) => autoregressiveLayers("naf", layers, { ...checked, size, context, monotone }),
  });
};
