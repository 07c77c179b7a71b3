import { listed, showNumber } from "../../posterior/text.ts";
import type { Lost } from "./lost.ts";
import type { Reference } from "./reference.ts";
import type { Basin } from "./regions.ts";

/** What chains are judged by. */
export interface Signs {
  readonly references: readonly Reference[];
  readonly divergences: number;
  /** Transitions that diverged or whose steps were hardly accepted. */
  readonly refused: number;
  /** All chains together. */
  readonly draws: number;
  /** Per chain. */
  readonly ebfmi: readonly number[];
  readonly interrupted: boolean;
  readonly basins: readonly Basin[];
  /** Maxima with mass that no chain stayed near. */
  readonly lost: readonly Lost[];
}

/** Why chains can vouch for nothing, and whether more of the same draws may change that. */
export interface Doubt {
  readonly why: string;
  readonly longerHelps: boolean;
}

/**
 * Short chains that are only to agree or not may have an R-hat a little worse than those that are reported. ESS, the lesser of bulk and
 * tail, as in Vehtari et al. 2021, section 4.
 */
const mixed = { rhat: 1.05, ess: 400, essInRegion: 50, refused: 1e-3, ebfmi: 0.3 };
/** Monte Carlo errors of an sd, as a share of it, beyond which chains of one region would not see that a guide's is off. */
const mostSdError = 0.1;
/** The same that chains go on for as long as the gradients last. */
const aim = 0.03;
/** Relative errors of a region's mass beyond which its share is not known. */
const mostMassError = 0.3;

/** Whether sds of one region are known less well than is of use, by a share of them. */
const isVague =
  ({ basins }: Signs, most: number) =>
  ({ sd, sdError }: Reference): boolean =>
    basins.length <= 1 && !(sdError <= most * sd);

/** Whether more draws would tell more finely whether a fit is right. */
export const wantsMore = (signs: Signs): boolean => signs.references.some(isVague(signs, aim));

const worst = (references: readonly Reference[], bad: (r: Reference) => boolean, by: (r: Reference) => number) =>
  references.filter(bad).sort((a, b) => by(b) - by(a));

/** Doubts that more draws may dispel. */
const mixingDoubts = (signs: Signs): string[] => {
  const { references, interrupted, basins } = signs;
  const apart = worst(
    references,
    ({ rhat }) => !(rhat <= mixed.rhat),
    (r) => r.rhat,
  );
  const enough = basins.length > 1 ? mixed.essInRegion : mixed.ess;
  const thin = worst(
    references,
    ({ ess }) => !(ess >= enough),
    (r) => -r.ess,
  );
  const vague = worst(references, isVague(signs, mostSdError), (r) => r.sdError / r.sd);
  return [
    ...(interrupted ? ["the budget ran out before the chains had drawn enough"] : []),
    ...(apart.length > 0
      ? [`R-hat of ${listed(apart.map(({ name, rhat }) => `${name} is ${showNumber(rhat)}`))}`]
      : []),
    ...(thin.length > 0 ? [`the effective sample size of ${thin[0].name} is ${thin[0].ess.toFixed(0)}`] : []),
    ...(vague.length > 0
      ? [`the sd of ${vague[0].name} is known to ${showNumber((100 * vague[0].sdError) / vague[0].sd)} % only`]
      : []),
  ];
};

/**
 * Whether the chains' steps are too long for some places: few transitions that were refused there already tell, for chains come to such
 * places so seldom that nothing else of them looks amiss.
 */
export const isRough = ({ refused, draws }: Pick<Signs, "refused" | "draws">): boolean =>
  refused > mixed.refused * draws;

const roughSaid = ({ divergences, refused, draws }: Signs): string =>
  `${refused} of ${draws} transitions were hardly accepted, ${divergences} diverged: some places are too narrow for the steps`;

/** Doubts that more draws leave as they are. */
const lastingDoubts = (signs: Signs): string[] => {
  const { references, ebfmi, basins, lost } = signs;
  const broken = references.filter(({ mean, sd }) => !(Number.isFinite(mean) && Number.isFinite(sd)));
  const low = ebfmi.filter((value) => value < mixed.ebfmi);
  const vague = basins.some(({ share, error }) => !(Number.isFinite(share) && Math.sqrt(error) <= mostMassError));
  return [
    ...(broken.length > 0 ? [`draws of ${listed(broken.map(({ name }) => name))} are not finite`] : []),
    ...(isRough(signs) ? [roughSaid(signs)] : []),
    ...(low.length > 0 ? [`E-BFMI is below ${mixed.ebfmi} in ${low.length} of ${ebfmi.length} chains`] : []),
    ...lost.map(
      ({ position, share }) =>
        `no chain stayed at a maximum with about ${(100 * share).toPrecision(2)} % of the mass, at ${listed([...position].map(showNumber))} on the unconstrained scale`,
    ),
    ...(vague ? [`the masses of ${basins.length} regions that chains stayed in could not be weighed`] : []),
  ];
};

/** Why the chains cannot vouch for anything; undefined where they can. */
export const doubtOf = (signs: Signs): Doubt | undefined => {
  const [lasting, mixing] = [lastingDoubts(signs), mixingDoubts(signs)];
  const why = [...mixing, ...lasting].join("; ");
  return why === "" ? undefined : { why, longerHelps: mixing.length > 0 && !signs.interrupted };
};
