import type { Scalar } from "./tensor.ts";

/** Where training stands, as inputs of a step: as numbers they would be baked into a traced program. */
export interface Now {
  /** Steps done before this one. */
  readonly step: Scalar;
  /** Weight of the log joint density (annealing). */
  readonly beta: Scalar;
  /** Learning rate of this step. */
  readonly rate: Scalar;
}
