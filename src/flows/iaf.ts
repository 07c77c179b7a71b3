import { checkCount } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import { affineMonotone } from "../transforms/monotone/affine.ts";
import {
  type AutoregressiveParameters,
  autoregressiveLayers,
  checkedMaskedLayers,
  type MaskedLayersOptions,
} from "./parts/autoregressiveLayers.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

export interface IafOptions extends MaskedLayersOptions {
  /** 2 unless said. */
  readonly layers?: number;
}

/**
 * Inverse autoregressive flow: y_i = x_i exp(s_i(x_<i)) + t_i(x_<i), s between ±4, s and t from one masked network a layer; the order of
 * the coordinates is reversed between layers, or drawn anew. Draws cost one pass; the density elsewhere about as much, but in one turn a
 * coordinate. Kingma, Salimans, Jozefowicz, Chen, Sutskever & Welling 2016.
 * @param options.hidden [32] unless said.
 * @throws FluvialError on unknown options, unless layers and widths are whole numbers from 1, and on what is no order; of `flow`, where
 * the order is not one of so many coordinates.
 */
export const iaf = (options: IafOptions = {}): FlowSpec<Sampler, AutoregressiveParameters> => {
  const checked = checkedMaskedLayers("iaf", options, ["layers"], [32]);
  const { layers = 2 } = options;
  checkCount("iaf: layers", layers);
  return flowSpec({
    name: "iaf",
    dataGo: "inverse",
    options: { layers, ...checked },
    flow: (size, context = 0) =>
      autoregressiveLayers("iaf", layers, { ...checked, size, context, monotone: affineMonotone }),
  });
};
