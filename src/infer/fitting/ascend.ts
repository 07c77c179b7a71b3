import { FluvialError, fail } from "../../core/check.ts";
import type { Guide, Preparation, Sampler } from "../../core/density.ts";
import { type HostKey, splitHostKey } from "../../core/key.ts";
import { sameShape, showShape } from "../../core/shape.ts";
import { fromHost, hostValues } from "../../core/tensor.ts";
import { disposeTree, leaves, mapTree, paths } from "../../core/tree.ts";
import type { Objective } from "../../objectives/objective.ts";
import { key as keyOf } from "../../ops/random.ts";
import type { HostParameter } from "../../posterior/posterior.ts";
import { type Assessed, assess } from "./assess.ts";
import type { Course } from "./course.ts";
import type { Ground } from "./ground.ts";
import { meanAndError } from "./level.ts";
import { type Trained, trainGuide } from "./trainGuide.ts";

/** A guide to be fitted, by what. */
export interface Ascent {
  /** The guide, made anew for every restart. */
  readonly guide: (key: HostKey) => Promise<Guide<unknown, Sampler>>;
  /** Whether there is nothing to train. */
  readonly ready?: boolean;
  readonly objective: Objective;
}

/** The best of all restarts. */
export interface Best extends Omit<Trained, "params"> {
  readonly assessed: Assessed;
  /** Of all restarts together. */
  readonly steps: number;
  /** Evaluations of the gradient before any training, all restarts together. */
  readonly preparing: number;
  readonly prepared?: Preparation;
  readonly parameters: Readonly<Record<string, HostParameter>>;
}

const hostParameters = (params: unknown): Best["parameters"] => {
  const tensors = leaves(params);
  return Object.fromEntries(
    paths(params).map((path, i) => [path, { shape: tensors[i].shape, values: hostValues(tensors[i]) }]),
  );
};

/** The guide with other parameters to start from. @throws FluvialError where they are not its own. */
const startingAt = (
  guide: Guide<unknown, Sampler>,
  start: Readonly<Record<string, HostParameter>>,
): Guide<unknown, Sampler> => ({
  ...guide,
  init: (key) => {
    const own = guide.init(key);
    const names = paths(own);
    return mapTree(own, (leaf, i) => {
      const given = start[names[i]];
      if (!given || !sameShape(given.shape, leaf.shape))
        fail(
          `fit: from: expected the parameter "${names[i]}" of the earlier fit with shape ${showShape(leaf.shape)}, got ${given ? showShape(given.shape) : "none"}: the guide must be the same, and the data of the same size`,
        );
      return fromHost(given.values, leaf.shape);
    });
  },
});

/** The bound over fresh draws; −∞ where it is no number. */
const boundOf = ({ logDensity, logQ }: Assessed): number => {
  const { mean } = meanAndError(logDensity.map((p, i) => p - logQ[i]));
  return Number.isNaN(mean) ? Number.NEGATIVE_INFINITY : mean;
};

/** A guide that needs no training, at the parameters that it has. */
const asItStands = ({ engine }: Ground<unknown>, guide: Guide<unknown, Sampler>, key: HostKey): Trained => ({
  params: engine.compile(() => guide.init(keyOf(key)))(),
  history: new Float64Array(),
  skipped: 0,
  converged: guide.prepared?.converged ?? true,
  beta: 1,
});

/**
 * Trains every restart and keeps the one with the highest bound over fresh draws; a restart that fails is left out.
 * @throws FluvialError of the first restart where all of them fail.
 */
export const ascend = async (
  ground: Ground<unknown>,
  { guide: guideFor, ready, objective }: Ascent,
  course: Course,
  keys: { readonly key: HostKey; readonly restarts: number; readonly draws: number },
): Promise<Best> => {
  const { engine, conditioned, data } = ground;
  let best: Best | undefined;
  let [steps, skipped, preparing] = [0, 0, 0];
  const failures: FluvialError[] = [];
  const trained = async (guide: Guide<unknown, Sampler>, key: HostKey, i: number): Promise<Trained | undefined> => {
    if (ready) return asItStands(ground, guide, key);
    const started = course.start ? startingAt(guide, course.start) : guide;
    return trainGuide(ground, started, objective, course, key, i).catch((error: unknown) => {
      if (!(error instanceof FluvialError)) throw error;
      failures.push(error);
      return undefined;
    });
  };
  for (const [i, restartKey] of splitHostKey(keys.key, keys.restarts).entries()) {
    const [trainKey, drawKey] = splitHostKey(restartKey, 2);
    const guide = await guideFor(restartKey);
    preparing += guide.prepared?.gradients ?? 0;
    const done = await trained(guide, trainKey, i);
    if (!done) continue;
    const { params, ...outcome } = done;
    const assessed = assess(engine, conditioned, data, guide, params, drawKey, keys.draws);
    const parameters = hostParameters(params);
    disposeTree(params);
    steps += done.history.length + done.skipped;
    skipped += done.skipped;
    if (!best || boundOf(assessed) > boundOf(best.assessed))
      best = { ...outcome, assessed, steps, parameters, preparing, prepared: guide.prepared };
  }
  if (!best) throw failures[0];
  return { ...best, steps, skipped, preparing };
};
