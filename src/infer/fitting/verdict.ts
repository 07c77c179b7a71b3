import { showValue } from "../../core/check.ts";
import { showKhat } from "../../posterior/summary.ts";
import { listed, showNumber } from "../../posterior/text.ts";
import { digitsApart, nonFiniteFault, present } from "../words.ts";
import type { Correction } from "./corrected.ts";
import type { Endless } from "./endless.ts";
import { nearlyEven } from "./weightShare.ts";

/** What a verdict on a fit rests on. */
export interface Evidence {
  readonly guide: string;
  readonly khat: number;
  readonly threshold: number;
  readonly converged: boolean;
  readonly skipped: number;
  readonly steps: number;
  readonly corrections: readonly Correction[];
  /** Draws from the fitted guide. */
  readonly draws?: number;
  /** Those of them whose log importance weight is −∞; 0 unless said. */
  readonly impossible?: number;
  /** Those of them whose log importance weight is NaN; 0 unless said. */
  readonly undefinedDraws?: number;
  /** Whether the rows that stand beside the verdict are the importance-corrected ones; false unless said. */
  readonly corrected?: boolean;
  /** Effective share of the draws under their weights as they came, 1 where all weigh alike; not known unless said. */
  readonly weightShare?: number;
  /** Standard error of the bound, in nats. */
  readonly boundError?: number;
  /** What the guide has spread without end. */
  readonly endless?: Endless;
  /** What broke training off, after which the best state before stands. */
  readonly failure?: string;
  /** Whether the weights are those of the guide's own noise too: what the way back misses counts against the fit. */
  readonly joint?: boolean;
  /** Whether training ended because the bound fell at every rate. */
  readonly fell?: boolean;
}

/** A bound that is known no better than this, in nats, tells that some draws lie where the posterior has nearly nothing. */
const worstBoundError = 0.25;

/** Smaller differences are of no use to anyone. */
const worthNaming = { sd: 0.05, mean: 0.1 };
/** Standard errors beyond which a difference is taken for real. */
const beyondChance = 3;

const percent = (ratio: number): string => `${Math.round(Math.abs(1 - ratio) * 100)} %`;

const isMeasured = ({ sdRatio, meanShift }: Correction): boolean =>
  Number.isFinite(sdRatio) && Number.isFinite(meanShift);

/** "its sds are too wide: b by 200 % and too short: a by 6 %", the worst first, where the importance-corrected sds say so. */
const sdFault = (corrections: readonly Correction[]): string | undefined => {
  const off = corrections
    .filter(
      ({ sdRatio, logSdError }) => Math.abs(Math.log(sdRatio)) > Math.max(worthNaming.sd, beyondChance * logSdError),
    )
    .sort((a, b) => Math.abs(Math.log(b.sdRatio)) - Math.abs(Math.log(a.sdRatio)));
  if (off.length === 0) return undefined;
  const short = off.filter(({ sdRatio }) => sdRatio < 1);
  const wide = off.filter(({ sdRatio }) => sdRatio > 1);
  const directions = [
    { word: "short", which: short },
    { word: "wide", which: wide },
  ].filter(({ which }) => which.length > 0);
  const worstFirst = off[0].sdRatio < 1 ? directions : directions.toReversed();
  const said = worstFirst.map(
    ({ word, which }) => `too ${word}: ${listed(which.map(({ name, sdRatio }) => `${name} by ${percent(sdRatio)}`))}`,
  );
  return `its sds are ${said.join(" and ")}`;
};

const meanFault = (corrections: readonly Correction[]): string | undefined => {
  const off = corrections
    .filter(({ meanShift, meanError }) => Math.abs(meanShift) > Math.max(worthNaming.mean, beyondChance * meanError))
    .sort((a, b) => Math.abs(b.meanShift) - Math.abs(a.meanShift));
  if (off.length === 0) return undefined;
  return `its means are off: ${listed(off.map(({ name, meanShift }) => `${name} by ${showNumber(meanShift)} sd`))}`;
};

const boundFault = ({ boundError = 0, corrected }: Evidence): string | undefined =>
  Number.isFinite(boundError) && boundError > worstBoundError
    ? `its bound is known to ± ${showNumber(boundError)} nats only: some of its draws lie where the posterior has nearly nothing${corrected ? ", which count for nothing in the corrected rows" : ""}`
    : undefined;

/** Whether the weights are too uneven for this scalar, though not for all; bounded weights, of k-hat ≤ 0, make no scalar worse. */
const isUnchecked = ({ khat = 0 }: Correction, { khat: ofAll, threshold }: Evidence): boolean =>
  ofAll > 0 && !(khat <= threshold);

const uncheckedFault = (corrections: readonly Correction[]): string | undefined =>
  corrections.length === 0
    ? undefined
    : `the importance weights cannot check ${listed(
        corrections
          .toSorted((a, b) => (b.khat ?? 0) - (a.khat ?? 0))
          .map(({ name, khat = 0 }) => `${name} (k-hat ${showKhat(khat)})`),
      )}`;

const advice = (guide: string): string =>
  guide.startsWith("mean-field")
    ? "try full-rank, a flow guide or NUTS"
    : /^(full|low)-rank/.test(guide)
      ? "try a flow guide or NUTS"
      : "try restarts, a lower rate, a richer guide or NUTS";

/** "k-hat 0.83 is above 0.70", with as many digits as tell the two apart. */
const aboveThreshold = (khat: number, threshold: number): string => {
  const digits = digitsApart(khat, threshold, 2);
  return `k-hat ${showValue(Number(khat.toFixed(digits)))} is above ${threshold.toFixed(digits)}`;
};

