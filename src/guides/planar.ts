import { checkCount, checkOptions } from "../core/check.ts";
import type { GuideSpec, Sampler } from "../core/density.ts";
import { planarFlow } from "../flows/planar.ts";
import type { PlanarParameters } from "../transforms/planar.ts";
import { type FlowGuideParameters, flowGuide, flowRate } from "./flowGuide.ts";

/** Planar flow guide (Rezende & Mohamed 2015). @param options.layers 8 unless said. */
export const planar = (
  options: { readonly layers?: number } = {},
): GuideSpec<Sampler, FlowGuideParameters<readonly PlanarParameters[]>> => {
  checkOptions("planar", options, ["layers"]);
  const layers = options.layers ?? 8;
  checkCount("planar: layers", layers);
  return {
    name: "planar",
    options: { layers },
    rate: flowRate,
    for: ({ size }) => flowGuide(size, planarFlow(size, layers)),
  };
};
