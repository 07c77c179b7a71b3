import { checkCount, checkPositive, fail } from "../core/check.ts";
import { checkMetric, type MetricData } from "./metric.ts";

/**
 * Where a chain stands, as plain data: all that it takes to go on with the very draws that a longer run would have made, on the same
 * gradient and kernel.
 */
export interface ChainState {
  /** Unconstrained. */
  readonly position: Float64Array;
  readonly stepSize: number;
  readonly metric: MetricData;
  /** Draws made so far: the number of the next one. */
  readonly drawsDone: number;
  /** Of the chain's draws: number i takes what `foldHostKey` makes of this and i. */
  readonly key: readonly [number, number];
  /** What the kernel needs beside the position: tempering's replicas. */
  readonly memory?: Float64Array;
}

/** @throws FluvialError where a state is not one of a chain of `size` numbers. */
export const checkState = (state: ChainState, chain: number, size: number): void => {
  const who = `sample: state of chain ${chain + 1}`;
  const { position, stepSize, metric, drawsDone, key } = state;
  if (position?.length !== size) fail(`${who}: position: expected ${size} numbers, got ${position?.length ?? "none"}`);
  checkPositive(`${who}: stepSize`, stepSize);
  checkCount(`${who}: drawsDone`, drawsDone, 0);
  if (key?.length !== 2 || !key.every(Number.isInteger)) fail(`${who}: key: expected two whole numbers, got ${key}`);
  checkMetric(`${who}: metric`, metric, size);
};