/**
 * Where k-hat alone speaks against a fit, about a tail of weights that hardly differ. Below 1 the mean of such weights exists, and their
 * tail adds little to it: its shape may be chance, or the edge of a small part that the guide misses. From 1 on there is no mean, and
 * what it misses may be anything: two modes can look like that, one of them unseen.
 */
const evenButTailed = (
  { khat, threshold, weightShare = 0, endless }: Evidence,
  grave: readonly string[],
): string | undefined =>
  grave.length === 1 && !endless && khat > threshold && khat < 1 && weightShare > nearlyEven
    ? `${aboveThreshold(khat, threshold)}, although its weights are nearly even (ESS ${showShare(weightShare)} of the draws): it fits where its draws lie, and the largest weights may be the edge of a part that it hardly reaches, which chains of their own starts would find: sample(model, data)`
    : undefined;

/** A bound that rises for as long as a guide spreads is that of a posterior without a finite mass. */
const endlessFault = ({ endless, converged }: Evidence): string | undefined =>
  endless && !converged
    ? `the guide has spread ${endless.name} over ${showNumber(endless.reach)} on the unconstrained scale, with no end in sight: the posterior looks improper; give ${endless.name} a proper prior or data that it depends on, or, where it is only wide, other units`
    : undefined;

/** "0.99": never 1 where it is less. */
const showShare = (share: number): string => String(Math.min(0.999, Number(share.toPrecision(3))));

/** What k-hat of a guide with noise of its own is. */
const pessimistic = " (its weights are joint ones, so that k-hat is pessimistic: see sandwich)";

/** What makes the bound and the weights worthless. A NaN makes k-hat ∞ by itself, which then says no more. */
const graveFaults = (evidence: Evidence): string[] => {
  const { guide, khat, threshold, draws, joint, weightShare = 0, impossible = 0, undefinedDraws = 0 } = evidence;
  const counted = (n: number): string => (draws === undefined ? `${n} draws` : `${n} of ${draws} draws`);
  const endless = endlessFault(evidence);
  const explained = endless !== undefined || (undefinedDraws > 0 && khat === Number.POSITIVE_INFINITY);
  return present([
    endless,
    undefinedDraws > 0 && `the log density is NaN at ${counted(undefinedDraws)}, so that there is no bound`,
    impossible > 0 &&
      `the log density is −∞ at ${counted(impossible)}, so that the bound is −∞: the guide reaches where the posterior cannot be`,
    !(khat <= threshold) &&
      !explained &&
      `${aboveThreshold(khat, threshold)}, the guide${joint ? " or its way back" : ""} misses part of the posterior${weightShare > nearlyEven ? ` although its weights are nearly even where its draws lie (ESS ${showShare(weightShare)} of them)` : ""}${joint ? pessimistic : ""}; ${advice(guide)}`,
  ]);
};

const fitSaid = (evidence: Evidence): string => {
  const { guide, khat, corrections, corrected = false } = evidence;
  const broken = nonFiniteFault(corrections.filter((c) => !isMeasured(c)).map(({ name }) => name));
  const grave = graveFaults(evidence);
  const tailed = evenButTailed(evidence, grave);
  if (tailed) return `Use with care: ${present([tailed, broken]).join("; ")}.`;
  if (grave.length > 0) return `Do not trust: ${present([...grave, broken]).join("; ")}.`;
  const measured = corrections.filter(isMeasured);
  const unchecked = measured.filter((c) => isUnchecked(c, evidence));
  const checked = measured.filter((c) => !isUnchecked(c, evidence));
  if (measured.length > 0 && checked.length === 0)
    return `Do not trust: k-hat ${khat.toFixed(2)} passes, but ${present([broken, uncheckedFault(unchecked)]).join("; ")}, and there is nothing else; ${advice(guide)}.`;
  const off = present([sdFault(checked), meanFault(checked)]).join("; ");
  const beside =
    off &&
    (corrected
      ? `against the corrected rows, its own draws are off: ${off}`
      : `against its own importance-corrected estimates ${off}`);
  const amiss = present([boundFault(evidence), uncheckedFault(unchecked), beside || undefined]);
  const faults = present([
    broken,
    amiss.length > 0 && `${amiss.join("; ")}; ${beside && corrected ? "take resampled(fit), or " : ""}${advice(guide)}`,
  ]);
  const k = `k-hat ${khat.toFixed(2)}`;
  if (faults.length > 0) return `Use with care: ${k} passes, but ${faults.join("; ")}.`;
  return `Good where it looks: ${k}, means and sds agree with their importance-corrected estimates.`;
};

/** One sentence on how far to trust a fit. k-hat and the corrected moments see what the guide covers, not a mode it never visited. */
export const fitVerdict = (evidence: Evidence): string => {
  const { converged, skipped, steps, failure, fell } = evidence;
  const unfinished = failure
    ? ` Training broke off, and the best state before stands: ${failure}`
    : fell
      ? " The bound kept falling, at lower rates too, and the best state stands: take another objective or guide, or a much lower rate."
      : converged
        ? ""
        : ` The bound had not levelled off when training ended: give more steps, or a lower rate.`;
  const lost = skipped > 0 ? ` ${skipped} of ${steps} steps were skipped as non-finite.` : "";
  return `${fitSaid(evidence)}${unfinished}${lost}`;
};
