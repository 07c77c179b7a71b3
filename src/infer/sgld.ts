import { checkCount, checkOptions, checkPositive, fail } from "../core/check.ts";
import { foldHostKey, type HostKey, hostKey, splitHostKey } from "../core/key.ts";
import { pause } from "../core/pause.ts";
import { hostValues, type Scalar, type Tensor } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import { summariseDraws } from "../diagnostics/summary.ts";
import { defaultEngine } from "../engine/choose.ts";
import type { Engine } from "../engine/engine.ts";
import { findStart } from "../mcmc/start.ts";
import { type Conditioned, condition } from "../model/condition.ts";
import type { Coords, DataFor } from "../model/data.ts";
import { type Minibatch, minibatchOf } from "../model/minibatch.ts";
import type { Model } from "../model/model.ts";
import type { Values } from "../model/site.ts";
import type { Start } from "../model/start.ts";
import { constant, type Schedule } from "../optimise/schedule.ts";
import type { LangevinChains, Row } from "../posterior/posterior.ts";
import { langevinSummary } from "../posterior/summary.ts";
import { densityOf } from "./densityOf.ts";
import { constrainDraws } from "./draws.ts";
import { explain } from "./explain.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { plainOptions } from "./plainOptions.ts";
import { checkFromFit, type FromFit, takenFrom } from "./sampling/fromFit.ts";
import { type LangevinInput, type LangevinState, type LangevinStep, langevinStep } from "./sampling/langevin.ts";
import { nuts } from "./sampling/samplers.ts";
import { startNote } from "./sampling/verdict.ts";

export interface SgldOptions {
  /**
   * ε, or a schedule of the step. With `from` it has no unit and is 0.1 unless said; else it must be given, in squared units of the
   * unconstrained latents.
   */
  readonly stepSize?: number | Schedule;
  /** A fit of this model: chains start at its draws, and its variances precondition them. */
  readonly from?: FromFit;
  /** Rows of a named axis taken at each step; all unless said. */
  readonly minibatch?: Minibatch;
  /** 4 unless said. */
  readonly chains?: number;
  /** Steps a chain that are not kept; 2,000 unless said. */
  readonly warmup?: number;
  /** Draws kept a chain; 1,000 unless said. */
  readonly draws?: number;
  /** Steps from one kept draw to the next; 10 unless said. */
  readonly thin?: number;
  readonly seed?: number;
  /** Where each chain starts, every latent on its own scale; else dispersed at random on the unconstrained scale. */
  readonly starts?: readonly Start[];
  /** Labels of named axes. */
  readonly coords?: Coords;
  readonly engine?: Engine;
  /** Steps done and to do, all chains together. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Asked now and then; true stops with an error. */
  readonly shouldStop?: () => boolean;
}

const optionNames: readonly string[] = [
  "stepSize",
  "from",
  "minibatch",
  "chains",
  "warmup",
  "draws",
  "thin",
  "seed",
  "starts",
  "coords",
  "engine",
  "onProgress",
  "shouldStop",
] satisfies (keyof SgldOptions)[];

export type { LangevinChains } from "../posterior/posterior.ts";

interface Plan {
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
  readonly thin: number;
  readonly stepSize: Schedule;
}

const planOf = ({ chains = 4, warmup = 2_000, draws = 1_000, thin = 10, ...options }: SgldOptions): Plan => {
  const { from, stepSize = from ? 0.1 : undefined, starts } = options;
  checkCount("sgld: chains", chains);
  checkCount("sgld: warmup", warmup, 0);
  checkCount("sgld: draws", draws);
  checkCount("sgld: thin", thin);
  if (starts && starts.length !== chains)
    fail(`sgld: starts: expected one per chain (${chains}), got ${starts.length}`);
  if (from && starts) fail("sgld: give starts or from, not both");
  if (stepSize === undefined)
    return fail(
      "sgld: stepSize must be given, in squared units of the unconstrained latents; or give a fit as from, which knows their scales",
    );
  if (typeof stepSize === "number") checkPositive("sgld: stepSize", stepSize);
  else if (typeof stepSize !== "function")
    fail(`sgld: stepSize: expected a number above 0 or a schedule, got ${String(stepSize)}`);
  return { chains, warmup, draws, thin, stepSize: typeof stepSize === "number" ? constant(stepSize) : stepSize };
};

/** What all chains share. */
interface Setting {
  readonly conditioned: Conditioned<unknown>;
  readonly engine: Engine;
  readonly plan: Plan;
  readonly data: Values;
  readonly step: LangevinStep<Values>;
  readonly options: SgldOptions;
}

/** Where chains start, and what preconditions them. */
interface Opening {
  readonly starts: readonly Float64Array[];
  readonly variances: Float64Array;
}

const openingOf = ({ conditioned, engine, plan, data, options }: Setting, keys: readonly HostKey[]): Opening => {
  const { from, seed = 0 } = options;
  const ones = new Float64Array(conditioned.size).fill(1);
  if (from) {
    checkFromFit("sgld", from, conditioned);
    const taken = takenFrom(from, ["starts", "metric"], nuts({ metric: "diagonal" }), { ...plan, seed });
    const { initial, starts = [] } = taken;
    return { starts, variances: initial?.metric.kind === "diagonal" ? initial.metric.variances : ones };
  }
  if (options.starts) return { starts: options.starts.map((start) => conditioned.unconstrain(start)), variances: ones };
  const gradient = engine.gradient(densityOf(conditioned), conditioned.size, data);
  try {
    return { starts: keys.map((key) => findStart(gradient, key, explain(conditioned)).position), variances: ones };
  } finally {
    gradient.dispose();
  }
};

