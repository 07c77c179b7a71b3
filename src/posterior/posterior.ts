import type { Shape } from "../core/tensor.ts";
import type { DrawsOf } from "./draws.ts";
import type { Ladder } from "./ladder.ts";

/** One scalar of a posterior: "mu", "theta[3]". Keys that do not apply are left out. */
export interface Row {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  readonly q5: number;
  readonly q50: number;
  readonly q95: number;
  /** Monte Carlo standard error of the mean. */
  readonly mcse?: number;
  /** Monte Carlo standard errors of the sd and of the quantiles. */
  readonly mcseSd?: number;
  readonly mcseQ5?: number;
  readonly mcseQ50?: number;
  readonly mcseQ95?: number;
  readonly rhat?: number;
  readonly essBulk?: number;
  readonly essTail?: number;
  /** Of a fit: whether the figures are those of the draws under their importance weights, not of the guide itself. */
  readonly corrected?: boolean;
  /** Of a fit whose weights can be used: k-hat of this scalar, that of w (x − mean)²; above the threshold it is not corrected. */
  readonly khat?: number;
}

/** Anything that JSON can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** What every method of inference returns. */
export interface Posterior<L> {
  readonly model: string;
  /** The guide or sampler as the user would write it: "iaf", "planar:layers=8", "nuts". */
  readonly method: string;
  readonly seed: number;
  /** What ran it: the same seed gives the same bits on the same engine. */
  readonly engine: string;
  /** Wall-clock time. */
  readonly seconds: number;
  /** Evaluations of the gradient of the log density. */
  readonly gradients: number;
  /** What the verb was told, and what it chose where it was not told. */
  readonly options: Readonly<Record<string, Plain>>;
  /** A hash of the data that were bound; equal for equal data. */
  readonly fingerprint: string;
  readonly draws: DrawsOf<L>;
  /** The same draws on the unconstrained scale: [chains, draws, size]. */
  readonly unconstrained: HostParameter;
  readonly rows: readonly Row[];
  /** One sentence on how far to trust it. */
  readonly verdict: string;
  /** A table of the rows and the verdict, as text. */
  summary(): string;
}

