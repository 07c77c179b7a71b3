import { checkCount, checkOptions } from "../core/check.ts";
import type { GuideSpec, Sampler } from "../core/density.ts";
import { radialFlow } from "../flows/radial.ts";
import type { RadialParameters } from "../transforms/radial.ts";
import { type FlowGuideParameters, flowGuide, flowRate } from "./flowGuide.ts";

/** Radial flow guide (Rezende & Mohamed 2015). @param options.layers 8 unless said. */
export const radial = (
  options: { readonly layers?: number } = {},
): GuideSpec<Sampler, FlowGuideParameters<readonly RadialParameters[]>> => {
  checkOptions("radial", options, ["layers"]);
  const layers = options.layers ?? 8;
  checkCount("radial: layers", layers);
  return {
    name: "radial",
    options: { layers },
    rate: flowRate,
    for: ({ size }) => flowGuide(size, radialFlow(size, layers)),
  };
};
