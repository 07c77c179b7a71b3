import { cell, quantile, sorted, thinned } from "./numbers.ts";
import { type AnyPosterior, type Methods, methodsOf, pooled } from "./series.ts";
import type { Mark, PlotOptions, PlotSpec } from "./spec.ts";

const extent = (values: readonly Float64Array[]): [number, number] => {
  const ends = values.map((draws) => {
    const ordered = sorted(draws);
    return [quantile(ordered, 0.002), quantile(ordered, 0.998)];
  });
  const low = Math.min(...ends.map(([a]) => a));
  const high = Math.max(...ends.map(([, b]) => b));
  const pad = 0.04 * (high - low) || 0.5;
  return [low - pad, high + pad];
};

/**
 * Two scalars against each other, a dot per draw; at most `points` of each method, evenly apart.
 * @param given posteriors by the name of the method, or a lone one.
 * @throws FluvialError where a method lacks a scalar, or the reference is not among them.
 */
export const pairPlot = (
  given: Methods | AnyPosterior,
  [across, up]: readonly [string, string],
  options: PlotOptions & { readonly reference?: string; readonly points?: number } = {},
): PlotSpec => {
  const { reference, points = 600, ...rest } = options;
  const methods = methodsOf("pairPlot", given, reference);
  const names = Object.keys(methods);
  const xs = names.map((name) => pooled(methods[name], across));
  const ys = names.map((name) => pooled(methods[name], up));
  const [left, right] = extent(xs);
  const [bottom, top] = extent(ys);
  const marks = names.map((name, m): Mark => {
    const inside = (i: number): boolean =>
      xs[m][i] >= left && xs[m][i] <= right && ys[m][i] >= bottom && ys[m][i] <= top;
    const at = thinned(xs[m].length, points).filter(inside);
    return {
      mark: "dot",
      x: at.map((i) => cell(xs[m][i], 4)),
      y: at.map((i) => cell(ys[m][i], 4)),
      series: name,
      size: 1.6,
      opacity: 0.5,
    };
  });
  return {
    title: `${up} against ${across}`,
    description: `Draws of ${up} against ${across} by ${names.join(", ")}`,
    width: 360,
    height: 320,
    marginLeft: 52,
    ...rest,
    x: { label: across, domain: [left, right], ticks: 5 },
    y: { label: up, domain: [bottom, top], ticks: 5 },
    series: names,
    reference,
    marks,
  };
};
