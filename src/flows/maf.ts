import { checkCount } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import { affineMonotone } from "../transforms/monotone/affine.ts";
import { inverted } from "./inverted.ts";
import { checkFlag } from "./options.ts";
import {
  type AutoregressiveParameters,
  autoregressiveLayers,
  checkedMaskedLayers,
  type MaskedLayersOptions,
} from "./parts/autoregressiveLayers.ts";
import { closedFlowSpec, type FlowSpec } from "./spec.ts";

export interface MafOptions extends MaskedLayersOptions {
  /** 5 unless said. */
  readonly layers?: number;
  /** Whether actnorm stands between the layers, where the paper normalises batches: true unless said. */
  readonly normalise?: boolean;
}

/**
 * Masked autoregressive flow: layers of masked networks in which each coordinate is normal given those before it, x_i = u_i exp(s_i(x_<i))
 * + t_i(x_<i), s between ±4. The density costs one pass; draws cost about as much, but in one turn a coordinate: IAF the other way
 * round. For classes give one as a context, one-hot. Papamakarios, Pavlakou & Murray 2017, eq. 2–5 and section 3.4.
 * @param options.hidden [32, 32] unless said.
 * @throws FluvialError as `iaf` does, and unless `normalise` is true or false.
 */
export const maf = (options: MafOptions = {}): FlowSpec<Density, AutoregressiveParameters> => {
  const checked = checkedMaskedLayers("maf", options, ["layers", "normalise"], [32, 32]);
  const { layers = 5, normalise = true } = options;
  checkCount("maf: layers", layers);
  checkFlag("maf: normalise", normalise);
  return closedFlowSpec({
    name: "maf",
    options: { layers, ...checked, normalise },
    flow: (size, context = 0) =>
      inverted(autoregressiveLayers("maf", layers, { ...checked, size, context, normalise, monotone: affineMonotone })),
  });
};
