import { checkCount, checkPositive, fail } from "../core/check.ts";
import { checkMetric, type MetricData } from "./metric.ts";

/**
 * Where a chain stands, as plain data: all that it takes to go on with the very draws that a longer run would have made, on the same
 * gradient and kernel.
 */
export interface ChainState {
  /** Unconstrained. */
  readonly position: Float64Array;
  /** There: by this a model that has changed is found. Not in files of versions that did not write it. */
  readonly logDensity?: number;
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

/** Relative to the log density: beyond what two engines' rounding makes of one density. */
const sameDensity = 1e-6;

/** @throws FluvialError where the log density at the end of a chain is no longer what it was: the model is another. */
export const checkSameDensity = ({ logDensity: was }: ChainState, now: number, chain: number): void => {
  if (was !== undefined && !(Math.abs(now - was) <= sameDensity * (1 + Math.abs(was))))
    fail(
      `sample: resume: chain ${chain + 1} ended at a log density of ${was}, which is now ${now}: ` +
        "the model has changed; sample anew, or give the model as it was",
    );
};
