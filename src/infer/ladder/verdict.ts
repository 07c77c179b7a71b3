import { khatThreshold } from "../../diagnostics/psis.ts";
import { showKhat } from "../../posterior/summary.ts";
import { listed, showNumber } from "../../posterior/text.ts";
import type { Difference } from "./agreement.ts";
import type { Check } from "./check.ts";
import type { Judgement } from "./judge.ts";
import { isEven, isGood, passes, regionsOf, type Tried } from "./known.ts";

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** "x[0] 8.1, x[1] 3.2". */
const placeOf = (means: Readonly<Record<string, number>>): string =>
  listed(Object.entries(means).map(([name, mean]) => `${name} ${showNumber(mean)}`));

const differenceSaid = ({ name, of, size }: Difference): string =>
  of === "mean" ? `the mean of ${name} by ${showNumber(size)} sd` : `the sd of ${name} by ${percent(size)}`;

/** Where a guide has no density though the chains found mass there. */
const missedSaid = (check: Check, { coverage }: Judgement): string | undefined => {
  if (!coverage) return undefined;
  const missed = check.told.regions.filter((_, r) => coverage.perRegion[r] > 0.5);
  if (missed.length === 0) return `it has next to no density where ${percent(coverage.missed)} of the mass lies`;
  const said = missed.map(({ share, means }) => `${percent(share)} of the mass, around ${placeOf(means)}`);
  return `it has next to no density over ${said.join("; and over ")}`;
};

/** What the check says against a fit. */
export const disagreement = (check: Check, judged: Judgement): string => {
  const { off } = judged.agreement;
  const faults = [
    ...(judged.covers ? [] : [missedSaid(check, judged)]),
    ...(off.length > 0 ? [`off are ${listed(off.map(differenceSaid))}`] : []),
  ];
  return `independent chains disagree: ${faults.join("; ")}`;
};

/** What the chains know too little of. */
const unsureSaid = ({ agreement: { unsure } }: Judgement): string => {
  const said = unsure.map(
    (each) => `${differenceSaid(each)} ± ${each.of === "mean" ? showNumber(each.error) : percent(each.error)}`,
  );
  return `the chains know too little to vouch for it: off by chance or not are ${listed(said)}`;
};

const agreementSaid = (check: Check, { agreement: { worst } }: Judgement): string => {
  const { chains, regions } = check.told;
  const apart = regions.length > 1 ? `, which found ${regions.length} parts that lie apart` : "";
  return `${chains} independent chains agree${apart} (means within ${showNumber(worst.mean)} sd, sds within ${percent(worst.sd)})`;
};

const mcmc = (check: Check | undefined): string =>
  regionsOf({ check }) > 1
    ? "MCMC that crosses between the parts is needed: sample(model, data, { sampler: tempered() })"
    : "MCMC is needed: sample(model, data, { from: fit })";

const withCare =
  "MCMC with care is needed: reparametrise where the posterior is narrow, as by noncentred(), then sample with more draws.";

/** What to do where chains are in doubt. */
const remedy = ({ walk }: Check): string => (walk.interrupted ? `Give it a larger budget; else ${withCare}` : withCare);

/** What stands for a fit by its own weights. */
const standing = (each: Tried): string =>
  isEven(each) ? `k-hat is ${showKhat(each.fit.khat)}, but its weights are nearly even` : "k-hat passes";

/** One clause on a rung that was fitted. */
export const whyOf = (each: Tried, check: Check | undefined): string => {
  const { fit, judged } = each;
  const threshold = khatThreshold(fit.logRatios.length);
  if (!passes(each)) return `k-hat ${showKhat(fit.khat)} is above ${threshold.toFixed(2)}`;
  if (judged && check && !judged.agrees) return disagreement(check, judged);
  if (check?.told.doubt) return `${standing(each)}, but the chains cannot vouch for it`;
  if (judged && !judged.sure) return `${standing(each)}, but ${unsureSaid(judged)}`;
  if (judged) return "independent chains agree";
  return isGood(each) ? "k-hat passes" : "k-hat passes, but its own draws are off or a scalar is unchecked";
};

/** The verdict on the fit that a ladder gives. */
export const ladderVerdict = (best: Tried, check: Check | undefined, accepted: boolean): string => {
  const { fit, judged } = best;
  const k = `k-hat ${showKhat(fit.khat)}`;
  const standsBy = isEven(best) ? `its weights are nearly even though ${k} is too high` : `${k} passes`;
  const tail = / The (bound had not levelled off|log density counted).*$/.exec(fit.verdict)?.[0] ?? "";
  if (accepted && check && judged) {
    const own =
      isGood(best) || isEven(best)
        ? ""
        : " The guide's own draws are off where its corrected rows are not: take resampled(fit).";
    return `Good: ${isEven(best) ? standsBy : k}, and ${agreementSaid(check, judged)}.${own}${tail}`;
  }
  if (!passes(best)) {
    const why = fit.correction.reason ?? "its weights cannot be used";
    return `Do not trust: no guide within the budget passes; ${fit.method} comes closest (${why}). ${mcmc(check)}.`;
  }
  if (fit.verdict.startsWith("Do not trust") && !isEven(best)) return `${fit.verdict} ${mcmc(check)}.`;
  if (check?.told.doubt && judged && !judged.agrees)
    return `Do not trust: ${standsBy}, but ${disagreement(check, judged)}. The chains themselves are in doubt: ${check.told.doubt}. ${remedy(check)}`;
  if (check?.told.doubt)
    return `Use with care: ${standsBy}, but the independent chains cannot vouch for it: ${check.told.doubt}. ${remedy(check)}`;
  if (check && judged && !judged.agrees)
    return `Do not trust: ${standsBy}, but ${disagreement(check, judged)}. ${mcmc(check)}.`;
  if (judged)
    return `Use with care: ${standsBy}, but ${unsureSaid(judged)}. More draws will tell: sample(model, data, { from: fit }).`;
  return `Use with care: ${standsBy}, but the budget left nothing for an independent check. Give more gradients, or sample(model, data, { from: fit }).`;
};
