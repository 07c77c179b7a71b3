import { showValue } from "../core/check.ts";
import type { Row } from "../posterior/posterior.ts";
import { showNumber } from "../posterior/text.ts";
import type { Correction } from "./corrected.ts";

/** What a verdict on a fit rests on. */
export interface Evidence {
  readonly guide: string;
  readonly khat: number;
  readonly threshold: number;
  readonly converged: boolean;
  readonly skipped: number;
  readonly steps: number;
  readonly corrections: readonly Correction[];
}

/** Smaller differences are of no use to anyone. */
const worthNaming = { sd: 0.05, mean: 0.1 };
/** Standard errors beyond which a difference is taken for real. */
const beyondChance = 3;

const percent = (ratio: number): string => `${Math.round(Math.abs(1 - ratio) * 100)} %`;

const listed = (items: readonly string[]): string =>
  items.length <= 3 ? items.join(", ") : `${items.slice(0, 3).join(", ")} and ${items.length - 3} more`;

/** "sds are short: x[1] by 13 %, x[2] by 13 %", where the importance-corrected sds say so. */
const sdFault = (corrections: readonly Correction[]): string | undefined => {
  const off = corrections
    .filter(
      ({ sdRatio, logSdError }) => Math.abs(Math.log(sdRatio)) > Math.max(worthNaming.sd, beyondChance * logSdError),
    )
    .sort((a, b) => Math.abs(Math.log(b.sdRatio)) - Math.abs(Math.log(a.sdRatio)));
  if (off.length === 0) return undefined;
  const short = off.filter(({ sdRatio }) => sdRatio < 1);
  const [which, word] = short.length >= off.length / 2 ? [short, "short"] : [off.filter((c) => c.sdRatio > 1), "wide"];
  return `its sds are too ${word}: ${listed(which.map(({ name, sdRatio }) => `${name} by ${percent(sdRatio)}`))}`;
};

const meanFault = (corrections: readonly Correction[]): string | undefined => {
  const off = corrections
    .filter(({ meanShift, meanError }) => Math.abs(meanShift) > Math.max(worthNaming.mean, beyondChance * meanError))
    .sort((a, b) => Math.abs(b.meanShift) - Math.abs(a.meanShift));
  if (off.length === 0) return undefined;
  return `its means are off: ${listed(off.map(({ name, meanShift }) => `${name} by ${showNumber(meanShift)} sd`))}`;
};

const advice = (guide: string): string =>
  guide.startsWith("mean-field") ? "try full-rank, a flow guide or NUTS" : "try a richer guide or NUTS";

/** One sentence on how far to trust a fit. k-hat and the corrected moments see what the guide covers, not a mode it never visited. */
export const fitVerdict = ({ guide, khat, threshold, converged, skipped, steps, corrections }: Evidence): string => {
  const unfinished = converged ? "" : ` The bound was still rising at the step limit: give more steps.`;
  const lost = skipped > 0 ? ` ${skipped} of ${steps} steps were skipped as non-finite.` : "";
  const k = `k-hat ${khat.toFixed(2)}`;
  if (!(khat <= threshold))
    return `Do not trust: ${aboveThreshold(khat, threshold)}, the guide misses part of the posterior; ${advice(guide)}.${unfinished}${lost}`;
  const faults = [sdFault(corrections), meanFault(corrections)].filter((fault) => fault !== undefined);
  if (faults.length > 0)
    return `Use with care: ${k} passes, but against its own importance-corrected estimates ${faults.join("; ")}; ${advice(guide)}.${unfinished}${lost}`;
  return `Good where it looks: ${k}, means and sds agree with their importance-corrected estimates.${unfinished}${lost}`;
};

/** "k-hat 0.83 is above 0.70", with as many digits as tell the two apart. */
const aboveThreshold = (khat: number, threshold: number): string => {
  const digits = [2, 3, 4].find((n) => khat.toFixed(n) !== threshold.toFixed(n)) ?? 5;
  return `k-hat ${showValue(Number(khat.toFixed(digits)))} is above ${threshold.toFixed(digits)}`;
};

/** What a verdict on chains rests on. */
export interface ChainEvidence {
  readonly rows: readonly Row[];
  readonly divergences: number;
  readonly draws: number;
  readonly chains: number;
}

/** Thresholds of Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, section 4. */
const mixed = { rhat: 1.01, essPerChain: 100 };

/** One sentence on how far to trust chains. */
export const chainsVerdict = ({ rows, divergences, draws, chains }: ChainEvidence): string => {
  const worst = rows.reduce((a, b) => ((b.rhat ?? 0) > (a.rhat ?? 0) ? b : a));
  const thin = rows.reduce((a, b) => (leastEss(b) < leastEss(a) ? b : a));
  const faults = [
    !((worst.rhat ?? 1) <= mixed.rhat) &&
      `R-hat of ${worst.name} is ${worst.rhat?.toFixed(3)}, above ${mixed.rhat}: the chains have not mixed`,
    leastEss(thin) < mixed.essPerChain * chains &&
      `the effective sample size of ${thin.name} is ${leastEss(thin).toFixed(0)}, below ${mixed.essPerChain * chains}: draw more`,
    divergences > 0 &&
      `${divergences} of ${draws} transitions diverged: raise targetAcceptance or reparametrise the model`,
  ].filter((fault) => fault !== false);
  if (faults.length === 0)
    return `Good: R-hat at most ${(worst.rhat ?? 1).toFixed(3)}, effective sample sizes from ${leastEss(thin).toFixed(0)}, no divergences.`;
  return `${faults.length > 0 && !((worst.rhat ?? 1) <= 1.05) ? "Do not trust" : "Use with care"}: ${faults.join("; ")}.`;
};

const leastEss = ({ essBulk, essTail }: Row): number =>
  Math.min(essBulk ?? Number.POSITIVE_INFINITY, essTail ?? Number.POSITIVE_INFINITY);