/** An array on the host, row by row. */
export interface HostParameter {
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** What importance weights did to the rows of a fit. */
export interface Reweighting {
  /** Whether the rows are those of the weighted draws. */
  readonly applied: boolean;
  /** Why not. */
  readonly reason?: string;
  /** Effective number of draws under the smoothed weights, 1 / Σ w². */
  readonly ess: number;
  /** The scalars whose own k-hat is above the threshold: their rows are the guide's own all the same. */
  readonly uncorrected: readonly string[];
}

/** A fitted guide. `draws` are the guide's own; `rows` are corrected by their importance weights where those can be used. */
export interface Fit<L = Record<string, unknown>> extends Posterior<L> {
  readonly kind: "fit";
  /** Evidence lower bound in nats, over fresh draws from the fitted guide, and its standard error. */
  readonly elbo: number;
  readonly elboSe: number;
  /** Pareto k-hat of the importance weights (Vehtari et al. 2024). */
  readonly khat: number;
  /** The bound at every step of the best restart, one noisy estimate each. */
  readonly history: Float64Array;
  /** Steps taken, all restarts together. */
  readonly steps: number;
  /** Whether the bound levelled off before the step limit. */
  readonly converged: boolean;
  /** log p(data, z) − log q(z) at each draw: the log importance weights. */
  readonly logRatios: Float64Array;
  /** The same, Pareto smoothed and normalised: their exponentials add up to 1. */
  readonly logWeights: Float64Array;
  readonly correction: Reweighting;
  /** The guide's parameters by their path: "loc", "flow.0.w". */
  readonly parameters: Readonly<Record<string, HostParameter>>;
  /** How `guide: "auto"` came to it; left out of fits by a guide that was named. */
  readonly ladder?: Ladder;
}

/** What a sampler did, one value per draw after warm-up: [chain][draw]. */
export interface ChainStats {
  readonly energy: readonly Float64Array[];
  readonly acceptance: readonly Float64Array[];
  readonly treeDepth: readonly Float64Array[];
  readonly diverging: readonly Uint8Array[];
  /** The step size each chain settled on. */
  readonly stepSize: readonly number[];
}

/** The inverse mass matrix of a sampler, on the unconstrained scale, or of the noise that it ran in. */
export type MetricValues =
  | { readonly kind: "diagonal"; readonly variances: Float64Array }
  /** [size × size], row by row. */
  | { readonly kind: "dense"; readonly covariance: Float64Array };

/** Where one chain ended: all that it takes to go on with the draws that a longer run would have made. */
export interface ChainEnd {
  /** Unconstrained; of chains that ran in the noise of a guide, the noise. */
  readonly position: Float64Array;
  /** There. */
  readonly logDensity?: number;
  readonly stepSize: number;
  readonly metric: MetricValues;
  /** Draws made so far: the number of the next one. */
  readonly drawsDone: number;
  /** Of the chain's draws. */
  readonly key: readonly [number, number];
  /** What the sampler needs beside the position. */
  readonly memory?: Float64Array;
}

/** The place of one draw, both counted from 0. */
export interface DrawPlace {
  readonly chain: number;
  readonly draw: number;
}

/** Chains of a Markov chain sampler. */
export interface Chains<L = Record<string, unknown>> extends Posterior<L> {
  readonly kind: "chains";
  /** Transitions of each chain before its draws. */
  readonly warmup: number;
  /** Divergent transitions after warm-up, all chains together. */
  readonly divergences: number;
  /** The draws that they led to; `drawsAt` and `divergentPositions` say where they lie. */
  readonly divergentDraws: readonly DrawPlace[];
  /** Transitions after warm-up whose trajectory was cut at the deepest tree allowed, all chains together. */
  readonly saturations: number;
  /** Per chain, the energy Bayesian fraction of missing information: below 0.3 a chain hardly moves between energies. Betancourt 2016. */
  readonly ebfmi: readonly number[];
  readonly stats: ChainStats;
  /** Per chain, the inverse mass matrix that warm-up settled on. */
  readonly metric: readonly MetricValues[];
  /** Per chain, where it ended, for `sample(…, { resume })`; empty where it cannot go on. */
  readonly states: readonly ChainEnd[];
  /** Per chain, what the sampler has to say of itself: swaps of tempering. */
  readonly reports: readonly (Readonly<Record<string, readonly number[]>> | undefined)[];
  /** Whether the run was stopped before all was drawn that had been asked for. */
  readonly interrupted: boolean;
}

/** Chains of Langevin dynamics without an accept step: biased to the order of the step size, which no diagnostic sees. */
export interface LangevinChains<L = Record<string, unknown>> extends Posterior<L> {
  readonly kind: "sgld";
}

/** One scalar of one method beside the reference. */
export interface Discrepancy {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  readonly referenceMean: number;
  readonly referenceSd: number;
  /** (mean − reference mean) / reference sd. */
  readonly meanError: number;
  /** sd / reference sd. */
  readonly sdRatio: number;
  /** The errors in units of both sides' Monte Carlo standard errors. */
  readonly meanZ: number;
  readonly sdZ: number;
}

/** Several methods on one model, side by side. */
export interface Comparison<L = Record<string, unknown>> {
  readonly model: string;
  /** The name, among `methods`, of the one that the others are held against. */
  readonly reference: string;
  readonly methods: Readonly<Record<string, Fit<L> | Chains<L>>>;
  /** Per method but the reference, one entry per scalar. */
  readonly discrepancies: Readonly<Record<string, readonly Discrepancy[]>>;
  readonly verdicts: Readonly<Record<string, string>>;
  summary(): string;
}
