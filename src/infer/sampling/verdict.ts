import type { Chains, Plain, Row } from "../../posterior/posterior.ts";
import { showNumber } from "../../posterior/text.ts";
import { digitsApart, nonFiniteFault, present } from "../words.ts";

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
  /** The verdict on the fit whose draws or noise the chains started from. */
  readonly startedFrom?: string;
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

/** What chains may have from a fit that is not called good: its gaps, which no figure of theirs shows. */
export const startNote = (startedFrom: string | undefined): string =>
  startedFrom === undefined || startedFrom.startsWith("Good")
    ? ""
    : ` They started from a fit whose verdict begins "${startedFrom.split(":")[0]}": what it misses they may miss too, and R-hat would not show it.`;

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
  `${chainsSaid(evidence)}${startNote(evidence.startedFrom)}${saturationNote(evidence)}${interruptionNote(evidence)}`;

/** What had been asked for, of a run that was stopped. */
const askedOf = ({ draws, chains }: Chains["options"]): ChainEvidence["cutShort"] =>
  typeof draws === "number" && typeof chains === "number" ? { draws, chains } : undefined;

/** The verdict on the fit that chains had their starts from, as they have it on record. */
const startedFrom = ({ from, take }: Chains["options"]): string | undefined => {
  const started = !Array.isArray(take) || take.includes("starts");
  const { verdict } = Object(from) as { readonly verdict?: Plain };
  return started && typeof verdict === "string" ? verdict : undefined;
};

/** The verdict on chains from all that they say of themselves. @param narrow where their divergences gather. */
export const verdictOfChains = (
  chains: Pick<Chains, "rows" | "unconstrained" | "divergences" | "ebfmi" | "saturations" | "interrupted" | "options">,
  narrow?: string,
): string => {
  const [count, each] = chains.unconstrained.shape;
  const { rows, divergences, ebfmi, saturations, interrupted, options } = chains;
  const cutShort = interrupted ? askedOf(options) : undefined;
  return chainsVerdict({
    ...{ rows, divergences, ebfmi, saturations, cutShort, narrow },
    ...{ draws: count * each, chains: count, startedFrom: startedFrom(options) },
  });
};
