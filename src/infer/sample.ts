import { checkOptions, fail } from "../core/check.ts";
import { hostKey } from "../core/key.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import { summariseDraws } from "../diagnostics/summary.ts";
import { defaultEngine } from "../engine/choose.ts";
import type { Engine, Gradient } from "../engine/engine.ts";
import { guideLabel } from "../guides/index.ts";
import { type ChainsProgress, chains as runChains } from "../mcmc/chains.ts";
import { type Conditioned, condition } from "../model/condition.ts";
import type { Coords, DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import type { Values } from "../model/site.ts";
import type { Start } from "../model/start.ts";
import type { Chains } from "../posterior/posterior.ts";
import { chainsSummary } from "../posterior/summary.ts";
import { constrainDraws } from "./draws.ts";
import { explain } from "./explain.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { plainOptions } from "./plainOptions.ts";
import { nuts, type SamplerSpec } from "./samplers.ts";
import { chainsVerdict } from "./verdict.ts";

export interface SampleProgress {
  /** Transitions done, warm-up included, all chains together. */
  readonly done: number;
  readonly total: number;
  readonly divergences: number;
}

export interface SampleOptions {
  /** NUTS unless said. */
  readonly sampler?: SamplerSpec;
  /** 4 unless said. */
  readonly chains?: number;
  /** Transitions a chain that adapt and are not kept; 1,000 unless said. */
  readonly warmup?: number;
  /** Draws kept a chain; 1,000 unless said. */
  readonly draws?: number;
  readonly seed?: number;
  /** Where each chain starts, every latent on its own scale; else dispersed at random on the unconstrained scale. */
  readonly starts?: readonly Start[];
  /** Labels of named axes. */
  readonly coords?: Coords;
  readonly engine?: Engine;
  /** Threads that run chains, this one included: by the cores and the length of the run unless said. The draws do not depend on it. */
  readonly workers?: number;
  readonly onProgress?: (progress: SampleProgress) => void;
  /** Asked now and then; true stops with an error. */
  readonly shouldStop?: () => boolean;
}

const optionNames = [
  "sampler",
  "chains",
  "warmup",
  "draws",
  "seed",
  "starts",
  "coords",
  "engine",
  "workers",
  "onProgress",
  "shouldStop",
];

/** The log density of one draw, with the data still an input. */
export const densityOf =
  (conditioned: Conditioned<unknown>) =>
  (z: Tensor, data: Values): Scalar =>
    conditioned.at(data).logDensity(z) as Scalar;

const totals = ({ chains, doneInAll, total, divergences }: ChainsProgress): SampleProgress => ({
  done: doneInAll,
  total: chains * total,
  divergences,
});

/**
 * Draws from the posterior of a model with several Markov chains: NUTS unless another sampler is given.
 * @throws FluvialError where data do not fit the model, an option is unknown, or no start has a finite log density.
 */
export const sample = async <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  options: SampleOptions = {},
): Promise<Chains<L & G>> => {
  checkOptions("sample", options, optionNames);
  const began = performance.now();
  const { seed = 0, chains = 4, warmup = 1_000, draws = 1_000, onProgress, shouldStop } = options;
  const sampler = options.sampler ?? nuts();
  if (typeof sampler?.kernel !== "function") fail(`sample: sampler must be one such as nuts(), got ${String(sampler)}`);
  const conditioned = condition(model, data, options.coords);
  const engine = options.engine ?? defaultEngine();
  const values = engine.compile(() => conditioned.tensors())();
  let gradient: Gradient | undefined;
  try {
    gradient = engine.gradient(densityOf(conditioned), conditioned.size, values);
    const result = await runChains(gradient, hostKey(seed), {
      chains,
      warmup,
      draws,
      targetAcceptance: sampler.targetAcceptance,
      kernel: sampler.kernel,
      starts: options.starts?.map((start) => conditioned.unconstrain(start)),
      explainStart: explain(conditioned),
      onProgress: onProgress && ((progress) => onProgress(totals(progress))),
      shouldStop,
      workers: options.workers,
    });
    const z = joined(result.draws);
    const constrained = constrainDraws(engine, conditioned, values, z, chains);
    const rows = summariseDraws(constrained, true);
    const sampled = {
      kind: "chains" as const,
      model: conditioned.model,
      method: guideLabel(sampler),
      seed,
      engine: engine.name,
      seconds: (performance.now() - began) / 1000,
      gradients: result.gradients,
      options: plainOptions({ ...options, sampler, chains, warmup, draws }),
      fingerprint: fingerprintOf(conditioned.bound),
      draws: constrained,
      unconstrained: { shape: [chains, draws, conditioned.size], values: z },
      rows,
      verdict: chainsVerdict({ rows, divergences: result.divergences, draws: chains * draws, chains }),
      divergences: result.divergences,
      stats: result.stats,
    };
    return { ...sampled, summary: () => chainsSummary(sampled) };
  } finally {
    gradient?.dispose();
    disposeTree(values);
  }
};

const joined = (parts: readonly Float64Array[]): Float64Array => {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
