import type { Chains, Discrepancy, Fit } from "../posterior/posterior.ts";
import { showNumber } from "../posterior/text.ts";

/** Smaller differences are of no use to anyone: reference sds, and shares of an sd. */
const worthNaming = { mean: 0.1, sd: 0.1 };
/** Monte Carlo errors beyond which a difference is taken for real. */
const beyondChance = 3;

const worst = <T>(items: readonly T[], size: (item: T) => number): T | undefined =>
  items.length === 0 ? undefined : items.reduce((a, b) => (size(b) > size(a) ? b : a));

const sdDistance = ({ sdRatio }: Discrepancy): number => Math.abs(Math.log(sdRatio));

const percent = (ratio: number): string => `${Math.round(Math.abs(1 - ratio) * 100)} %`;

/** What is really wrong beside the reference, the worst of each kind. */
const faults = (list: readonly Discrepancy[]): string[] => {
  const means = list.filter((d) => Math.abs(d.meanError) > worthNaming.mean && Math.abs(d.meanZ) > beyondChance);
  const sds = list.filter((d) => sdDistance(d) > worthNaming.sd && Math.abs(d.sdZ) > beyondChance);
  const mean = worst(means, (d) => Math.abs(d.meanError));
  const sd = worst(sds, sdDistance);
  return [
    mean &&
      `the mean of ${mean.name} is off by ${showNumber(mean.meanError)} reference sd (${means.length} of ${list.length} means are off)`,
    sd &&
      `the sd of ${sd.name} is ${percent(sd.sdRatio)} too ${sd.sdRatio < 1 ? "short" : "wide"} (${sds.length} of ${list.length} sds are off)`,
  ].filter((fault) => fault !== undefined);
};

/** A method's own verdict, then what the reference says of it. */
export const comparisonVerdict = (
  method: Fit | Chains,
  list: readonly Discrepancy[],
  reference: { readonly name: string; readonly trusted: boolean },
): string => {
  const found = faults(list);
  const against = reference.trusted ? "" : " (itself in doubt)";
  const said =
    found.length > 0
      ? `Differs from ${reference.name}${against}: ${found.join("; ")}.`
      : `Agrees with ${reference.name}${against} within ${worthNaming.mean} sd on every mean and ${worthNaming.sd * 100} % on every sd, or within Monte Carlo error.`;
  return `${said} By itself: ${method.verdict}`;
};
