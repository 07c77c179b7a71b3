import { chiSquareP, type RankLaw, rankLaw, rankShape, uniformityP } from "../../diagnostics/uniformity.ts";
import type { Calibration, CalibrationRow, Miscalibration } from "../../posterior/calibration.ts";
import { listed, showNumber, textTable } from "../../posterior/text.ts";
import { mostThinning } from "./thinning.ts";

/** A standard score that a shape must reach to be named. */
const clear = 3;

const shapeOf = (slope: number, bow: number): Miscalibration => {
  if (Math.max(Math.abs(slope), Math.abs(bow)) < clear) return "irregular";
  if (Math.abs(bow) >= Math.abs(slope)) return bow > 0 ? "too narrow" : "too wide";
  return slope > 0 ? "too low" : "too high";
};

/** p-values that hold for all at once. Holm 1979. */
const holm = (values: readonly number[]): number[] => {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const adjusted = Array<number>(values.length);
  let most = 0;
  order.forEach((i, place) => {
    most = Math.max(most, Math.min(1, values[i] * (values.length - place)));
    adjusted[i] = most;
  });
  return adjusted;
};

/** One row per scalar. */
export const calibrationRows = (
  ranks: Readonly<Record<string, Int32Array>>,
  draws: number,
  level: number,
): CalibrationRow[] => {
  const laws = new Map<number, RankLaw>();
  const lawFor = (count: number): RankLaw => {
    const law = laws.get(count) ?? rankLaw(count, draws);
    laws.set(count, law);
    return law;
  };
  const entries = Object.entries(ranks).filter(([, each]) => each.length > 0);
  const values = entries.map(([, each]) => uniformityP(each, lawFor(each.length)));
  const adjusted = holm(values);
  return entries.map(([name, each], i) => {
    const { slope, bow } = rankShape(each, draws);
    const shape = adjusted[i] <= 1 - level ? shapeOf(slope, bow) : "none";
    const [p, adjustedP] = [values[i], adjusted[i]];
    return { name, p, adjustedP, chiSquareP: chiSquareP(each, draws), slope, bow, shape, count: each.length };
  });
};

/** What a departure of ranks looks like, and what it means. */
const meanings = {
  "too narrow": "ranks pile up at both ends (∪): draws are overconfident, too narrow",
  "too wide": "ranks pile up in the middle (∩): draws are underconfident, too wide",
  "too low": "ranks are too large (slope): draws lie too low",
  "too high": "ranks are too small (slope): draws lie too high",
  irregular: "ranks are not uniform",
  none: "ranks are uniform",
} satisfies Record<Miscalibration, string>;

const showP = (p: number): string => (p < 1e-4 ? p.toExponential(0) : p.toFixed(p < 0.1 ? 4 : 2));

const failing = (rows: readonly CalibrationRow[]): string => {
  const bad = rows.filter(({ shape }) => shape !== "none").sort((a, b) => a.p - b.p);
  const shapes = [...new Set(bad.map(({ shape }) => shape))];
  return shapes
    .map((shape) => {
      const names = bad.filter((row) => row.shape === shape).map(({ name }) => name);
      return `${listed(names)}: ${meanings[shape]}`;
    })
    .join("; ");
};

type Judged = Omit<Calibration, "verdict" | "summary">;

/** One sentence on whether the method can be trusted with this model. */
export const calibrationVerdict = (calibration: Judged): string => {
  const { method, replications, asked, rows, p, passed, failures, level, interrupted, thin } = calibration;
  const lost = failures.length > 0 ? ` ${method} failed on ${failures.length} data sets (${failures[0]}).` : "";
  const cut = interrupted ? ` Stopped after ${replications} of ${asked} replications.` : "";
  if (rows.length === 0) return `Nothing to judge: no replication was ranked.${lost}${cut}`;
  const head = passed
    ? `Calibrated, as far as ${replications} replications tell: all ${rows.length} scalars stay in their simultaneous ${+(100 * level).toPrecision(6)} % bands (p = ${showP(p)}).`
    : `Not calibrated (p = ${showP(p)}): ${failing(rows)}.`;
  const slow =
    thin >= mostThinning
      ? ` Draws every ${thin} transitions may still hang together, which alone makes ranks pile up at both ends; say a larger thin to rule that out.`
      : "";
  return head + (passed ? "" : slow) + lost + cut;
};

export const calibrationSummary = (calibration: Omit<Calibration, "summary">): string => {
  const { model, method, rows, replications, draws, thin, seconds, divergences, verdict } = calibration;
  const diverged = divergences > 0 ? `, ${divergences} divergences` : "";
  const head = `${model}: ${method}, ${replications} replications, ranks 0 to ${draws}, every ${thin === 1 ? "transition" : `${thin} transitions`}, ${seconds.toFixed(1)} s${diverged}`;
  const cells = rows.map(({ name, p, adjustedP, chiSquareP: chi, slope, bow, shape }) => [
    name,
    showP(p),
    showP(adjustedP),
    showP(chi),
    showNumber(slope),
    showNumber(bow),
    shape === "none" ? "" : shape,
  ]);
  return [head, textTable(["", "p", "Holm", "chi-square", "slope", "bow", ""], cells), "", verdict].join("\n");
};
