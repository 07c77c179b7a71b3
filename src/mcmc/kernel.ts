import type { HostKey } from "../core/key.ts";
import type { CompiledNuts } from "../engine/compiledNuts.ts";
import type { Gradient } from "../engine/engine.ts";
import type { Metric } from "./metric.ts";

/** A Markov kernel: a pure step, whose state holds only what the next step needs. */
export interface Kernel<S, I> {
  init(position: Float64Array): S;
  step(key: HostKey, state: S): readonly [state: S, info: I];
}

/** A place with what the log density says of it: a value, never written to again. */
export interface Point {
  readonly position: Float64Array;
  readonly gradient: Float64Array;
  readonly logDensity: number;
}

/** What one transition did. */
export interface Transition {
  /** Mean Metropolis acceptance probability over the trajectory, in [0, 1]. */
  readonly acceptance: number;
  /** Doublings of the trajectory that were kept; 0 where trajectories have a fixed length. */
  readonly treeDepth: number;
  /** Steps of the integrator. */
  readonly steps: number;
  /** Whether the energy error exceeded `maxEnergyError` or left the finite numbers. */
  readonly diverging: boolean;
  /** Hamiltonian at the new point with the momentum it was reached with. */
  readonly energy: number;
}

/** How far transitions have come since this was last said. */
export interface Progress {
  readonly transitions: number;
  readonly divergences: number;
}

export const progressOf = ({ diverging }: Transition): Progress => ({
  transitions: 1,
  divergences: diverging ? 1 : 0,
});

/** What warm-up finds out. */
export interface Tuning {
  readonly stepSize: number;
  readonly metric: Metric;
}

/** A kernel with its tuning still open: warm-up is a function of one of these. */
export interface TunableKernel {
  (tuning: Tuning): Kernel<Point, Transition>;
  /** The same sampler compiled, which whole chains run on where there is one. */
  readonly compiled?: CompiledKernel;
  /** How to make it again, on another thread; not there where a kernel is more than its options. */
  readonly recipe?: KernelRecipe;
}

/** A kernel as plain data, and the very gradient that it was made for. */
export interface KernelRecipe {
  readonly name: "nuts" | "hmc";
  readonly options: object;
  readonly gradient: Gradient;
}

export interface CompiledKernel {
  readonly nuts: CompiledNuts;
  readonly maxTreeDepth: number;
}

/** An energy error beyond this is a divergence (Stan's constant). */
export const maxEnergyError = 1000;

/** The log density and its gradient at a position, which is copied. */
export const pointAt = (gradient: Gradient, position: Float64Array): Point => {
  const point = { position: position.slice(), gradient: new Float64Array(gradient.size), logDensity: 0 };
  point.logDensity = gradient.at(point.position, point.gradient);
  return point;
};

/** Whether the log density and its gradient are finite at a point. */
export const isFinitePoint = ({ logDensity, gradient }: Point): boolean =>
  Number.isFinite(logDensity) && gradient.every(Number.isFinite);
