import { checkCount, checkOptions, fail } from "../../core/check.ts";
import type { Gradient } from "../../engine/engine.ts";
import { hmc as hmcKernel } from "../../mcmc/hmc.ts";
import type { TunableKernel } from "../../mcmc/kernel.ts";
import { checkMetricKind, type MetricKind } from "../../mcmc/metric.ts";
import { nuts as nutsKernel } from "../../mcmc/nuts.ts";
import { checkLadder, type Moves, tempered as temperedKernel } from "../../mcmc/tempering/tempered.ts";

/** What a user writes: `nuts({ targetAcceptance: 0.95 })`. */
export interface SamplerSpec {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly targetAcceptance: number;
  kernel(gradient: Gradient): TunableKernel;
}

const checkAcceptance = (who: string, target: number): void => {
  if (!(target > 0 && target < 1)) fail(`${who}: targetAcceptance must be between 0 and 1, got ${target}`);
};

/**
 * The No-U-Turn sampler with multinomial trajectories. Hoffman & Gelman 2014; Betancourt 2017.
 * @param options.targetAcceptance 0.8 unless said; closer to 1 for smaller steps. @param options.maxTreeDepth 10 unless said.
 * @param options.metric what warm-up makes of the inverse mass matrix: "diagonal" (variances), "dense" (covariances, for posteriors with
 * strong linear correlations), "auto" (one or the other, as the draws advise; unless said), or "unit" (nothing).
 */
export const nuts = (
  options: { readonly targetAcceptance?: number; readonly maxTreeDepth?: number; readonly metric?: MetricKind } = {},
): SamplerSpec => {
  checkOptions("nuts", options, ["targetAcceptance", "maxTreeDepth", "metric"]);
  const { targetAcceptance = 0.8, maxTreeDepth = 10, metric = "auto" } = options;
  checkAcceptance("nuts", targetAcceptance);
  checkCount("nuts: maxTreeDepth", maxTreeDepth);
  checkMetricKind("nuts", metric);
  const kernel = (gradient: Gradient): TunableKernel => nutsKernel(gradient, { maxTreeDepth, metric });
  return { name: "nuts", options, targetAcceptance, kernel };
};

/**
 * Hamiltonian Monte Carlo with trajectories of a fixed number of steps. Neal 2011.
 * @param options.steps leapfrog steps of a trajectory, 10 unless said. @param options.targetAcceptance 0.8 unless said.
 * @param options.metric as in `nuts`.
 */
export const hmc = (
  options: { readonly steps?: number; readonly targetAcceptance?: number; readonly metric?: MetricKind } = {},
): SamplerSpec => {
  checkOptions("hmc", options, ["steps", "targetAcceptance", "metric"]);
  const { steps = 10, targetAcceptance = 0.8, metric = "auto" } = options;
  checkAcceptance("hmc", targetAcceptance);
  checkCount("hmc: steps", steps);
  checkMetricKind("hmc", metric);
  return { name: "hmc", options, targetAcceptance, kernel: (gradient) => hmcKernel(gradient, { steps, metric }) };
};

export interface TemperedSamplerOptions {
  /** How many replicas: 10 unless said. */
  readonly rungs?: number;
  /** Temperature of the hottest, above 1: 100 unless said. */
  readonly hottest?: number;
  /** Temperatures from 1 up that are kept as they are, instead of a ladder that warm-up levels. */
  readonly temperatures?: readonly number[];
  /** What replicas move with between swaps: "nuts" unless said. */
  readonly moves?: "nuts" | "hmc";
  /** Of "hmc": leapfrog steps of a trajectory. */
  readonly steps?: number;
  /** Of "nuts". */
  readonly maxTreeDepth?: number;
  readonly targetAcceptance?: number;
  readonly metric?: MetricKind;
}

const temperedOptionNames = [
  "rungs",
  "hottest",
  "temperatures",
  "moves",
  "steps",
  "maxTreeDepth",
  "targetAcceptance",
  "metric",
] satisfies (keyof TemperedSamplerOptions)[];

/** @throws FluvialError for moves that are none, or an option of the other moves. */
const movesOf = ({ moves = "nuts", steps, maxTreeDepth, metric }: TemperedSamplerOptions): Moves => {
  if (moves !== "nuts" && moves !== "hmc") fail(`tempered: moves: expected "nuts" or "hmc", got ${String(moves)}`);
  if (moves === "nuts" && steps !== undefined) fail('tempered: steps belongs to moves: "hmc"');
  if (moves === "hmc" && maxTreeDepth !== undefined) fail('tempered: maxTreeDepth belongs to moves: "nuts"');
  if (steps !== undefined) checkCount("tempered: steps", steps);
  if (maxTreeDepth !== undefined) checkCount("tempered: maxTreeDepth", maxTreeDepth);
  if (metric !== undefined) checkMetricKind("tempered", metric);
  return moves === "hmc"
    ? { name: "hmc", options: { steps, metric } }
    : { name: "nuts", options: { maxTreeDepth, metric } };
};

/**
 * Parallel tempering, for posteriors with several modes: replicas of each chain sample p(z)^β at inverse temperatures β from 1 down, p being
 * the density on the unconstrained scale, and neighbours swap places. Costs as many gradients as there are replicas, and more. The
 * result's `reports` say, per chain, `temperatures`, `swapRates` of neighbours and `roundTrips` of replicas. Geyer 1991; Okabe et al.
 * 2001; Syed, Bouchard-Côté, Deligiannidis & Doucet 2022.
 */
export const tempered = (options: TemperedSamplerOptions = {}): SamplerSpec => {
  checkOptions("tempered", options, temperedOptionNames);
  const { rungs, hottest, temperatures, targetAcceptance = 0.8 } = options;
  checkAcceptance("tempered", targetAcceptance);
  const ladder = { rungs, hottest, temperatures };
  checkLadder(ladder);
  const moves = movesOf(options);
  const kernel = (gradient: Gradient): TunableKernel => temperedKernel(gradient, { ...ladder, moves });
  return { name: "tempered", options: { ...options }, targetAcceptance, kernel };
};
