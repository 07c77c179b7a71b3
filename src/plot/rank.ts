import { range } from "../core/shape.ts";
import { type AnyPosterior, seriesOf } from "./series.ts";
import type { Mark, PlotOptions, PlotSpec } from "./spec.ts";

/**
 * How often the draws of each chain fall into each of `bins` equal classes of rank among all draws: counts[chain][bin]. Equal draws
 * take the places of their order.
 */
export const rankCounts = (chains: readonly Float64Array[], bins: number): number[][] => {
  const all = chains.flatMap((chain, c) => Array.from(chain, (value) => ({ value, c })));
  all.sort((a, b) => a.value - b.value);
  const counts = chains.map(() => Array<number>(bins).fill(0));
  all.forEach(({ c }, place) => {
    counts[c][Math.floor((place * bins) / all.length)]++;
  });
  return counts;
};

/**
 * Histograms of ranks, one per chain: flat where the chains agree (Vehtari et al. 2021, section 5). The dashes hold 95% of the bars
 * of independent draws.
 * @throws FluvialError where there is no such scalar.
 */
export const rankPlot = (
  posterior: AnyPosterior,
  scalar: string,
  options: PlotOptions & { readonly bins?: number } = {},
): PlotSpec => {
  const chains = seriesOf(posterior, scalar);
  const { bins = chains.length > 4 ? 10 : 20, ...rest } = options;
  const total = chains.reduce((n, chain) => n + chain.length, 0);
  const names = chains.map((_, c) => `chain ${c + 1}`);
  const counts = rankCounts(chains, bins);
  const edge = (bin: number): number => Math.round((bin * total) / bins);
  const bars = counts.map(
    (count, c): Mark => ({
      mark: "bar",
      x1: range(bins).map(edge),
      x2: range(bins).map((bin) => edge(bin + 1)),
      y: count,
      fx: names[c],
      series: names[c],
      opacity: 0.75,
    }),
  );
  const expected = chains[0].length / bins;
  const slack = 1.96 * Math.sqrt(expected * (1 - 1 / bins));
  return {
    title: scalar,
    description: `Histograms of the ranks of ${scalar} in each of ${chains.length} chains`,
    width: 420,
    height: 160,
    marginLeft: 12,
    marginRight: 12,
    ...rest,
    x: { domain: [0, total], ticks: 0 },
    y: { domain: [0, Math.max(2 * expected, ...counts.flat()) * 1.02], ticks: 0 },
    fx: { domain: names },
    series: names,
    legend: false,
    marks: [
      ...bars,
      { mark: "ruleY", y: [expected], opacity: 0.8 },
      { mark: "ruleY", y: [Math.max(0, expected - slack), expected + slack], opacity: 0.55, dash: "3 3" },
    ],
  };
};
