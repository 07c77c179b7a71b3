import { checkCount, checkOptions } from "../core/check.ts";
import type { GuideSpec, Sampler } from "../core/density.ts";
import { iafFlow } from "../flows/iaf.ts";
import type { Layer } from "../nn/masked.ts";
import { type FlowGuideParameters, flowGuide, flowRate } from "./flowGuide.ts";

/**
 * Inverse autoregressive flow guide (Kingma et al. 2016).
 * @param options.layers 2 unless said; @param options.hidden widths of each masked network's hidden layers, [32] unless said.
 */
export const iaf = (
  options: { readonly layers?: number; readonly hidden?: number | readonly number[] } = {},
): GuideSpec<Sampler, FlowGuideParameters<readonly (readonly Layer[])[]>> => {
  checkOptions("iaf", options, ["layers", "hidden"]);
  const layers = options.layers ?? 2;
  const hidden = [options.hidden ?? 32].flat();
  checkCount("iaf: layers", layers);
  for (const width of hidden) checkCount("iaf: hidden", width);
  return {
    name: "iaf",
    options: { layers, hidden },
    rate: flowRate,
    for: ({ size }) => flowGuide(size, iafFlow(size, layers, hidden)),
  };
};
