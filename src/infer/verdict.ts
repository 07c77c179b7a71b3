import { showValue } from "../core/check.ts";
import type { Chains, Row } from "../posterior/posterior.ts";
import { showKhat } from "../posterior/summary.ts";
import { listed, showNumber } from "../posterior/text.ts";
import type { Correction } from "./fitting/corrected.ts";

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
  /** Standard error of the bound, in nats. */
  readonly boundError?: number;
  /** What broke training off, after which the best state before stands. */
  readonly failure?: string;
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

/** "the mean or sd of a, b is not finite". */
const nonFiniteFault = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : `the mean or sd of ${listed(names)} is not finite`;

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

const present = (faults: readonly (string | undefined | false)[]): string[] =>
  faults.filter((fault) => typeof fault === "string");

/** What makes the bound and the weights worthless. A NaN makes k-hat ∞ by itself, which then says no more. */
const graveFaults = ({ guide, khat, threshold, draws, impossible = 0, undefinedDraws = 0 }: Evidence): string[] => {
  const counted = (n: number): string => (draws === undefined ? `${n} draws` : `${n} of ${draws} draws`);
  const explained = undefinedDraws > 0 && khat === Number.POSITIVE_INFINITY;
  return present([
    undefinedDraws > 0 && `the log density is NaN at ${counted(undefinedDraws)}, so that there is no bound`,
    impossible > 0 &&
      `the log density is −∞ at ${counted(impossible)}, so that the bound is −∞: the guide reaches where the posterior cannot be`,
    !(khat <= threshold) &&
      !explained &&
      `${aboveThreshold(khat, threshold)}, the guide misses part of the posterior; ${advice(guide)}`,
  ]);
};

