import type { Precision } from "../../core/double.ts";
import { khatThreshold, psis } from "../../diagnostics/psis.ts";
import { summariseDraws } from "../../diagnostics/summary.ts";
import type { DrawsOf } from "../../posterior/draws.ts";
import type { Fit, Plain, Row } from "../../posterior/posterior.ts";
import { fitSummary } from "../../posterior/summary.ts";
import { constrainDraws } from "../draws.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { verbKey } from "../verbKey.ts";
import type { Best } from "./ascend.ts";
import { type Correction, corrections } from "./corrected.ts";
import { endlessIn } from "./endless.ts";
import type { Ground } from "./ground.ts";
import { meanAndError } from "./level.ts";
import { enoughForKhat, reweigh } from "./reweigh.ts";
import { fitVerdict } from "./verdict.ts";
import { weightShareOf } from "./weightShare.ts";

/** How far two log densities that ought to be equal may differ by rounding alone. */
const roundingOf = ({ precision }: { readonly precision: Precision }, logDensity: Float64Array): number => {
  const size = logDensity.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1);
  return Math.max(1e-4, 16 * size * (precision === "f32" ? 2 ** -23 : 2 ** -52));
};

/** What an annealed bound is not. */
const annealedNote = (beta: number): string =>
  beta === 1 ? "" : ` The log density counted ${beta} at the last step, not 1: this is not the posterior.`;

/** What a guide that looked at the posterior beforehand has to tell. */
const preparedNote = ({ prepared }: Best): string => (prepared?.note ? ` Note: ${prepared.note}.` : "");

/** The corrections of all scalars, with the k-hats of the rows where those have them. */
const knownCorrections = (
  draws: DrawsOf<Record<string, unknown>>,
  logWeights: Float64Array,
  logRatios: Float64Array,
  rows: readonly Row[],
): Correction[] => {
  const khats = new Map(rows.map(({ name, khat }) => [name, khat]));
  return rows.some(({ khat }) => khat !== undefined)
    ? corrections(draws, logWeights).map((each) => ({ ...each, khat: khats.get(each.name) }))
    : corrections(draws, logWeights, logRatios);
};

/** What a report is of. */
export interface Reported<L> {
  readonly ground: Ground<L>;
  readonly method: string;
  readonly seed: number;
  readonly began: number;
  readonly correct: boolean;
  readonly told: Readonly<Record<string, Plain>>;
}

/** Draws, bound, k-hat, corrected rows and verdict of a trained guide. */
export const fitReport = <L>(reported: Reported<L>, best: Best, gradientsAStep: number): Fit<L> => {
  const { ground, method, seed, began, correct, told } = reported;
  const { engine, conditioned, data } = ground;
  const { assessed, history, steps, skipped, converged, parameters, beta, preparing } = best;
  const logRatios = assessed.logDensity.map((p, i) => p - assessed.logQ[i]);
  const weights = psis(logRatios, { rounding: roundingOf(engine, assessed.logDensity) });
  const { khat, logWeights } = weights;
  const draws = constrainDraws(engine, conditioned, data, assessed.z, 1, verbKey("discrete", seed));
  const { mean, error } = meanAndError(logRatios);
  const threshold = khatThreshold(logRatios.length);
  const { rows, correction } = reweigh(draws, summariseDraws(draws, false), {
    psis: weights,
    logRatios,
    threshold,
    wanted: correct,
  });
  const count = (odd: (ratio: number) => boolean): number =>
    logRatios.reduce((n, ratio) => n + (odd(ratio) ? 1 : 0), 0);
  const judged = fitVerdict({
    guide: method,
    khat,
    threshold,
    // Where nothing was trained, more steps would be no advice; the note says what is amiss.
    converged: converged || steps === 0,
    skipped,
    steps,
    draws: logRatios.length,
    impossible: count((ratio) => ratio === Number.NEGATIVE_INFINITY),
    undefinedDraws: count(Number.isNaN),
    corrections: khat <= threshold ? knownCorrections(draws, logWeights, logRatios, rows) : [],
    corrected: correction.applied,
    weightShare: weightShareOf(logRatios),
    boundError: error,
    joint: assessed.joint,
    endless: endlessIn(conditioned.layout, assessed.z),
    failure: best.failure,
    fell: best.fell,
  });
  const verdict =
    (logRatios.length < enoughForKhat
      ? `Too few draws to judge: ${logRatios.length}, where k-hat needs ${enoughForKhat} or more.`
      : judged) +
    annealedNote(beta) +
    preparedNote(best);
  const fitted = {
    kind: "fit" as const,
    model: conditioned.model,
    method,
    seed,
    engine: engine.name,
    seconds: (performance.now() - began) / 1000,
    gradients: preparing + steps * gradientsAStep,
    options: told,
    fingerprint: fingerprintOf(conditioned.bound),
    draws,
    unconstrained: { shape: [1, logRatios.length, conditioned.size], values: assessed.z },
    rows,
    verdict,
    elbo: mean,
    elboSe: error,
    khat,
    history,
    steps,
    converged,
    logRatios,
    logWeights,
    correction,
    parameters,
  };
  return { ...fitted, summary: () => fitSummary(fitted) };
};
