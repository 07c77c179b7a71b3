import type { Func, ModuleBuilder } from "../assembler.ts";
import { emitAdapt, emitSample } from "./chunks.ts";
import { emitJoin } from "./join.ts";
import { type NutsLayout, nutsLayout } from "./layout.ts";
import { emitLeapfrog } from "./leapfrog.ts";
import { type NutsMath, nutsLibrary } from "./library.ts";
import { emitTransition } from "./transition.ts";
import { emitWhitening } from "./whiten.ts";

/** What the sampler is built around. */
export interface NutsPlan {
  /** Of the position; at least 1. */
  readonly size: number;
  /** Doublings of a trajectory that there is to be room for. */
  readonly maxTreeDepth: number;
  /** () → f64: reads f64[size] at `position`, writes the slope to f64[size] at `slope`, returns the log density. */
  readonly gradient: Func;
  readonly position: number;
  readonly slope: number;
  /** Address of `workspaceBytes(size, maxTreeDepth)` bytes that nobody else writes to, aligned to 16. */
  readonly workspace: number;
  readonly math: NutsMath;
}

/**
 * Adds the no-U-turn sampler to a module: it exports `transition`, `sample` and `adapt`, which `compiledNuts` wraps for the host.
 * The sampler of mcmc/ is its plain twin: the same keys, uniforms, weights and criterion.
 */
export const emitNuts = (module: ModuleBuilder, { gradient, math, ...place }: NutsPlan): NutsLayout => {
  const layout = nutsLayout(place);
  const library = nutsLibrary(module, math);
  const whitening = emitWhitening(module, layout, gradient);
  const leapfrog = emitLeapfrog(module, layout, whitening.slopeAt, library);
  const join = emitJoin(module, layout);
  const transition = emitTransition(module, layout, { leapfrog, join, library, whitening });
  emitSample(module, layout, { transition, library });
  emitAdapt(module, layout, { transition, library });
  return layout;
};
