import { FluvialError } from "../../core/check.ts";
import { foldHostKey, type HostKey } from "../../core/key.ts";
import { ebfmi } from "../../diagnostics/energy.ts";
import { counting } from "../../mcmc/run.ts";
import type { IndependentCheck, Region } from "../../posterior/ladder.ts";
import { constrainDraws } from "../draws.ts";
import type { Ground } from "../fitting/ground.ts";
import { doubtOf, type Signs } from "./doubt.ts";
import { metricAt } from "./firstMetric.ts";
import { type Lost, lostAmong, summitsOf } from "./lost.ts";
import { untilTold } from "./onward.ts";
import { findPeaks, type Searched } from "./peaks.ts";
import { type Reference, referenceOf } from "./reference.ts";
import { type Basin, basinsOf, shareErrorsOf } from "./regions.ts";
import { concatenated, type Walk, walkFiner, walkFrom, walkOn } from "./walk.ts";

/** What chains that know nothing of any guide have found, for guides to be held against. */
export interface Check {
  readonly told: IndependentCheck;
  readonly walk: Walk;
  /** The regions that count. */
  readonly basins: readonly Basin[];
  readonly references: readonly Reference[];
  /** The highest draw of each region, the heaviest region first: where guides of several parts may start. */
  readonly places: readonly Float64Array[];
}

/** How much is looked at. */
const effort = {
  chains: 4,
  warmup: 300,
  draws: 300,
  /** Times that chains set out where the first steps, which are wild, took them away from a maximum that counts. */
  attempts: 4,
} as const;

/** Shares of the mass below which a region does not count. */
const negligible = 1e-3;

