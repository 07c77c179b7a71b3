import type { TargetFamily } from "../../core/density.ts";
import type { Key } from "../../core/key.ts";
import type { Scalar, Tensor } from "../../core/tensor.ts";
import { gradient } from "../../ops/gradient.ts";
import { normal, split } from "../../ops/random.ts";
import type { Schedule } from "../../optimise/schedule.ts";

/** Where a chain of stochastic gradient Langevin dynamics stands. */
export interface LangevinState {
  /** Unconstrained. [size] */
  readonly z: Tensor;
  /** Steps done. */
  readonly step: Scalar;
}

/** What a step is given. */
export interface LangevinInput<D> {
  readonly data: D;
  /** The preconditioner's diagonal G. [size] */
  readonly variances: Tensor;
}

/** The step of a loop. */
export type LangevinStep<D> = (
  state: LangevinState,
  input: LangevinInput<D>,
  key: Key,
) => readonly [LangevinState, { readonly logDensity: Scalar }];

/**
 * Stochastic gradient Langevin dynamics: z′ = z + ε/2 · G g + √(ε G) · normal(0, 1), g the gradient of the log density of the target on the
 * rows that `select` takes. Welling & Teh 2011, eq. 4, with a constant preconditioner.
 */
export const langevinStep =
  <D>(family: TargetFamily<unknown, D>, stepSize: Schedule, select?: (key: Key, data: D) => D): LangevinStep<D> =>
  ({ z, step }, { data, variances }, key) => {
    const [forData, forNoise] = split(key, 2);
    const target = family.at(select ? select(forData, data) : data);
    const { value, gradient: slope } = gradient((at: Tensor) => target.logDensity(at) as Scalar)(z);
    const scaled = stepSize(step).mul(variances);
    const moved = z.add(scaled.mul(slope).mul(0.5)).add(scaled.sqrt().mul(normal(forNoise, z.shape)));
    return [{ z: moved, step: step.add(1) as Scalar }, { logDensity: value }];
  };
