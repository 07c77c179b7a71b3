import { type DensityEstimate, estimateDensity } from "./densityEstimate.ts";
import { cell, quantile, sorted } from "./numbers.ts";
import { type AnyPosterior, type Methods, methodsOf, pooled } from "./series.ts";
import type { Mark, PlotOptions, PlotSpec } from "./spec.ts";

/** A window that shows every method's bulk, yet is at most three times as wide as the reference's. */
const windowOf = (draws: Readonly<Record<string, Float64Array>>, reference: string): [number, number] => {
  const ends = (values: Float64Array): [number, number] => {
    const ordered = sorted(values);
    return [quantile(ordered, 0.003), quantile(ordered, 0.997)];
  };
  const [low, high] = ends(draws[reference]);
  const all = Object.values(draws).map(ends);
  const room = high - low || Math.abs(high) || 1;
  const from = Math.max(low - room, Math.min(...all.map(([a]) => a).filter(Number.isFinite)));
  const to = Math.min(high + room, Math.max(...all.map(([, b]) => b).filter(Number.isFinite)));
  const pad = 0.04 * (to - from) || 0.5;
  return [from - pad, to + pad];
};

/** Curves up to so many times the reference's height are drawn whole. */
const tallest = 8;

const topOf = ({ density }: DensityEstimate): number => Math.max(...density);

/** The tallest curve fits, unless it is a spike that would leave nothing of the reference: then its lower part is drawn. */
const ceilingOf = (estimates: Readonly<Record<string, DensityEstimate>>, reference: string): number =>
  Math.min(Math.max(...Object.values(estimates).map(topOf)), tallest * topOf(estimates[reference]));

/** The words that own up to a curve's cut: how many times the frame's height it goes on to. */
const cutMarks = (estimates: Readonly<Record<string, DensityEstimate>>, ceiling: number): Mark[] =>
  Object.entries(estimates)
    .filter(([, estimate]) => topOf(estimate) > ceiling)
    .map(([name, { x, density }], row): Mark => {
      const peak = density.indexOf(topOf({ x, density }));
      const aside = x[Math.round(x.length * (peak < x.length / 2 ? 0.8 : 0.2))];
      const text = `cut: ${cell(topOf({ x, density }) / ceiling, 2)}× as high`;
      return { mark: "text", x: [cell(aside)], y: [cell(ceiling * (0.95 - 0.1 * row), 4)], text: [text], series: name };
    });

const curveOf = ({ x, density }: DensityEstimate, ceiling: number): Pick<Mark, "x" | "y"> => ({
  x: Array.from(x, (value) => cell(value)),
  y: Array.from(density, (height) => cell(Math.min(height, ceiling), 4)),
});

/**
 * The marginal densities of one scalar ("tau", "theta[2]"), a line per method; the reference in ink and shaded. The height of the
 * lines is comparable, its unit is left out; a spike more than eight times as high as the reference is cut, with a word beside it.
 * @param given posteriors by the name of the method, or a lone one.
 * @throws FluvialError where a method has no such scalar, or the reference is not among them.
 */
export const densityPlot = (
  given: Methods | AnyPosterior,
  scalar: string,
  options: PlotOptions & { readonly reference?: string } = {},
): PlotSpec => {
  const { reference, ...rest } = options;
  const methods = methodsOf("densityPlot", given, reference);
  const names = Object.keys(methods);
  const draws = Object.fromEntries(names.map((name) => [name, pooled(methods[name], scalar)]));
  const [low, high] = windowOf(draws, reference ?? names[0]);
  const estimates = Object.fromEntries(names.map((name) => [name, estimateDensity(draws[name], low, high)]));
  const ceiling = ceilingOf(estimates, reference ?? names[0]);
  const shade: Mark[] = reference ? [{ mark: "area", ...curveOf(estimates[reference], ceiling), opacity: 0.12 }] : [];
  const lines = names.map(
    (name): Mark => ({
      mark: "line",
      ...curveOf(estimates[name], ceiling),
      series: name,
      size: name === reference ? 1.25 : 1.75,
    }),
  );
  return {
    title: scalar,
    description: `Marginal densities of ${scalar} by ${names.join(", ")}`,
    width: 360,
    height: 190,
    marginLeft: 12,
    marginRight: 12,
    ...rest,
    x: { domain: [low, high], ticks: 5 },
    y: { domain: [0, ceiling * 1.04 || 1], ticks: 0 },
    series: names,
    reference,
    marks: [...shade, ...lines, ...cutMarks(estimates, ceiling), { mark: "ruleY", y: [0], opacity: 0.35 }],
  };
};
