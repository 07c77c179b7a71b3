import { checkCount } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import { affineMonotone } from "../transforms/monotone/affine.ts";
import { gaussianMixture } from "../transforms/monotone/gaussianMixture.ts";
import { inverted } from "./inverted.ts";
import {
  type AutoregressiveParameters,
  autoregressiveLayers,
  checkedMaskedLayers,
  type MaskedLayersOptions,
} from "./parts/autoregressiveLayers.ts";
import { closedFlowSpec, type FlowSpec } from "./spec.ts";

export interface MadeOptions extends MaskedLayersOptions {
  /** Normal distributions that each conditional mixes: 1 unless said. */
  readonly components?: number;
}

/**
 * Masked autoencoder as a density: each coordinate given those before it is normal, or a mixture of normals ("MADE MoG"), with
 * parameters from one masked network. As a flow a coordinate goes through the distribution function of its conditional and the quantile
 * function of the standard normal. The density costs one pass; draws take a turn a coordinate, each of a mixture's a root, to rounding.
 * Germain, Gregor, Murray & Larochelle 2015; with mixtures, Papamakarios, Pavlakou & Murray 2017.
 * @param options.hidden [32, 32] unless said.
 * @throws FluvialError on unknown options, unless components and widths are whole numbers from 1, and on what is no order; of `flow`,
 * where the order is not one of so many coordinates.
 */
export const made = (options: MadeOptions = {}): FlowSpec<Density, AutoregressiveParameters> => {
  const checked = checkedMaskedLayers("made", options, ["components"], [32, 32]);
  const { components = 1 } = options;
  checkCount("made: components", components);
  const monotone = components === 1 ? affineMonotone : gaussianMixture(components);
  return closedFlowSpec({
    name: "made",
    options: { components, ...checked },
    flow: (size, context = 0) => inverted(autoregressiveLayers("made", 1, { ...checked, size, context, monotone })),
  });
};
