/** A density of the plane as paint and samples. */
import { condition, inDouble, type Points } from "fluvial";
import type { TestDensity } from "../../models/densities/index.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { tidy } from "../../src/core/tidy.ts";
import { kernelDensity } from "../../src/density/kernelDensity.ts";
import { type Picture, pictureOf, shown } from "../jobs/pictures.ts";

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

const first = (values: Float64Array, count: number): Points => ({
  shape: [count, 2],
  values: values.slice(0, 2 * count),
});

/** The target itself, beside points of it. */
export const pictureOfTarget = (target: TestDensity): Picture => {
  const density = logDensityOf(target);
  return pictureOf(density, target.sample(shown, 5).values, density, target.bounds);
};

/** A guide as a kernel density estimate of its draws, row by row, beside some of them. */
export const pictureOfDraws = (target: TestDensity, draws: Float64Array): Picture =>
  pictureOf(kernelDensity(first(draws, painted), { bandwidth }), draws, logDensityOf(target), target.bounds);
