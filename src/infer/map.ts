import { checkCount, checkOptions, fail } from "../core/check.ts";
import { foldHostKey } from "../core/key.ts";
import { disposeTree } from "../core/tree.ts";
import { defaultEngine } from "../engine/choose.ts";
import type { Engine, Gradient } from "../engine/engine.ts";
import { findStart } from "../mcmc/start.ts";
import { condition } from "../model/condition.ts";
import type { Coords, DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import type { Start } from "../model/start.ts";
import { lbfgs, type Maximum } from "../optimise/lbfgs.ts";
import type { DrawsOf } from "../posterior/draws.ts";
import { densityOf } from "./densityOf.ts";
import { constrainDraws } from "./draws.ts";
import { explain } from "./explain.ts";
import { verbKey } from "./verbKey.ts";

export interface MapOptions {
  readonly seed?: number;
  /** Searches from this many starts and keeps the best; 4 unless said. */
  readonly restarts?: number;
  /** The user's own start instead, every latent on its own scale. */
  readonly start?: Start;
  readonly coords?: Coords;
  readonly engine?: Engine;
}

/** The highest point of a posterior on the unconstrained scale. */
export interface MapEstimate<L> {
  readonly model: string;
  /** One draw of every quantity: shape [1, 1, ...event]. */
  readonly values: DrawsOf<L>;
  readonly unconstrained: Float64Array;
  /** Log joint density there, log-Jacobians included. */
  readonly logDensity: number;
  readonly converged: boolean;
  readonly iterations: number;
}

/**
 * The maximum a posteriori point by L-BFGS, on the unconstrained scale: the mode of the density that guides and samplers see,
 * log-Jacobians included.
 * @throws FluvialError where no start has a finite log density.
 */
export const map = async <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  options: MapOptions = {},
): Promise<MapEstimate<L & G>> => {
  checkOptions("map", options, ["seed", "restarts", "start", "coords", "engine"]);
  const { seed = 0, restarts = 4, start } = options;
  checkCount("map: restarts", restarts);
  const conditioned = condition(model, data, options.coords);
  const engine = options.engine ?? defaultEngine();
  const values = engine.compile(() => conditioned.tensors())();
  let gradient: Gradient | undefined;
  try {
    const slope = engine.gradient(densityOf(conditioned), conditioned.size, values);
    gradient = slope;
    const startAt = (i: number): Float64Array =>
      start
        ? conditioned.unconstrain(start)
        : findStart(slope, foldHostKey(verbKey("map", seed), i), explain(conditioned)).position;
    const found: Maximum[] = Array.from({ length: start ? 1 : restarts }, (_, i) => lbfgs(slope, startAt(i)));
    const best = found.reduce((a: Maximum, b) => (b.value > a.value ? b : a));
    if (!Number.isFinite(best.value))
      fail(`map: ${conditioned.model}: the log density at the end of the search is ${best.value}`);
    return {
      model: conditioned.model,
      values: constrainDraws(engine, conditioned, values, best.position, 1, "most probable"),
      unconstrained: best.position,
      logDensity: best.value,
      converged: best.converged,
      iterations: best.iterations,
    };
  } finally {
    gradient?.dispose();
    disposeTree(values);
  }
};
