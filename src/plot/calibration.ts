import { fail, suggest } from "../core/check.ts";
import { range } from "../core/shape.ts";
import { countsBelow, evenClasses, rankBand, rankHistogram, rankLaw } from "../diagnostics/uniformity.ts";
import type { Calibration } from "../posterior/calibration.ts";
import type { PlotOptions, PlotSpec } from "./spec.ts";

type Ranked = Pick<Calibration, "ranks" | "draws" | "level">;

const ranksOf = ({ ranks }: Ranked, scalar: string): Int32Array =>
  Object.hasOwn(ranks, scalar)
    ? ranks[scalar]
    : fail(
        `there is no scalar "${scalar}" in the calibration${suggest(scalar, Object.keys(ranks))}; there are ${Object.keys(ranks).join(", ")}`,
      );

/**
 * Where true values rank among the draws that infer them: the empirical distribution function of the ranks less the uniform one, with the
 * band that holds all of it, simultaneously, with the calibration's level. Säilynoja, Bürkner & Vehtari 2022, figure 2.
 * @throws FluvialError where there is no such scalar.
 */
export const calibrationPlot = (calibration: Ranked, scalar: string, options: PlotOptions = {}): PlotSpec => {
  const ranks = ranksOf(calibration, scalar);
  const law = rankLaw(ranks.length, calibration.draws);
  const { levels, lower, upper, cuts } = rankBand(law, calibration.level);
  const difference = countsBelow(ranks, law).map((count, i) => count / ranks.length - levels[i]);
  const x = [0, ...levels, 1];
  const closed = (inner: readonly number[]): number[] => [0, ...inner, 0];
  const [low, high] = [lower, upper].map((ends) => closed(ends.map((end, i) => end - levels[i])));
  const most = Math.max(...[...low, ...high, ...difference].map(Math.abs)) * 1.08;
  return {
    title: scalar,
    description: `Distribution function of the ranks of ${scalar} in ${ranks.length} replications less that of uniform ranks, ${cuts.length} places`,
    width: 420,
    height: 220,
    ...options,
    x: { label: "rank / draws", domain: [0, 1], ticks: 5 },
    y: { label: "difference of distribution functions", domain: [-most, most], ticks: 5 },
    series: [scalar],
    legend: options.legend ?? false,
    marks: [
      { mark: "area", x, y1: low, y: high, opacity: 0.14 },
      { mark: "ruleY", y: [0], opacity: 0.5 },
      { mark: "line", x, y: closed(difference), series: scalar },
    ],
  };
};

/**
 * The histogram of the ranks of a scalar in a calibration: flat for a right method, ∪ for an overconfident one, ∩ for an underconfident
 * one, sloped for a biased one. The dashes hold 99 of 100 bars. Talts et al. 2018.
 * @throws FluvialError where there is no such scalar.
 */
export const calibrationHistogram = (
  calibration: Ranked,
  scalar: string,
  options: PlotOptions & { readonly bins?: number } = {},
): PlotSpec => {
  const ranks = ranksOf(calibration, scalar);
  const { draws } = calibration;
  const { bins = evenClasses(draws, 20), ...rest } = options;
  const counts = rankHistogram(ranks, draws, bins);
  const expected = ranks.length / bins;
  const slack = 2.576 * Math.sqrt(expected * (1 - 1 / bins));
  const edge = (bin: number): number => Math.round((bin * (draws + 1)) / bins);
  return {
    title: scalar,
    description: `Histogram of the ranks of ${scalar} in ${ranks.length} replications`,
    width: 420,
    height: 160,
    ...rest,
    x: { label: "rank", domain: [0, draws + 1], ticks: 5 },
    y: { domain: [0, Math.max(2 * expected, ...counts) * 1.02], ticks: 4 },
    series: [scalar],
    legend: rest.legend ?? false,
    marks: [
      {
        mark: "bar",
        x1: range(bins).map(edge),
        x2: range(bins).map((bin) => edge(bin + 1)),
        y: counts,
        series: scalar,
        opacity: 0.75,
      },
      { mark: "ruleY", y: [expected], opacity: 0.8 },
      { mark: "ruleY", y: [Math.max(0, expected - slack), expected + slack], opacity: 0.55, dash: "3 3" },
    ],
  };
};
