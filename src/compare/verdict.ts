import type { Chains, Discrepancy, Fit } from "../posterior/posterior.ts";
import { listed, showNumber } from "../posterior/text.ts";

/** Smaller differences are of no use to anyone: reference sds, and shares of an sd. */
const worthNaming = { mean: 0.1, sd: 0.1 };
/** Monte Carlo errors beyond which a difference is taken for real. */
const beyondChance = 3;

const worst = <T>(items: readonly T[], size: (item: T) => number): T | undefined =>
  items.length === 0 ? undefined : items.reduce((a, b) => (size(b) > size(a) ? b : a));

const sdDistance = ({ sdRatio }: Discrepancy): number => Math.abs(Math.log(sdRatio));

const percent = (ratio: number): string => `${Math.round(Math.abs(1 - ratio) * 100)} %`;

const areFinite = (mean: number, sd: number): boolean => Number.isFinite(mean) && Number.isFinite(sd);

const namesOf = (list: readonly Discrepancy[]): string => listed(list.map(({ name }) => name));

/** What has no finite moments, on either side. */
const nonFiniteFaults = (list: readonly Discrepancy[], reference: string): string[] => {
  const mine = list.filter((d) => !areFinite(d.mean, d.sd));
  const theirs = list.filter((d) => !areFinite(d.referenceMean, d.referenceSd));
  return [
    mine.length > 0 && `the mean or sd of ${namesOf(mine)} is not finite`,
    theirs.length > 0 && `in ${reference} the mean or sd of ${namesOf(theirs)} is not finite`,
  ].filter((fault) => fault !== false);
};

/** The differences that are large enough to matter. */
const largeOf = (list: readonly Discrepancy[]): { means: Discrepancy[]; sds: Discrepancy[] } => {
  const measured = list.filter((d) => areFinite(d.mean, d.sd) && areFinite(d.referenceMean, d.referenceSd));
  return {
    means: measured.filter((d) => Math.abs(d.meanError) > worthNaming.mean),
    sds: measured.filter((d) => sdDistance(d) > worthNaming.sd),
  };
};

/** What is really wrong beside the reference, the worst of each kind. */
const faults = (list: readonly Discrepancy[], reference: string): string[] => {
  const large = largeOf(list);
  const means = large.means.filter((d) => Math.abs(d.meanZ) > beyondChance);
  const sds = large.sds.filter((d) => Math.abs(d.sdZ) > beyondChance);
  const mean = worst(means, (d) => Math.abs(d.meanError));
  const sd = worst(sds, sdDistance);
  const differences = [
    mean &&
      `the mean of ${mean.name} is off by ${showNumber(mean.meanError)} reference sd (${means.length} of ${list.length} means are off)`,
    sd &&
      `the sd of ${sd.name} is ${percent(sd.sdRatio)} too ${sd.sdRatio < 1 ? "short" : "wide"} (${sds.length} of ${list.length} sds are off)`,
  ].filter((fault) => fault !== undefined);
  return [...nonFiniteFaults(list, reference), ...differences];
};

/** Whether a large difference has no Monte Carlo error to judge it by. */
const isUndecided = (list: readonly Discrepancy[]): boolean => {
  const { means, sds } = largeOf(list);
  return means.some(({ meanZ }) => Number.isNaN(meanZ)) || sds.some(({ sdZ }) => Number.isNaN(sdZ));
};

const saidBeside = (list: readonly Discrepancy[], reference: string, against: string): string => {
  if (list.length === 0) return `Cannot be compared with ${against}: no quantity varies in it.`;
  const found = faults(list, reference);
  if (found.length > 0) return `Differs from ${against}: ${found.join("; ")}.`;
  if (isUndecided(list)) return `Cannot be compared with ${against}: there are too few draws to tell.`;
  return `Agrees with ${against} within ${worthNaming.mean} sd on every mean and ${worthNaming.sd * 100} % on every sd, or within Monte Carlo error.`;
};

/** What the reference says of a method, then the method's own verdict. */
export const comparisonVerdict = (
  method: Fit | Chains,
  list: readonly Discrepancy[],
  reference: { readonly name: string; readonly trusted: boolean },
): string => {
  const against = reference.trusted ? reference.name : `${reference.name} (itself in doubt)`;
  return `${saidBeside(list, reference.name, against)} By itself: ${method.verdict}`;
};
