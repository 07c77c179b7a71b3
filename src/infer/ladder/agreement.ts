import { normalQuantile } from "../../core/special/normal.ts";
import type { Row } from "../../posterior/posterior.ts";
import type { Reference } from "./reference.ts";

/** One figure of a fit beside that of the chains. */
export interface Difference {
  readonly name: string;
  readonly of: "mean" | "sd";
  /** (fit − chains) / sd of the chains for a mean, sd of the fit / sd of the chains − 1 for an sd. */
  readonly size: number;
  /** Its Monte Carlo standard error, that of both. */
  readonly error: number;
}

/** What the fit's rows and the chains make of each other. */
export interface Agreement {
  /** Those that are beyond chance and worth naming, or too large whatever chance may do, the worst first. */
  readonly off: readonly Difference[];
  /** Those that may be nothing and may be more than anyone could overlook: the errors are too large to tell. The worst first. */
  readonly unsure: readonly Difference[];
  /** The largest z of all, and the largest size of a mean's and an sd's difference. */
  readonly worst: { readonly z: number; readonly mean: number; readonly sd: number };
  /** Beyond it, chance is no explanation. */
  readonly limit: number;
}

/** Smaller differences are of no use to anyone: sds for a mean, a share for an sd. */
const worthNaming = { mean: 0.1, sd: 0.1 };
/** Differences that no one may overlook, even where errors are so large that chance would do: then nothing has been shown. */
const tooLarge = 0.25;
/** The same where the chains had to weigh regions that lie apart, whose shares are known less well. */
const tooLargeApart = 0.4;
/**
 * What a difference must be shown to stay below, by so many standard errors, of one region. Sds more strictly: chains that have not seen
 * enough of a tail find them too short, as guides do.
 */
const surely = { mean: 0.25, sd: 0.2 };
const shown = 2;
/** Effective draws below which, and an R-hat above which, a figure of the chains says nothing at all. */
const saysNothing = { ess: 20, rhat: 1.5 };
/** How often chance alone may set off a false alarm, all scalars together. */
const falseAlarms = 1e-3;

const differencesOf = (row: Row, reference: Reference): Difference[] => {
  const { name, mean, sd, meanError, sdError } = reference;
  const both = { mean: Math.hypot(row.mcse ?? 0, meanError), sd: Math.hypot(row.mcseSd ?? 0, sdError) };
  return [
    { name, of: "mean", size: (row.mean - mean) / sd, error: both.mean / sd },
    { name, of: "sd", size: row.sd / sd - 1, error: both.sd / sd },
  ];
};

const zOf = ({ size, error }: Difference): number => Math.abs(size) / error;
/** What a difference may be at the most, as far as its error can tell. */
const atMost = ({ size, error }: Difference): number => Math.abs(size) + shown * error;

const most = (values: readonly number[]): number =>
  values.reduce((top, value) => (Math.abs(value) <= top ? top : Math.abs(value)), 0);

/** The normal quantile at which `count` figures together give a false alarm once in so many times (Bonferroni). */
const limitFor = (count: number): number => -normalQuantile(falseAlarms / (2 * Math.max(1, count)));

/**
 * Holds the rows of a fit against the chains: means and sds by z-scores, beyond chance and large enough to matter; and for equivalence, that
 * what chance may hide is not too large (two one-sided tests, Schuirmann 1987).
 */
export const agreementOf = (rows: readonly Row[], references: readonly Reference[]): Agreement => {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const telling = references.filter(({ ess, rhat }) => ess >= saysNothing.ess && rhat <= saysNothing.rhat);
  const all = telling.flatMap((reference) => {
    const row = byName.get(reference.name);
    return row ? differencesOf(row, reference) : [];
  });
  const limit = limitFor(all.length);
  const apart = references.some(({ means }) => means.length > 1);
  const overlooked = apart ? tooLargeApart : tooLarge;
  const isOff = (each: Difference): boolean =>
    !(Math.abs(each.size) <= (zOf(each) <= limit ? overlooked : worthNaming[each.of]));
  const isUnsure = (each: Difference): boolean => !apart && !isOff(each) && !(atMost(each) <= surely[each.of]);
  const sizesOf = (of: Difference["of"]): number[] => all.filter((each) => each.of === of).map(({ size }) => size);
  return {
    off: all.filter(isOff).sort((a, b) => zOf(b) - zOf(a)),
    unsure: all.filter(isUnsure).sort((a, b) => atMost(b) - atMost(a)),
    worst: { z: most(all.map(zOf)), mean: most(sizesOf("mean")), sd: most(sizesOf("sd")) },
    limit,
  };
};
