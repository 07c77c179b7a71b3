import type { Shape } from "../core/tensor.ts";
import type { DrawsOf } from "./draws.ts";

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
  readonly rhat?: number;
  readonly essBulk?: number;
  readonly essTail?: number;
}

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
  readonly draws: DrawsOf<L>;
  readonly rows: readonly Row[];
  /** One sentence on how far to trust it. */
  readonly verdict: string;
  /** A table of the rows and the verdict, as text. */
  summary(): string;
}

/** A parameter of a guide on the host. */
export interface HostParameter {
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** A fitted guide. */
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
  /** The guide's parameters by their path: "loc", "flow.0.w". */
  readonly parameters: Readonly<Record<string, HostParameter>>;
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

/** Chains of a Markov chain sampler. */
export interface Chains<L = Record<string, unknown>> extends Posterior<L> {
  readonly kind: "chains";
  /** Divergent transitions after warm-up, all chains together. */
  readonly divergences: number;
  readonly stats: ChainStats;
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
