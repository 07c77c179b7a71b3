import type { HostKey } from "../core/key.ts";
import type { CompiledNuts } from "../engine/compiledNuts.ts";
import type { Gradient } from "../engine/engine.ts";
import type { Metric, MetricData, MetricKind } from "./metric.ts";
import type { Beginning, ChainPlan } from "./plan.ts";
import type { Point } from "./point.ts";
import type { Records } from "./records.ts";
import type { Transition } from "./transition.ts";

export { isFinitePoint, type Point, pointAt } from "./point.ts";
export type { Transition } from "./transition.ts";

/** A Markov kernel: a pure step, whose state holds only what the next step needs. */
export interface Kernel<S, I> {
  init(position: Float64Array): S;
  step(key: HostKey, state: S): readonly [state: S, info: I];
}

/** How far transitions have come since this was last said. */
export interface Progress {
  readonly transitions: number;
  readonly divergences: number;
  /** The step size at present. */
  readonly stepSize: number;
  /** What draws are made with, once there are any. */
  readonly tuning?: TuningData;
  /** What the next transition needs beside the last draw, of a kernel that needs more. */
  memory?(): Float64Array;
  /** What the kernel has to say of itself so far. */
  report?(): KernelReport;
}

/** Figures of a kernel's own, by name. */
export type KernelReport = Readonly<Record<string, readonly number[]>>;

/** Tuning as plain data. */
export interface TuningData {
  readonly stepSize: number;
  readonly metric: MetricData;
}

export const progressOf = ({ diverging }: Transition, stepSize: number): Progress => ({
  transitions: 1,
  divergences: diverging ? 1 : 0,
  stepSize,
});

/** What warm-up finds out. */
export interface Tuning {
  readonly stepSize: number;
  readonly metric: Metric;
  /** β where the kernel leaves p(x)^β as it is, instead of p(x): 1 unless said. */
  readonly inverseTemperature?: number;
}

/** A kernel with its tuning still open: warm-up is a function of one of these. */
export interface TunableKernel {
  (tuning: Tuning): Kernel<Point, Transition>;
  /** What warm-up makes of the metric: variances unless said. */
  readonly metric?: MetricKind;
  /** The same sampler compiled, which whole chains run on where there is one. */
  readonly compiled?: CompiledKernel;
  /** How a whole chain runs, of a kernel that warms up in its own way. */
  readonly run?: ChainRun;
  /** How to make it again, on another thread; not there where a kernel is more than its options. */
  readonly recipe?: KernelRecipe;
}

/** Runs one chain, writing its draws into `records`; says how far it is after each few transitions. */
export type ChainRun = (beginning: Beginning, plan: ChainPlan, records: Records) => Generator<Progress, void>;

/** A kernel as plain data, and the very gradient that it was made for. */
export interface KernelRecipe {
  readonly name: "nuts" | "hmc" | "tempered";
  readonly options: object;
  readonly gradient: Gradient;
}

export interface CompiledKernel {
  readonly nuts: CompiledNuts;
  readonly maxTreeDepth: number;
}

/** An energy error beyond this is a divergence (Stan's constant). */
export const maxEnergyError = 1000;