export interface CheckTerms {
  readonly key: HostKey;
  /** Gradients that may be spent. */
  readonly most: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Regions that count, with their shares made to add up to 1. */
const weighty = (basins: readonly Basin[]): readonly Basin[] => {
  const kept = basins.filter(({ share }) => !(share < negligible));
  const total = kept.reduce((sum, { share }) => sum + share, 0);
  return kept.map((basin) => ({ ...basin, share: basin.share / total }));
};

/** The highest draw of a region. */
const placeIn = ({ draws, logDensity }: Walk, { chains: [chain] }: Basin): Float64Array => {
  const values = logDensity[chain];
  const size = draws[chain].length / values.length;
  const at = values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
  return draws[chain].slice(at * size, (at + 1) * size);
};

/** What a walk comes to so far. */
type Findings = Omit<Check, "told"> & { readonly lost: readonly Lost[] };

const findingsOf = (
  ground: Ground<unknown>,
  gradient: Parameters<typeof basinsOf>[0],
  key: HostKey,
  walk: Walk,
  lost: readonly Lost[],
): Findings => {
  const { engine, conditioned, data } = ground;
  const basins = weighty(basinsOf(gradient, key, walk));
  const draws = constrainDraws(engine, conditioned, data, concatenated(walk.draws), walk.draws.length);
  const references = referenceOf(draws as Parameters<typeof referenceOf>[0], basins);
  return { walk, basins, references, lost, places: basins.map((basin) => placeIn(walk, basin)) };
};

const regionsOf = ({ basins, references }: Findings): Region[] => {
  const errors = shareErrorsOf(basins);
  return basins.map(({ share, chains }, r) => ({
    share,
    shareError: errors[r],
    chains: chains.length,
    means: Object.fromEntries(references.map(({ name, means }) => [name, means[r]])),
  }));
};

/** What is told of a check in which no chain came to draw anything. */
const nothing = ({ peaks, searches }: Searched, doubt: string): Omit<IndependentCheck, "gradients" | "seconds"> => ({
  ...{ chains: 0, draws: 0, peaks: peaks.length, searches, divergences: 0 },
  ...{ rhat: Number.NaN, ess: 0, regions: [], doubt },
});

/** What the chains of the regions that count are judged by. */
const signsOf = ({ walk, basins, references, lost }: Findings): Signs => {
  const chains = basins.flatMap((basin) => basin.chains);
  const inAll = (counts: readonly number[]): number => chains.reduce((sum, chain) => sum + counts[chain], 0);
  const draws = chains.length * walk.logDensity[0].length;
  const energies = chains.map((chain) => ebfmi(walk.energy[chain]));
  const [divergences, refused] = [inAll(walk.divergences), inAll(walk.refused)];
  return { references, basins, divergences, refused, draws, lost, ebfmi: energies, interrupted: walk.interrupted };
};

const told = ({ peaks, searches }: Searched, found: Findings): Omit<IndependentCheck, "gradients" | "seconds"> => {
  const { walk, references } = found;
  const signs = signsOf(found);
  const doubt = doubtOf(signs);
  const rhat = references.reduce((worst, each) => (each.rhat <= worst ? worst : each.rhat), 1);
  const ess = references.reduce((least, each) => (each.ess >= least ? least : each.ess), signs.draws);
  return {
    ...{ chains: walk.draws.length, draws: walk.logDensity[0].length, peaks: peaks.length },
    ...{ searches, divergences: signs.divergences },
    ...{ rhat, ess, regions: regionsOf(found), ...(doubt && { doubt: doubt.why }) },
  };
};

const none: Findings = {
  walk: { draws: [], logDensity: [], energy: [], divergences: [], refused: [], states: [], interrupted: true },
  basins: [],
  references: [],
  places: [],
  lost: [],
};

/**
 * Looks at a posterior without any guide: searches for maxima from wide starts, then short NUTS chains from the maxima and from dispersed
 * starts, with finer steps where some places refuse theirs, longer ones where they have not mixed. Chains that stay apart are weighed by
 * bridge sampling.
 */
export const checkIndependently = async (
  ground: Ground<unknown>,
  { key, most, onProgress }: CheckTerms,
): Promise<Check> => {
  const began = performance.now();
  const counted = counting(ground.gradient());
  const shouldStop = (): boolean => counted.count() >= most;
  const keyFor = (part: number): HostKey => foldHostKey(key, part);
  const ended = (): { gradients: number; seconds: number } => ({
    gradients: counted.count(),
    seconds: (performance.now() - began) / 1000,
  });
  const searched = await findPeaks(counted.gradient, keyFor(0), counted.count, shouldStop);
  const summits = summitsOf(counted.gradient, ground.engine.precision, searched.peaks);
  const maxima = summits ?? searched.peaks;
  // One maximum is where dispersed chains come to by themselves.
  const starts = maxima.length > 1 ? maxima.map(({ position }) => position) : [];
  try {
    const { warmup, draws, chains } = effort;
    const metric = summits?.[0] && metricAt(summits[0]);
    const terms = { warmup, draws, metric, shouldStop, onProgress };
    const lostBy = lostAmong(summits ?? [], negligible);
    const setOut = (attempt: number): Promise<Walk> =>
      walkFrom(counted.gradient, foldHostKey(keyFor(1), attempt), starts, chains, terms);
    const before = counted.count();
    let walk = await setOut(0);
    const perDraw = (counted.count() - before) / (warmup + draws);
    for (let i = 1; i < effort.attempts && lostBy(walk).length > 0 && !shouldStop(); i++) walk = await setOut(i);
    const going = (length: number) => ({ draws: length, shouldStop, onProgress });
    const found = await untilTold(walk, {
      findings: (each) => findingsOf(ground, counted.gradient, keyFor(2), each, lostBy(each)),
      signsOf,
      on: (each, length, i) => walkOn(counted.gradient, keyFor(3 + i), each, going(length)),
      finer: (each, i) => walkFiner(counted.gradient, keyFor(-1 - i), each, going(draws)),
      left: () => most - counted.count(),
      draws,
      perDraw,
    });
    return { ...found, told: { ...told(searched, found), ...ended() } };
  } catch (error) {
    if (!(error instanceof FluvialError)) throw error;
    const why = shouldStop() ? "the budget ran out before the chains had drawn anything" : error.message;
    return { ...none, told: { ...nothing(searched, why), ...ended() } };
  }
};
