export { calibrationHistogram, calibrationPlot } from "./calibration.ts";
export { densityPlot } from "./density.ts";
export {
  type DensityMapOptions,
  densityMapPlot,
  type PlaneBounds,
  type PlaneDensity,
  type PlaneSamples,
} from "./densityMap.ts";
export { elboPlot } from "./elbo.ts";
export { forestPlot } from "./forest.ts";
export { pairPlot } from "./pairs.ts";
export { khatPlot, pitPlot, predictivePlot, statisticPlot } from "./predictive.ts";
export { rankPlot } from "./rank.ts";
export { renderHtml, renderSvg } from "./render.ts";
export { comparisonReport } from "./report.ts";
export type { AnyPosterior, Methods } from "./series.ts";
export type { Axis, Cell, Column, Grid, Mark, MarkKind, PlotOptions, PlotSpec } from "./spec.ts";
export { tracePlot } from "./trace.ts";
