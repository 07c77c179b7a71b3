import { khatOf, khatThreshold, type Psis } from "../../diagnostics/psis.ts";
import { isConstant, isFiniteSeries, mean, squaredFrom } from "../../diagnostics/series.ts";
import { weightedRow } from "../../diagnostics/weighted.ts";
import { type DrawsOf, pooledDraws, scalarNames } from "../../posterior/draws.ts";
import type { Reweighting, Row } from "../../posterior/posterior.ts";
import { showKhat } from "../../posterior/summary.ts";

/** What the importance weights of a fit come to. */
export interface Weighing {
  readonly psis: Psis;
  /** log p(data, z) − log q(z), as they came. */
  readonly logRatios: Float64Array;
  /** Above it, a k-hat forbids what it belongs to. */
  readonly threshold: number;
  /** Whether the caller wants corrections at all. */
  readonly wanted: boolean;
}

/** Draws that k-hat needs before it says anything. */
export const enoughForKhat = 100;

/** Why so many weights with this k-hat cannot be used; undefined where they can. */
export const weightsRefused = (
  khat: number,
  draws: number,
  threshold: number = khatThreshold(draws),
): string | undefined => {
  if (draws < enoughForKhat) return `${draws} draws are too few: k-hat needs ${enoughForKhat} or more`;
  return khat <= threshold
    ? undefined
    : `k-hat ${showKhat(khat)} is above ${threshold.toFixed(2)}: the weights rest on a few draws`;
};

const refusal = ({ psis, logRatios, threshold, wanted }: Weighing): string | undefined =>
  wanted ? weightsRefused(psis.khat, logRatios.length, threshold) : "not asked for";

/** k-hat of (x − mean)² w, which is larger than that of x − mean; bounded weights, of k-hat ≤ 0, make no scalar worse. */
const khatOfScalar = (x: Float64Array, { psis: { khat }, logRatios }: Weighing): number =>
  khat <= 0 ? khat : khatOf(logRatios, squaredFrom(mean(x), x));

/** A row under the weights, or the guide's own where its k-hat forbids it; constants and what is not finite stay as they are. */
const reweighRow = (row: Row, x: Float64Array, weights: Float64Array, weighing: Weighing): Row => {
  if (!isFiniteSeries([x]) || isConstant([x])) return row;
  const khat = khatOfScalar(x, weighing);
  return khat <= weighing.threshold
    ? { ...weightedRow(row.name, x, weights), corrected: true, khat }
    : { ...row, corrected: false, khat };
};

/**
 * The rows of a fit under its importance weights, and what was and was not corrected.
 * @param rows those of the guide itself, one for each scalar of the draws. Vehtari, Simpson, Gelman, Yao & Gabry 2024, section 4.
 */
export const reweigh = (
  draws: DrawsOf<Record<string, unknown>>,
  rows: readonly Row[],
  weighing: Weighing,
): { readonly rows: readonly Row[]; readonly correction: Reweighting } => {
  const { ess, logWeights } = weighing.psis;
  const reason = refusal(weighing);
  if (reason !== undefined) return { rows, correction: { applied: false, reason, ess, uncorrected: [] } };
  const weights = logWeights.map((logWeight) => Math.exp(logWeight));
  const scalars = Object.entries(draws).flatMap(([name, quantity]) =>
    scalarNames(name, quantity).map((_, flat) => ({ quantity, flat })),
  );
  const corrected = rows.map((row, i) =>
    reweighRow(row, pooledDraws(scalars[i].quantity, scalars[i].flat), weights, weighing),
  );
  const uncorrected = corrected.filter((row) => row.corrected === false).map(({ name }) => name);
  return { rows: corrected, correction: { applied: true, ess, uncorrected } };
};
