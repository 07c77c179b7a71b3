import type { GuideSpec } from "../../core/density.ts";
import type { Gradient } from "../../engine/engine.ts";
import type { ExplainStart } from "../../mcmc/start.ts";
import type { Plain } from "../../posterior/posterior.ts";
import { densityOf } from "../densityOf.ts";
import { explain } from "../explain.ts";
import type { Ground } from "../fitting/ground.ts";

/** Where chains run: on the unconstrained scale of the model itself, or elsewhere with a map back to it. */
export interface Space {
  readonly gradient: Gradient;
  readonly explainStart: ExplainStart;
  /** Positions, row by row → the unconstrained scale of the model. */
  unconstrained(positions: Float64Array): Float64Array;
  /** Starts of its own, one a chain. */
  starts?(chains: number, seed: number): Float64Array[];
  /** The guide whose noise it is, and what is put on record of it. */
  readonly noiseOf?: { readonly guide: GuideSpec; readonly told: Plain };
  dispose(): void;
}

/** The unconstrained scale itself. */
export const ownSpace = ({ engine, conditioned, data }: Ground<unknown>): Space => {
  const gradient = engine.gradient(densityOf(conditioned), conditioned.size, data);
  return {
    gradient,
    explainStart: explain(conditioned),
    unconstrained: (positions) => positions,
    dispose: gradient.dispose,
  };
};
