import type { HostTarget, TargetFamily } from "../../core/density.ts";
import { foldHostKey, type HostKey, type Key } from "../../core/key.ts";
import { disposeTree } from "../../core/tree.ts";
import type { Engine, Gradient } from "../../engine/engine.ts";
import { findStart } from "../../mcmc/start.ts";
import type { Conditioned } from "../../model/condition.ts";
import { type Minibatch, minibatchOf } from "../../model/minibatch.ts";
import type { Model } from "../../model/model.ts";
import type { Values } from "../../model/site.ts";
import { densityOf } from "../densityOf.ts";
import { explain } from "../explain.ts";

/** A model with its data on an engine: what guides are fitted on, one after another. */
export interface Ground<L> {
  readonly engine: Engine;
  readonly conditioned: Conditioned<L>;
  readonly data: Values;
  /** The target of a step: that of the model, or with the observations of a minibatch weighted. */
  readonly family: TargetFamily<unknown, Values>;
  /** Takes a minibatch. */
  readonly select?: (key: Key, data: Values) => Values;
  /** The gradient of the whole log density, compiled at its first use. */
  gradient(): Gradient;
  /** What guides may look at on the host. */
  host(key: HostKey): HostTarget;
  dispose(): void;
}

/** Opens a model on an engine; whoever does so disposes of it. */
export const openGround = <L>(
  model: Model,
  conditioned: Conditioned<L>,
  engine: Engine,
  minibatch?: Minibatch,
): Ground<L> => {
  const batch = minibatch ? minibatchOf(model, conditioned, minibatch) : undefined;
  const data = engine.compile(() => conditioned.tensors())();
  let compiled: Gradient | undefined;
  const gradient = (): Gradient => {
    compiled ??= engine.gradient(densityOf(conditioned), conditioned.size, data);
    return compiled;
  };
  return {
    engine,
    conditioned,
    data,
    family: batch?.family ?? conditioned,
    select: batch?.select,
    gradient,
    host: (key) => ({
      get gradient() {
        return gradient();
      },
      start: (index) => findStart(gradient(), foldHostKey(key, index), explain(conditioned)).position,
      key,
      precision: engine.precision,
    }),
    dispose: () => {
      compiled?.dispose();
      disposeTree(data);
    },
  };
};
