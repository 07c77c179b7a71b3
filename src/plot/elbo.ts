import { fail } from "../core/check.ts";
import type { Fit } from "../posterior/posterior.ts";
import { cell, quantile, sorted, thinned } from "./numbers.ts";
import type { Mark, PlotOptions, PlotSpec } from "./spec.ts";

/** A running mean over about `width` neighbours, fewer at the ends; values that are not finite are left out. */
export const runningMean = (values: ArrayLike<number>, width: number): Float64Array => {
  const sums = new Float64Array(values.length + 1);
  const counts = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    const finite = Number.isFinite(values[i]);
    sums[i + 1] = sums[i] + (finite ? values[i] : 0);
    counts[i + 1] = counts[i] + (finite ? 1 : 0);
  }
  const half = Math.floor(width / 2);
  return Float64Array.from({ length: values.length }, (_, i) => {
    const from = Math.max(0, i - half);
    const to = Math.min(values.length, i + half + 1);
    return (sums[to] - sums[from]) / (counts[to] - counts[from]);
  });
};

/** Where a curve ends, how much single steps scatter there, and where it stood a twentieth of the way in. */
interface Ending {
  readonly level: number;
  readonly scatter: number;
  readonly early: number;
}

const endingOf = (history: Float64Array, smooth: Float64Array): Ending => {
  const tail = sorted(history.subarray(Math.floor(0.8 * history.length)));
  return {
    level: smooth[smooth.length - 1],
    scatter: (quantile(tail, 0.9) - quantile(tail, 0.1)) / 2,
    early: smooth[Math.floor(0.05 * smooth.length)],
  };
};

/** A window on all the endings and some of the climb: the first steps may lie thousands of nats below. */
const windowOf = (endings: readonly Ending[]): [number, number] => {
  const finite = (values: number[]): number[] => values.filter(Number.isFinite);
  const best = Math.max(...finite(endings.map((e) => e.level + e.scatter)));
  const worst = Math.min(...finite(endings.map((e) => e.level - e.scatter)));
  if (!Number.isFinite(best - worst)) return [-1, 0];
  const room = best - worst || 1;
  const early = Math.min(...finite(endings.map((e) => e.early)), worst);
  return [Math.max(early, worst - 2 * room) - 0.05 * room, best + 0.1 * room];
};

const lineOf = (values: Float64Array, series: string, [low, high]: readonly [number, number], points: number): Mark => {
  const at = thinned(values.length, points);
  const inside = (y: number): number | null => (y >= low && y <= high ? cell(y) : null);
  return { mark: "line", x: at.map((i) => i + 1), y: at.map((i) => inside(values[i])), series };
};

type Bounds = Pick<Fit, "history">;

const isBounds = (x: unknown): x is Bounds => (x as Bounds | null)?.history instanceof Float64Array;

/** Fits by name, from those or from a lone one, which goes by the name of its method. */
const boundsOf = (fits: Readonly<Record<string, Bounds>> | Bounds): Readonly<Record<string, Bounds>> => {
  if (isBounds(fits)) return { [(fits as Partial<Fit>).method ?? "fit"]: fits };
  for (const [name, fit] of Object.entries(fits))
    if (!isBounds(fit)) fail(`elboPlot: expected a fit, or fits by name as in { iaf: fit }; "${name}" is no fit`);
  return fits;
};

/**
 * The bound at every step of each fit: single estimates faint, their running mean over them. Curves enter the frame from below when
 * they come near to where they end.
 * @param given fits by the name of the guide, or a lone one.
 * @throws FluvialError where something is no fit.
 */
export const elboPlot = (
  given: Readonly<Record<string, Bounds>> | Bounds,
  options: PlotOptions & { readonly series?: readonly string[]; readonly reference?: string } = {},
): PlotSpec => {
  const fits = boundsOf(given);
  const { series = Object.keys(fits), reference, ...rest } = options;
  const runs = Object.entries(fits).filter(([, fit]) => fit.history.length > 0);
  const smooth = runs.map(([, { history }]) => runningMean(history, Math.max(5, history.length / 40)));
  const frame = windowOf(runs.map(([, { history }], i) => endingOf(history, smooth[i])));
  const raw = runs.map(
    ([name, { history }]): Mark => ({ ...lineOf(history, name, frame, 300), size: 0.6, opacity: 0.28 }),
  );
  const means = runs.map(([name], i): Mark => ({ ...lineOf(smooth[i], name, frame, 300), size: 2 }));
  return {
    title: "Evidence lower bound",
    description: `The bound by step for ${runs.map(([name]) => name).join(", ")}`,
    width: 640,
    height: 280,
    marginLeft: 52,
    ...rest,
    x: { label: "step" },
    y: { label: "ELBO, nats", domain: frame },
    series,
    reference,
    marks: [...raw, ...means],
  };
};
