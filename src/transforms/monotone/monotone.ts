import type { Tensor } from "../../core/tensor.ts";
import type { Bijection } from "../transform.ts";

/**
 * A family of increasing maps of the line: what a coupling or autoregressive layer does to one coordinate, with numbers that a network
 * gives. A new one is one file, and serves all of these layers at once.
 */
export interface Monotone {
  /** As an error and a table name it: "affine". */
  readonly name: string;
  /** The numbers at which it starts; their count is how many it takes an element. Near them it should be near the identity. */
  readonly start: readonly number[];
  /** The map of elements x [...] with these numbers, each of a shape that broadcasts to x's: a bijection of rank 0. */
  at(numbers: readonly Tensor[]): Bijection;
}
