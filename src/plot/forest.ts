import { cell, quantile, sorted } from "./numbers.ts";
import { type AnyPosterior, type Methods, methodsOf, namesOf, pooled } from "./series.ts";
import type { Mark, PlotOptions, PlotSpec } from "./spec.ts";

interface Interval {
  readonly scalar: string;
  readonly method: string;
  /** Quantiles 5, 25, 50, 75 and 95%. */
  readonly at: readonly number[];
}

const centreAndSd = (values: Float64Array): { centre: number; sd: number } => {
  const centre = values.reduce((a, b) => a + b, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1));
  return { centre, sd: sd > 0 ? sd : 1 };
};

const intervalsOf = (methods: Methods, scalar: string, reference: string | undefined): Interval[] => {
  const { centre, sd } = reference ? centreAndSd(pooled(methods[reference], scalar)) : { centre: 0, sd: 1 };
  return Object.keys(methods).map((method) => {
    const ordered = sorted(pooled(methods[method], scalar));
    return { scalar, method, at: [0.05, 0.25, 0.5, 0.75, 0.95].map((p) => (quantile(ordered, p) - centre) / sd) };
  });
};

/**
 * Intervals of many scalars, a row per method: a thin stroke over 90% of the draws, a thick one over 50%, a dot at the median. With
 * a `reference`, every scalar is on the scale of its mean and sd there, so that unlike quantities share one axis.
 * @param given posteriors by the name of the method, or a lone one.
 * @throws FluvialError where a method lacks a scalar, or the reference is not among them.
 */
export const forestPlot = (
  given: Methods | AnyPosterior,
  options: PlotOptions & { readonly reference?: string; readonly scalars?: readonly string[] } = {},
): PlotSpec => {
  const methods = methodsOf("forestPlot", given, options.reference);
  const names = Object.keys(methods);
  const { reference, scalars = namesOf(methods[names[0]]), ...rest } = options;
  const intervals = scalars.flatMap((scalar) => intervalsOf(methods, scalar, reference));
  const where = {
    y: intervals.map((i) => i.method),
    fy: intervals.map((i) => i.scalar),
    series: intervals.map((i) => i.method),
  };
  const column = (q: number): (number | null)[] => intervals.map((i) => cell(i.at[q], 4));
  const zero: Mark[] = reference ? [{ mark: "ruleX", x: [0], opacity: 0.35 }] : [];
  const longest = Math.max(...scalars.map((scalar) => scalar.length));
  return {
    title: "Intervals",
    description: `Intervals of ${scalars.length} quantities by ${names.join(", ")}`,
    width: 640,
    height: 50 + scalars.length * (names.length * 7 + 12),
    marginLeft: Math.min(190, 16 + 6.6 * longest),
    marginRight: 12,
    ...rest,
    x: { ticks: 5, label: reference ? `sds of ${reference} from its mean` : undefined },
    y: { scale: "point", domain: names, ticks: 0 },
    fy: { domain: scalars },
    series: names,
    reference,
    marks: [
      ...zero,
      { mark: "interval", x1: column(0), x2: column(4), ...where, size: 1.25 },
      { mark: "interval", x1: column(1), x2: column(3), ...where, size: 4, opacity: 0.5 },
      { mark: "dot", x: column(2), ...where, size: 2.8 },
    ],
  };
};
