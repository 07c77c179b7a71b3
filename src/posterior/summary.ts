import { ladderText } from "./ladderText.ts";
import type { Chains, Fit, LangevinChains, Row } from "./posterior.ts";
import { listed, showNumber, textTable } from "./text.ts";

const columns: readonly (readonly [string, (row: Row) => string])[] = [
  ["", (row) => row.name],
  ["mean", (row) => showNumber(row.mean)],
  ["sd", (row) => showNumber(row.sd)],
  ["5 %", (row) => showNumber(row.q5)],
  ["50 %", (row) => showNumber(row.q50)],
  ["95 %", (row) => showNumber(row.q95)],
  ["mcse", (row) => showNumber(row.mcse)],
  ["R-hat", (row) => (row.rhat === undefined ? "" : row.rhat.toFixed(3))],
  ["bulk ESS", (row) => (row.essBulk === undefined ? "" : row.essBulk.toFixed(0))],
  ["tail ESS", (row) => (row.essTail === undefined ? "" : row.essTail.toFixed(0))],
];

/** The rows as a table, without columns that are empty throughout. */
export const rowTable = (rows: readonly Row[]): string => {
  const used = columns.filter(([head, show]) => head === "" || rows.some((row) => show(row) !== ""));
  return textTable(
    used.map(([head]) => head),
    rows.map((row) => used.map(([, show]) => show(row))),
  );
};

/** "-31.62 ± 0.01"; a bound that is not finite has no error: "−∞". */
export const showBound = (elbo: number, se: number): string => {
  if (!Number.isFinite(elbo)) return showNumber(elbo);
  const digits = Number.isFinite(se) && se > 0 ? Math.min(6, Math.max(2, Math.ceil(-Math.log10(se)) + 1)) : 4;
  return `${elbo.toFixed(digits)} ± ${se.toFixed(digits)}`;
};

/** "0.35", or "∞". */
export const showKhat = (khat: number): string => (Number.isFinite(khat) ? khat.toFixed(2) : showNumber(khat));

/** "rows corrected by importance weights (2310 effective draws of 4000), but for b", or why they are not. */
const correctionLine = ({
  correction: { applied, reason, ess, uncorrected },
  logRatios,
}: Omit<Fit, "summary">): string => {
  if (!applied) return `rows of the guide itself: ${reason}`;
  const besides = uncorrected.length > 0 ? `, but for ${listed(uncorrected)}` : "";
  return `rows corrected by importance weights (${ess.toFixed(0)} effective draws of ${logRatios.length})${besides}`;
};

/** "2300 steps", or what the fit took where nothing was trained: "158 gradients". */
const effort = ({ steps, gradients }: Omit<Fit, "summary">): string =>
  steps > 0 ? `${steps} steps` : `${gradients} gradients`;

export const fitSummary = (fit: Omit<Fit, "summary">): string =>
  [
    `${fit.model}, ${fit.method}: ${effort(fit)} in ${fit.seconds.toFixed(1)} s`,
    rowTable(fit.rows),
    correctionLine(fit),
    `ELBO ${showBound(fit.elbo, fit.elboSe)}, k-hat ${showKhat(fit.khat)}`,
    ...(fit.ladder ? [ladderText(fit.ladder)] : []),
    fit.verdict,
  ].join("\n");

export const chainsSummary = (chains: Omit<Chains, "summary">): string =>
  [
    `${chains.model}, ${chains.method}: ${chains.stats.stepSize.length} chains, ${chains.gradients} gradients in ${chains.seconds.toFixed(1)} s`,
    rowTable(chains.rows),
    `${chains.divergences} divergences`,
    chains.verdict,
  ].join("\n");

export const langevinSummary = (chains: Omit<LangevinChains, "summary" | "draws">): string =>
  [
    `${chains.model}, ${chains.method}: ${chains.unconstrained.shape[0]} chains, ${chains.gradients} steps in ${chains.seconds.toFixed(1)} s`,
    rowTable(chains.rows),
    chains.verdict,
  ].join("\n");
