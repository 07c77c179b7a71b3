/** A density of the plane as paint and samples. */
import { condition, inDouble, type Points } from "fluvial";
import { densities, type TestDensity } from "../../models/densities/index.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { tidy } from "../../src/core/tidy.ts";
import { kernelDensity } from "../../src/density/kernelDensity.ts";
import { densityGrid, type PlaneDensity } from "../../src/plot/densityMap.ts";
import type { Picture } from "../densities/results.ts";
import type { EnergyName } from "./settings.ts";

const cells = 72;
const shown = 500;
/** Draws of a guide whose density is painted: that of planar flows is not known away from their own draws. */
const painted = 10_000;
const bandwidth = 0.15;

const logDensityOf =
  ({ model, logZ }: TestDensity) =>
  ({ shape, values }: { readonly shape: readonly number[]; readonly values: Float64Array }): Float64Array =>
    inDouble(() =>
      tidy(() => {
        const target = condition(model, {}).at({});
        return hostValues(target.logDensity(fromHost(values, shape)).sub(logZ));
      }),
    );

/** How dark each cell is, on the scale of the target: what 2 % of its mass lies above is dark. */
const paintOf = (density: PlaneDensity, target: TestDensity): string => {
  const { bounds } = target;
  const { levels } = densityGrid(logDensityOf(target), { bounds, cells });
  const full = levels[levels.length - 1];
  const { values } = densityGrid(density, { bounds, cells });
  const shades = Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, value / full)));
  return Buffer.from(shades).toString("base64");
};

const samplesOf = (values: Float64Array): Picture["samples"] =>
  Array.from({ length: shown }, (_, i) => [values[2 * i], values[2 * i + 1]].map((x) => Number(x.toFixed(3))));

const first = (values: Float64Array, count: number): Points => ({
  shape: [count, 2],
  values: values.slice(0, 2 * count),
});

/** The target itself, beside points of it. */
export const pictureOfTarget = (name: EnergyName): Picture => {
  const target = densities[name];
  return { cells, paint: paintOf(logDensityOf(target), target), samples: samplesOf(target.sample(shown, 5).values) };
};

/** A guide as a kernel density estimate of its draws, row by row, beside some of them. */
export const pictureOfDraws = (name: EnergyName, draws: Float64Array): Picture => {
  const estimate = kernelDensity(first(draws, painted), { bandwidth });
  return { cells, paint: paintOf(estimate, densities[name]), samples: samplesOf(draws) };
};
