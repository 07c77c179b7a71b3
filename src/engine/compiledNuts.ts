import type { HostKey } from "../core/key.ts";
import type { MetricData } from "./metric.ts";

/** A position with its log density and the gradient of that. */
export interface Place {
  readonly position: Float64Array;
  readonly gradient: Float64Array;
  readonly logDensity: number;
}

/** What one transition did, and at which energy it ended. */
export interface Step {
  readonly energy: number;
  readonly acceptance: number;
  readonly steps: number;
  readonly treeDepth: number;
  readonly diverging: boolean;
}

/** Where a dual averaging stands. */
export interface AveragingState {
  readonly updates: number;
  readonly shrinkTowards: number;
  readonly meanError: number;
  readonly logStep: number;
  readonly logAverage: number;
}

/** What a chunk of transitions left: views that hold until the next call. */
export interface Draws {
  /** [count × size], row by row. */
  readonly draws: Float64Array;
  readonly logDensity: Float64Array;
  readonly energy: Float64Array;
  readonly acceptance: Float64Array;
  readonly treeDepth: Float64Array;
  /** 0 or 1. */
  readonly diverging: Float64Array;
}

/**
 * The no-U-turn sampler and its gradient as one program. The chain's state, metric and adaptation stay in the program's memory from
 * call to call; evaluating the gradient in between leaves them as they are. Transition number i of a run takes the key that
 * `foldHostKey` makes of the run's key and i: how a run is cut into calls has no bearing on its numbers. One run at a time.
 */
export interface CompiledNuts {
  /** Doublings of a trajectory that there is room for. */
  readonly maxTreeDepth: number;
  /** Draws that one call of `sample` makes at most. */
  readonly capacity: number;
  /** Puts the chain somewhere. */
  moveTo(place: Place): void;
  /** Where the chain stands: a copy. */
  place(): Place;
  /** Whether there is room for a dense metric. */
  readonly takesDense: boolean;
  /**
   * Sets the metric, and the β of the density p(x)^β that transitions leave as it is: 1 unless said.
   * @throws FluvialError for a dense metric that is not positive definite, or that there is no room for.
   */
  setMetric(metric: MetricData, inverseTemperature?: number): void;
  /** One transition with exactly this key. */
  step(key: HostKey, stepSize: number, maxTreeDepth: number): Step;
  /** Starts the dual averaging at a state, aiming at a mean acceptance. */
  startAdapting(averaging: AveragingState, target: number): void;
  averaging(): AveragingState;
  /**
   * Transitions `from`, from + 1, … with step sizes of the dual averaging. Where `gathers`, it returns the positions they lead to,
   * [count × size], as views that hold until the next call, and `count` is of at most `capacity`; else nothing.
   */
  adapt(key: HostKey, from: number, count: number, maxTreeDepth: number, gathers: boolean): Float64Array;
  /** Transitions `from`, from + 1, … with one step size; `count` of at most `capacity`. */
  sample(key: HostKey, from: number, count: number, maxTreeDepth: number, stepSize: number): Draws;
  /** Gradients that all transitions so far have taken. */
  gradients(): number;
}
