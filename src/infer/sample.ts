import { checkOptions, fail, showAny } from "../core/check.ts";
import type { GuideSpec } from "../core/density.ts";
import { hostKey } from "../core/key.ts";
import { defaultEngine } from "../engine/choose.ts";
import type { Engine } from "../engine/engine.ts";
import { type ChainsProgress, type ChainsResult, chains as runChains } from "../mcmc/chains.ts";
import { type Conditioned, condition } from "../model/condition.ts";
import type { Coords, DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import type { Values } from "../model/site.ts";
import type { Start } from "../model/start.ts";
import type { Chains } from "../posterior/posterior.ts";
import { type Ground, openGround } from "./fitting/ground.ts";
import { plainOptions } from "./plainOptions.ts";
import { assemble, type Run } from "./sampling/assemble.ts";
import {
  checkFromFit,
  checkTake,
  type FromFit,
  keepsMetric,
  type Taken,
  takenFrom,
  toldOfFit,
  warmupAfter,
} from "./sampling/fromFit.ts";
import { noiseSpace } from "./sampling/neutra.ts";
import { checkResume, checkSameNoise, type Earlier, joinRuns, noiseRecordOf, runOf } from "./sampling/resume.ts";
import { nuts, type SamplerSpec } from "./sampling/samplers.ts";
import { ownSpace, type Space } from "./sampling/space.ts";

/** How far one chain is. */
export type ChainStatus = ChainsProgress["perChain"][number];

export interface SampleProgress {
  /** Transitions done, warm-up included, all chains together. */
  readonly done: number;
  readonly total: number;
  readonly divergences: number;
  /** Every chain: its phase, transitions, divergences and step size. */
  readonly chains: readonly ChainStatus[];
  /** The chains so far, as if the run were stopped now; undefined before the first draw. It takes the time of a summary. */
  soFar(): Chains | undefined;
}

export interface SampleOptions {
  /** NUTS unless said. */
  readonly sampler?: SamplerSpec;
  /** 4 unless said. */
  readonly chains?: number;
  /** Transitions a chain that adapt and are not kept; 1,000 unless said, 100 after a fit that leaves only the step size to be found. */
  readonly warmup?: number;
  /** Draws kept a chain; 1,000 unless said. */
  readonly draws?: number;
  readonly seed?: number;
  /** Where each chain starts, every latent on its own scale; else dispersed at random on the unconstrained scale. */
  readonly starts?: readonly Start[];
  /** A fit whose importance-resampled draws the chains start from, and whose spread is the first metric; a shorter warm-up will do. */
  readonly from?: FromFit;
  /** What of these chains take from it; both unless said. */
  readonly take?: readonly Taken[];
  /**
   * Whether the chains run in the noise of the guide of `from`, where a posterior that it fits is a standard normal: NeuTra. They are
   * exact however bad the fit. The guide itself where it cannot be made from its name and options. Hoffman et al. 2019.
   */
  readonly neutra?: boolean | GuideSpec;
  /** An earlier run that goes on: `draws` more a chain, the very ones that a longer run would have made; the result holds all. */
  readonly resume?: Earlier;
  /** Labels of named axes. */
  readonly coords?: Coords;
  readonly engine?: Engine;
  /** Threads that run chains, this one included: by the cores and the length of the run unless said. The draws do not depend on it. */
  readonly workers?: number;
  readonly onProgress?: (progress: SampleProgress) => void;
  /** Asked now and then; true ends the run, which keeps its draws. */
  readonly shouldStop?: () => boolean;
  /** The same as a signal. */
  readonly signal?: AbortSignal;
}

const optionNames: readonly string[] = [
  "sampler",
  "chains",
  "warmup",
  "draws",
  "seed",
  "starts",
  "from",
  "take",
  "neutra",
  "resume",
  "coords",
  "engine",
  "workers",
  "onProgress",
  "shouldStop",
  "signal",
] satisfies (keyof SampleOptions)[];

/** @throws FluvialError where what is to be called cannot be. */
const checkCallbacks = (options: SampleOptions): void => {
  for (const name of ["onProgress", "shouldStop"] as const)
    if (options[name] !== undefined && typeof options[name] !== "function")
      fail(`sample: ${name}: expected a function, got ${String(options[name])}`);
  if (options.signal !== undefined && typeof options.signal?.aborted !== "boolean")
    fail(`sample: signal: expected an AbortSignal, got ${String(options.signal)}`);
};

/** How a run begins: where it has starts, states to go on from, or an initial metric. */
type Opening = Pick<
  NonNullable<Parameters<typeof runChains>[2]>,
  "chains" | "warmup" | "starts" | "initial" | "resume"
>;

const all: readonly Taken[] = ["starts", "metric"];

const freshOpening = (plan: Plan<unknown>): Opening => {
  const { conditioned, sampler, space, options } = plan;
  const { chains = 4, starts, from, take = all, seed = 0 } = options;
  const { warmup } = plan;
  if (space.starts)
    return {
      chains,
      warmup,
      starts: space.starts(chains, seed),
      initial: { keeps: keepsMetric(from as FromFit, warmup) },
    };
  if (!from) return { chains, warmup, starts: starts?.map((start) => conditioned.unconstrain(start)) };
  return { chains, warmup, ...takenFrom(from, take, sampler, { chains, warmup, seed }) };
};

/** What a whole run rests on. */
interface Plan<L> {
  readonly conditioned: Conditioned<L>;
  readonly engine: Engine;
  readonly data: Values;
  readonly sampler: SamplerSpec;
  readonly space: Space;
  readonly options: SampleOptions;
  /** Transitions of warm-up, of a run that begins. */
  readonly warmup: number;
  readonly began: number;
}

/** What has been drawn as a posterior, earlier draws before it. */
const chainsFrom = <L>(
  { conditioned, engine, data, sampler, space, options, began, ...plan }: Plan<L>,
  result: ChainsResult,
): Chains<L> => {
  const { resume: earlier, draws = 1_000 } = options;
  const placed = { ...result, draws: result.draws.map(space.unconstrained) };
  const run: Run = earlier ? joinRuns(runOf(earlier, false), placed) : placed;
  const warmup = earlier?.warmup ?? plan.warmup;
  const { chains = 4 } = options;
  const wanted = draws + (earlier?.unconstrained.shape[1] ?? 0);
  return assemble({
    engine,
    ranOn: earlier && earlier.engine !== engine.name ? `${earlier.engine}, then ${engine.name}` : engine.name,
    conditioned,
    data,
    sampler,
    noiseOf: space.noiseOf?.guide,
    result: run,
    seed: earlier?.seed ?? options.seed ?? 0,
    seconds: (performance.now() - began) / 1000 + (earlier?.seconds ?? 0),
    options: earlier
      ? { ...earlier.options, draws: wanted }
      : {
          ...plainOptions({ ...options, sampler, chains, warmup, draws }),
          ...(options.from && { from: toldOfFit(options.from) }),
          ...(space.noiseOf && { neutra: space.noiseOf.told }),
        },
    warmup,
  });
};

/** Earlier chains as the result of a run that was stopped before it made a draw. */
const nothingNew = (earlier: Earlier): ChainsResult => ({
  ...runOf(earlier, true),
  draws: earlier.states.map(() => new Float64Array()),
  stats: {
    energy: earlier.states.map(() => new Float64Array()),
    acceptance: earlier.states.map(() => new Float64Array()),
    treeDepth: earlier.states.map(() => new Float64Array()),
    diverging: earlier.states.map(() => new Uint8Array()),
    stepSize: earlier.stats.stepSize,
  },
  logDensity: [],
  gradients: 0,
  divergences: 0,
  chains: earlier.states.map((_, chain) => chain),
});

/** Runs the chains; a resumed run that is stopped at once has what it had. */
const run = async <L>(plan: Plan<L>): Promise<ChainsResult> => {
  const { sampler, space, options } = plan;
  const { resume: earlier, onProgress, shouldStop, signal, draws = 1_000, seed = 0, workers } = options;
  let stopped = false;
  const stops = (): boolean => {
    stopped ||= signal?.aborted === true || shouldStop?.() === true;
    return stopped;
  };
  const progress = ({ perChain, doneInAll, total, chains, divergences, soFar }: ChainsProgress): SampleProgress => ({
    done: doneInAll,
    total: chains * total,
    divergences,
    chains: perChain,
    soFar: () => {
      const result = soFar();
      return result && (chainsFrom(plan, result) as unknown as Chains);
    },
  });
  try {
    return await runChains(space.gradient, hostKey(seed), {
      draws,
      targetAcceptance: sampler.targetAcceptance,
      kernel: sampler.kernel,
      explainStart: space.explainStart,
      onProgress: onProgress && ((report) => onProgress(progress(report))),
      shouldStop: stops,
      workers,
      ...(earlier ? { resume: earlier.states } : freshOpening(plan as Plan<unknown>)),
    });
  } catch (error) {
    if (stopped && earlier) return nothingNew(earlier);
    throw error;
  }
};

/** Where the chains run: in the noise of a guide where that is asked for, or where earlier chains ran there. */
const spaceOf = async (ground: Ground<unknown>, { from, neutra, resume }: SampleOptions): Promise<Space> => {
  const wanted = neutra || noiseRecordOf(resume) !== undefined;
  if (!wanted) return ownSpace(ground);
  const space = await noiseSpace(from as FromFit, ground, wanted);
  if (resume) checkSameNoise(resume, space.noiseOf?.told);
  return space;
};

/** @throws FluvialError where options contradict each other. */
const checkBeginning = ({ starts, from, take, neutra }: SampleOptions): void => {
  if (take !== undefined) checkTake(take);
  if (from && starts) fail("sample: give starts or from, not both");
  if (!from && take) fail("sample: take: there is nothing to take without a fit; give it as from");
  if (!from && neutra) fail("sample: neutra: expected a fit whose guide the chains run through; give it as from");
  if (take && neutra)
    fail("sample: give take or neutra, not both: in the noise of a guide chains take neither from it");
};

/**
 * Draws from the posterior of a model with several Markov chains: NUTS unless another sampler is given. A run that is stopped keeps its
 * draws: the chains are then cut to one length, those that had not come so far are left out, `interrupted` is true, and the verdict
 * says so.
 * @throws FluvialError where data do not fit the model, an option is unknown, no start has a finite log density, the run was stopped
 * before it had made a draw, or chains to go on with are of another model, data or sampler.
 */
export const sample = async <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  options: SampleOptions = {},
): Promise<Chains<L & G>> => {
  checkOptions("sample", options, optionNames);
  checkCallbacks(options);
  const began = performance.now();
  if (options.sampler !== undefined && typeof options.sampler?.kernel !== "function")
    fail(`sample: sampler must be one such as nuts(), got ${showAny(options.sampler)}`);
  if (!options.resume) checkBeginning(options);
  const conditioned = condition(model, data, options.coords);
  const sampler = options.resume
    ? checkResume(options.resume, conditioned, { ...options })
    : (options.sampler ?? nuts());
  if (options.from) checkFromFit("sample", options.from, conditioned);
  const engine = options.engine ?? defaultEngine();
  const ground = openGround(model as unknown as Model, conditioned, engine);
  let space: Space | undefined;
  try {
    space = await spaceOf(ground, options);
    const warmup = options.warmup ?? warmupAfter(options.from, options.take ?? all);
    const plan = { conditioned, engine, data: ground.data, sampler, space, options, warmup, began };
    return chainsFrom(plan, await run(plan));
  } finally {
    space?.dispose();
    ground.dispose();
  }
};
