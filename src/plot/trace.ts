import { cell, thinned } from "./numbers.ts";
import { type AnyPosterior, seriesOf } from "./series.ts";
import type { Mark, PlotOptions, PlotSpec } from "./spec.ts";

const chainNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `chain ${i + 1}`);

/**
 * The draws of one scalar in the order they were made, a line per chain; at most `points` of each, evenly apart.
 * @throws FluvialError where there is no such scalar.
 */
export const tracePlot = (
  posterior: AnyPosterior,
  scalar: string,
  options: PlotOptions & { readonly points?: number } = {},
): PlotSpec => {
  const { points = 250, ...rest } = options;
  const chains = seriesOf(posterior, scalar);
  const names = chainNames(chains.length);
  const marks = chains.map((chain, c): Mark => {
    const at = thinned(chain.length, points);
    return {
      mark: "line",
      x: at.map((i) => i + 1),
      y: at.map((i) => cell(chain[i], 4)),
      series: names[c],
      size: 0.8,
      opacity: 0.8,
    };
  });
  return {
    title: scalar,
    description: `Trace of ${scalar}, ${chains.length} chains of ${chains[0].length} draws`,
    width: 420,
    height: 160,
    marginLeft: 52,
    ...rest,
    x: { label: "draw", domain: [1, Math.max(2, chains[0].length)], ticks: 5 },
    y: { ticks: 4 },
    series: names,
    marks,
  };
};
