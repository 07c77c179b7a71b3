import type { Family } from "../core/family.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Bijection, Transform } from "../transforms/transform.ts";

/** What a flow may look at besides its parameters. */
export interface Given {
  /** What it is conditional on: [...batch, context], the batch that of x, or [context] for all of it. */
  readonly context?: Tensor;
  /** Randomness for log-determinants that are estimated without bias. Without a key they are computed, at whatever cost. */
  readonly key?: Key;
}

/** On which side of a map values lie: before `forward`, or after it. */
export type Side = "before" | "after";

/** A learnable map of vectors: its parameters are plain data, `at` makes of them a transform of x [...batch, size]. */
export interface Flow<P, T extends Transform = Bijection> extends Family<P, T, [given?: Given]> {
  /** Whether it uses a key, where it is given one. */
  readonly random?: boolean;
  /**
   * Parameters that suit these values [n, size], for layers that take their first numbers from data (Kingma & Dhariwal 2018, section
   * 3.1): the values lie on `side`, and what comes out at the other side is to be near standard.
   */
  prepare?(params: P, values: Tensor, side: Side, given?: Given): P;
}