const firstState = (engine: Engine, position: Float64Array): LangevinState => ({
  z: engine.tensor(position, [position.length]),
  step: engine.tensor([0], []) as Scalar,
});

/** Steps made in one call, and between two rests. */
const atOnce = 500;

/** The draws of one chain, [draws × size]. Yields how many steps were done since. */
function* runOne(
  { engine, plan, step }: Setting,
  chain: number,
  start: Float64Array,
  input: LangevinInput<Values>,
  key: HostKey,
): Generator<number, Float64Array> {
  const { warmup, draws, thin } = plan;
  const size = start.length;
  const first = firstState(engine, start);
  const loop = engine.loop(step, first, key);
  disposeTree(first);
  const all = new Float64Array(draws * size);
  try {
    for (let done = 0; done < warmup; done += atOnce) {
      const steps = Math.min(atOnce, warmup - done);
      loop.run(input, steps);
      yield steps;
    }
    for (let i = 0; i < draws; i++) {
      loop.run(input, thin);
      const state = loop.read();
      const z = hostValues(state.z);
      if (!z.every(Number.isFinite))
        fail(
          `sgld: chain ${chain + 1} left the finite numbers by step ${warmup + (i + 1) * thin}; use a smaller stepSize`,
        );
      all.set(z, i * size);
      disposeTree(state);
      yield thin;
    }
    return all;
  } finally {
    loop.dispose();
  }
}

/** The draws of all chains, joined. */
const runAll = async (setting: Setting, seed: number): Promise<Float64Array> => {
  const { conditioned, engine, plan, data, options } = setting;
  const { size } = conditioned;
  const keys = Array.from({ length: plan.chains }, (_, chain) => splitHostKey(foldHostKey(hostKey(seed), chain), 2));
  const opening = openingOf(
    setting,
    keys.map(([forStart]) => forStart),
  );
  const variances = engine.tensor(opening.variances, [size]);
  const total = plan.chains * (plan.warmup + plan.draws * plan.thin);
  const all = new Float64Array(plan.chains * plan.draws * size);
  let done = 0;
  let rested = performance.now();
  try {
    for (const [chain, start] of opening.starts.entries()) {
      const run = runOne(setting, chain, start, { data, variances }, keys[chain][1]);
      let next = run.next();
      for (; !next.done; next = run.next()) {
        done += next.value;
        if (performance.now() - rested < 50) continue;
        options.onProgress?.({ done, total });
        await pause();
        rested = performance.now();
        if (options.shouldStop?.()) fail(`sgld: stopped after ${done} of ${total} steps`);
      }
      all.set(next.value, chain * plan.draws * size);
    }
  } finally {
    variances.dispose();
  }
  options.onProgress?.({ done, total });
  return all;
};

const worst = (rows: readonly Row[]): number => rows.reduce((most, { rhat = 1 }) => Math.max(most, rhat), 1);

const verdictOf = (rows: readonly Row[], { stepSize, from }: SgldOptions): string => {
  const bias = `There is no accept step: draws are biased to the order of the step size${
    typeof stepSize === "function" ? "" : ` (ε = ${stepSize ?? 0.1})`
  } and, with minibatches, of their noise; R-hat does not see that. Halve the step size and compare, or hold it against nuts().`;
  const rhat = worst(rows);
  if (!(rhat <= 1.05))
    return `Do not use: chains do not agree (worst R-hat ${rhat.toFixed(2)}); run longer. ${bias}${startNote(from?.verdict)}`;
  return `Use with care: chains agree (worst R-hat ${rhat.toFixed(3)}). ${bias}${startNote(from?.verdict)}`;
};

/**
 * Draws from about the posterior of a model by stochastic gradient Langevin dynamics (`langevinStep`), for data so many that a
 * gradient of all rows is too dear. A normal posterior with sd σ gets the variance σ² / (1 − ε G / 4σ²) with all rows, more with few.
 * Welling & Teh 2011.
 * @throws FluvialError where data do not fit the model, an option is unknown, or a chain leaves the finite numbers.
 */
export const sgld = async <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  options: SgldOptions = {},
): Promise<LangevinChains<L & G>> => {
  checkOptions("sgld", options, optionNames);
  const began = performance.now();
  const plan = planOf(options);
  const { seed = 0, minibatch } = options;
  const conditioned = condition(model, data, options.coords);
  const engine = options.engine ?? defaultEngine();
  const batch = minibatch ? minibatchOf(model as unknown as Model, conditioned, minibatch) : undefined;
  const step = langevinStep<Values>(batch?.family ?? conditioned, plan.stepSize, batch?.select);
  const values = engine.compile(() => conditioned.tensors())();
  try {
    const z = await runAll({ conditioned, engine, plan, data: values, step, options }, seed);
    const draws = constrainDraws(engine, conditioned, values, z, plan.chains);
    const rows = summariseDraws(draws, true);
    const { chains, warmup, thin } = plan;
    const made = {
      kind: "sgld" as const,
      model: conditioned.model,
      method: "sgld",
      seed,
      engine: engine.name,
      seconds: (performance.now() - began) / 1000,
      gradients: chains * (warmup + plan.draws * thin),
      options: plainOptions({ ...options, chains, warmup, thin, draws: plan.draws }),
      fingerprint: fingerprintOf(conditioned.bound),
      draws,
      unconstrained: { shape: [chains, plan.draws, conditioned.size], values: z },
      rows,
      verdict: verdictOf(rows, options),
    };
    return { ...made, summary: () => langevinSummary(made) };
  } finally {
    disposeTree(values as unknown as Record<string, Tensor>);
  }
};