const fitSaid = (evidence: Evidence): string => {
  const { guide, khat, corrections, corrected = false } = evidence;
  const broken = nonFiniteFault(corrections.filter((c) => !isMeasured(c)).map(({ name }) => name));
  const grave = graveFaults(evidence);
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

/** The digits that tell a value from its threshold, from so many on. */
const digitsApart = (value: number, threshold: number, from: number): number => {
  let digits = from;
  while (digits < from + 6 && value.toFixed(digits) === threshold.toFixed(digits)) digits++;
  return digits;
};

/** "k-hat 0.83 is above 0.70", with as many digits as tell the two apart. */
const aboveThreshold = (khat: number, threshold: number): string => {
  const digits = digitsApart(khat, threshold, 2);
  return `k-hat ${showValue(Number(khat.toFixed(digits)))} is above ${threshold.toFixed(digits)}`;
};

/** What a verdict on chains rests on. */
export interface ChainEvidence {
  readonly rows: readonly Row[];
  readonly divergences: number;
  /** All chains together. */
  readonly draws: number;
  readonly chains: number;
  /** Per chain, its E-BFMI. */
  readonly ebfmi?: readonly number[];
  /** Transitions that were cut at the deepest tree allowed. */
  readonly saturations?: number;
  /** Where the divergences gather, and what to do about it. */
  readonly narrow?: string;
  /** Where a run was stopped: draws a chain and chains that had been asked for. */
  readonly cutShort?: { readonly draws: number; readonly chains: number };
}

/** Thresholds of Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, section 4. */
const mixed = { rhat: 1.01, essPerChain: 100 };
/** An R-hat beyond which chains are of no use. */
const apart = 1.05;
/** Draws a chain that R-hat and ESS need at the least. */
const leastDraws = 4;

/** Below it momentum resampling hardly moves a chain between energies (Betancourt 2016); told from so many draws a chain on. */
const leastEbfmi = { value: 0.3, draws: 100 };
/** Shares of all transitions: divergences below which a run stands, saturations above which it wastes its time. */
const shares = { divergences: 1e-3, saturations: 0.01 };

const leastEss = ({ essBulk, essTail }: Row): number =>
  Math.min(essBulk ?? Number.POSITIVE_INFINITY, essTail ?? Number.POSITIVE_INFINITY);

const isFiniteRow = ({ mean, sd }: Row): boolean => Number.isFinite(mean) && Number.isFinite(sd);

/** "1.013", or "1.0102" where fewer digits would not tell it from the threshold. */
const showRhat = (rhat: number): string =>
  Number.isFinite(rhat) ? rhat.toFixed(rhat > mixed.rhat ? digitsApart(rhat, mixed.rhat, 3) : 3) : showNumber(rhat);

/** The row that has mixed worst and the one that is known worst, of those with an R-hat; undefined where none has one. */
const worstRows = (rows: readonly Row[]): { name: string; rhat: number; thin: string; ess: number } | undefined => {
  const told = rows.filter(({ rhat }) => rhat !== undefined);
  if (told.length === 0) return undefined;
  const worst = told.reduce((a, b) => ((b.rhat ?? 0) > (a.rhat ?? 0) ? b : a));
  const thin = told.reduce((a, b) => (leastEss(b) < leastEss(a) ? b : a));
  return { name: worst.name, rhat: worst.rhat ?? 0, thin: thin.name, ess: leastEss(thin) };
};

/** What leaves nothing to judge chains by. */
const untold = (rows: readonly Row[], drawsAChain: number): string | undefined => {
  if (drawsAChain < leastDraws)
    return `too few draws to tell (${drawsAChain} a chain; R-hat needs ${leastDraws}, and hundreds to be of use)`;
  return rows.every((row) => row.rhat === undefined && isFiniteRow(row))
    ? "all draws are the same, the chains never moved"
    : undefined;
};

const share = (count: number, of: number): string => `${Number(((100 * count) / of).toPrecision(2))} %`;

const divergenceFault = ({ divergences, draws, narrow }: ChainEvidence): string | undefined => {
  if (divergences === 0) return undefined;
  const said = `${divergences} of ${draws} transitions diverged`;
  if (narrow) return `${said}, and ${narrow}`;
  return divergences <= shares.divergences * draws
    ? `${said} (${share(divergences, draws)}), too few to spoil the summaries if they lie scattered: see divergentPositions`
    : `${said}: take smaller steps, as by sampler: nuts({ targetAcceptance: 0.95 }), or reparametrise the model`;
};

const energyFault = (ebfmi: readonly number[], drawsAChain: number): string | undefined => {
  const low = ebfmi.flatMap((value, chain) => (value < leastEbfmi.value ? [{ value, chain }] : []));
  if (low.length === 0 || drawsAChain < leastEbfmi.draws) return undefined;
  const worst = low.reduce((a, b) => (b.value < a.value ? b : a));
  return `E-BFMI is below ${leastEbfmi.value} in ${low.length} of ${ebfmi.length} chains (${worst.value.toFixed(2)} in chain ${worst.chain + 1}), the tails may be missed: reparametrise the model, as by noncentred()`;
};

/** Trajectories that were cut cost time, not trust. */
const saturationNote = ({ saturations = 0, draws }: ChainEvidence): string =>
  saturations > shares.saturations * draws
    ? ` ${saturations} of ${draws} trajectories (${share(saturations, draws)}) were cut at the deepest tree: a dense metric, other scales or a larger maxTreeDepth would mix faster.`
    : "";

const interruptionNote = ({ cutShort, draws, chains }: ChainEvidence): string =>
  cutShort
    ? ` Interrupted: ${draws / chains} of ${cutShort.draws} draws a chain, ${chains} of ${cutShort.chains} chains.`
    : "";

const chainsSaid = (evidence: ChainEvidence): string => {
  const { rows, draws, chains, ebfmi = [] } = evidence;
  const worst = worstRows(rows);
  const needed = mixed.essPerChain * chains;
  const broken = rows.filter((row) => !isFiniteRow(row));
  const faults = present([
    untold(rows, draws / chains),
    nonFiniteFault(broken.map(({ name }) => name)),
    worst &&
      !(worst.rhat <= mixed.rhat) &&
      `R-hat of ${worst.name} is ${showRhat(worst.rhat)}, above ${mixed.rhat}: the chains have not mixed`,
    worst &&
      worst.ess < needed &&
      `the effective sample size of ${worst.thin} is ${worst.ess.toFixed(0)}, below ${needed}: draw more`,
    divergenceFault(evidence),
    energyFault(ebfmi, draws / chains),
  ]);
  if (worst && faults.length === 0)
    return `Good: R-hat at most ${showRhat(worst.rhat)}, effective sample sizes from ${worst.ess.toFixed(0)}, no divergences.`;
  return `${worst && worst.rhat <= apart ? "Use with care" : "Do not trust"}: ${faults.join("; ")}.`;
};

/** A sentence on how far to trust chains, and what else there is to know of them. */
export const chainsVerdict = (evidence: ChainEvidence): string =>
  `${chainsSaid(evidence)}${saturationNote(evidence)}${interruptionNote(evidence)}`;

/** What had been asked for, of a run that was stopped. */
const askedOf = ({ draws, chains }: Chains["options"]): ChainEvidence["cutShort"] =>
  typeof draws === "number" && typeof chains === "number" ? { draws, chains } : undefined;

/** The verdict on chains from all that they say of themselves. @param narrow where their divergences gather. */
export const verdictOfChains = (
  chains: Pick<Chains, "rows" | "unconstrained" | "divergences" | "ebfmi" | "saturations" | "interrupted" | "options">,
  narrow?: string,
): string => {
  const [count, each] = chains.unconstrained.shape;
  const { rows, divergences, ebfmi, saturations, interrupted, options } = chains;
  const cutShort = interrupted ? askedOf(options) : undefined;
  return chainsVerdict({ rows, divergences, ebfmi, saturations, draws: count * each, chains: count, cutShort, narrow });
};
