import { fail } from "../core/check.ts";
import { range } from "../core/shape.ts";
import { cell, quantile, rounded, sorted, thinned } from "./numbers.ts";
import type { Grid, Mark, PlotOptions, PlotSpec } from "./spec.ts";

/** Points of the plane on the host, [n, 2] row by row. */
interface PlanePoints {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Something that knows log p at points [n, 2]: a fitted density, or a function. */
export type PlaneDensity =
  | { logProb(points: PlanePoints): ArrayLike<number> }
  | ((points: PlanePoints) => ArrayLike<number>);

/** The ends of the frame, across and up. */
export type PlaneBounds = readonly (readonly [low: number, high: number])[];

/** Samples to draw beside the density: points [n, 2], or rows of two numbers. */
export type PlaneSamples = PlanePoints | readonly (readonly number[])[];

/** What `densityMapPlot` lets its caller choose. */
export interface DensityMapOptions extends Omit<PlotOptions, "legend"> {
  /** Drawn in a frame of their own beside the density; at most 1,500, evenly apart. */
  readonly samples?: PlaneSamples;
  /** The frame; unless said, what holds 99 % of the samples in each direction and a tenth more. */
  readonly bounds?: PlaneBounds;
  /** How many cells the frame has each way; 90 unless said. */
  readonly cells?: number;
  /** The density from which on the paint is full; unless said, the value that 2 % of the mass lies above. */
  readonly full?: number;
}

const layers = 12;
const most = 1500;

const isPoints = (samples: PlaneSamples): samples is PlanePoints => !Array.isArray(samples);

const rowsOf = (samples: PlaneSamples): readonly (readonly number[])[] => {
  if (!isPoints(samples)) return samples;
  const { shape, values } = samples;
  if (shape.length !== 2 || shape[1] !== 2)
    fail(
      `densityMapPlot: expected samples [n, 2], got [${shape.join(", ")}]; a plot of the plane needs two numbers a row`,
    );
  return range(shape[0]).map((i) => [values[2 * i], values[2 * i + 1]]);
};

const frameOf = (rows: readonly (readonly number[])[], axis: number): readonly [number, number] => {
  const ordered = sorted(rows.map((row) => row[axis]));
  const [low, high] = [quantile(ordered, 0.005), quantile(ordered, 0.995)];
  const pad = 0.05 * (high - low) || 0.5;
  return [low - pad, high + pad];
};

const boundsOf = ({ bounds, samples }: DensityMapOptions): PlaneBounds => {
  const given = bounds ?? (samples && [0, 1].map((axis) => frameOf(rowsOf(samples), axis)));
  if (given === undefined) return fail("densityMapPlot: expected bounds, or samples to take them from; got neither");
  const right = given.length === 2 && given.every(([low, high]) => Number.isFinite(high - low) && low < high);
  if (!right) fail(`densityMapPlot: expected bounds [[low, high], [low, high]], got ${JSON.stringify(given)}`);
  return given;
};

/** The middles of the cells, row by row from the lowest. */
const middlesOf = ([x, y]: PlaneBounds, cells: number): PlanePoints => {
  const at = ([low, high]: readonly [number, number], i: number): number => low + ((high - low) * (i + 0.5)) / cells;
  const places = range(cells * cells).flatMap((i) => [at(x, i % cells), at(y, Math.floor(i / cells))]);
  return { shape: [cells * cells, 2], values: Float64Array.from(places) };
};

/** The density that `share` of the mass lies above: a spike does not make the rest of the picture pale. */
const exceededBy = (values: readonly number[], share: number): number => {
  const ordered = [...values].sort((a, b) => b - a);
  const total = ordered.reduce((a, b) => a + b, 0);
  let above = 0;
  for (const value of ordered) {
    above += value;
    if (above >= share * total) return value;
  }
  return 0;
};

/**
 * exp(log p) on the middles of the cells of a grid, and twelve levels, evenly apart up to `full`.
 * @throws FluvialError where the frame cannot be told or is not one.
 */
export const densityGrid = (density: PlaneDensity, options: DensityMapOptions): Grid => {
  const { cells = 90 } = options;
  const bounds = boundsOf(options);
  const points = middlesOf(bounds, cells);
  const logs = typeof density === "function" ? density(points) : density.logProb(points);
  const values = Array.from(logs, (log) => (Number.isNaN(log) ? 0 : rounded(Math.exp(log), 4)));
  const { full = exceededBy(values, 0.02) } = options;
  const levels = range(layers).map((i) => rounded((full * (i + 0.5)) / layers, 4));
  return { columns: cells, rows: cells, x: bounds[0], y: bounds[1], values, levels };
};

/** Layers of paint that together leave a tenth of the page to be seen. */
const paint = 1 - 0.1 ** (1 / layers);

const dotsOf = (samples: PlaneSamples, [x, y]: PlaneBounds): Mark => {
  const rows = rowsOf(samples);
  const inside = ([a, b]: readonly number[]): boolean => a >= x[0] && a <= x[1] && b >= y[0] && b <= y[1];
  const seen = thinned(rows.length, most)
    .map((i) => rows[i])
    .filter(inside);
  const column = (axis: number): (number | null)[] => seen.map((row) => cell(row[axis], 4));
  return { mark: "dot", x: column(0), y: column(1), fx: "samples", size: 1, opacity: 0.5 };
};

/**
 * A density of the plane as a heat map of exp(log p), with samples beside it in a frame of their own where there are any.
 * @param density what `fitDensity` gives for samples of two numbers; or any function that gives log p of points { shape: [n, 2], values },
 * as `logDensity` of a set of `datasets` does.
 * @throws FluvialError where there are neither bounds nor samples to take them from, or samples of another size.
 */
export const densityMapPlot = (density: PlaneDensity, options: DensityMapOptions = {}): PlotSpec => {
  const { samples, bounds: _, cells: __, full: ___, ...rest } = options;
  const grid = densityGrid(density, options);
  const heat: Mark = { mark: "heat", grid, opacity: rounded(paint, 3), ...(samples && { fx: "density" }) };
  const bounds = [grid.x, grid.y];
  return {
    title: "Density",
    description: samples ? "A density of the plane, and samples beside it" : "A density of the plane",
    width: samples ? 600 : 330,
    height: 330,
    marginLeft: 40,
    ...rest,
    x: { domain: bounds[0], ticks: 5 },
    y: { domain: bounds[1], ticks: 5 },
    ...(samples && { fx: { domain: ["density", "samples"] } }),
    marks: samples ? [heat, dotsOf(samples, bounds)] : [heat],
  };
};
