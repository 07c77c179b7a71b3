/** Fluvial: define a model, fit it, sample it, compare the two. This is the only list of public names. */
export { model } from "./model/model.ts";
export type { Model } from "./model/model.ts";
export * from "./distributions/index.ts";
export { fit } from "./infer/fit.ts";
export { sample } from "./infer/sample.ts";
export { map } from "./infer/map.ts";
export { hmc, nuts } from "./infer/samplers.ts";
export { fullRank, iaf, lowRank, meanField, planar, radial } from "./guides/index.ts";
