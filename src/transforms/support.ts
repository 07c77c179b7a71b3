import type { Tensor } from "../core/tensor.ts";
import type { Bijection } from "./transform.ts";

/** A set of values, named as an error names it: "positive numbers". */
export interface ValueSet {
  readonly name: string;
  /** The axes of one event. */
  readonly rank: number;
  /** x [...batch, ...event] → bool [...batch]. Its boundary, where the density is finite or −∞ by right, belongs to it. */
  contains(x: Tensor): Tensor;
}

/** A set with the bijection that reaches it from ℝⁿ: `forward` is unconstrained → constrained. */
export interface Support extends ValueSet, Bijection {}

/** The set that a bijection maps the reals onto. */
export const support = (name: string, contains: (x: Tensor) => Tensor, onto: Bijection): Support => ({
  ...onto,
  name,
  contains,
});

/** Whether all of the last axis is true: bool [..., n] → bool [...]. */
export const everyLast = (mask: Tensor): Tensor => mask.logicalNot().cast("float32").sum(-1).equal(0);
