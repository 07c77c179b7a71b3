import { asTensor, hostValues, type Tensor, type TensorLike } from "../core/tensor.ts";
import type { Bijection } from "./transform.ts";

/** A set of values, named as an error names it: "positive numbers". */
export interface ValueSet {
  readonly name: string;
  /** The axes of one event. */
  readonly rank: number;
  /** x [...batch, ...event] → bool [...batch]. Its boundary, where the density is finite or −∞ by right, belongs to it. */
  contains(x: Tensor): Tensor;
  /** The numbers that the set is made from, where it is made anew for each: sets of one name are the same where these are. */
  readonly bounds?: readonly TensorLike[];
  /** The first and the last number of a set of finitely many whole ones. */
  readonly range?: readonly [TensorLike, TensorLike];
}

const sameNumbers = (a: TensorLike, b: TensorLike): boolean => {
  const [x, y] = [a, b].map((bound) => hostValues(asTensor(bound)));
  return x.length === y.length && x.every((value, i) => Object.is(value, y[i]));
};

/** Whether two sets are known to be the same: one set, or two made from the same numbers. */
export const sameSet = (a: ValueSet, b: ValueSet): boolean => {
  if (a === b) return true;
  if (!a.bounds || !b.bounds || a.name !== b.name || a.bounds.length !== b.bounds.length) return false;
  const others = b.bounds;
  return a.bounds.every((bound, i) => sameNumbers(bound, others[i]));
};

/** A set with the bijection that reaches it from ℝⁿ: `forward` is unconstrained → constrained. */
export interface Support extends ValueSet, Bijection {
  /** The ends of a half-line or an interval: its bijection increases, except where there is an upper end alone. */
  readonly ends?: { readonly low?: TensorLike; readonly high?: TensorLike };
}

/** The set that a bijection maps the reals onto. */
export const support = (
  name: string,
  contains: (x: Tensor) => Tensor,
  onto: Bijection,
  bounds?: readonly TensorLike[],
): Support => ({ ...onto, name, contains, bounds });

/** Whether all of the last axis is true: bool [..., n] → bool [...]. */
export const everyLast = (mask: Tensor): Tensor => mask.logicalNot().cast("float32").sum(-1).equal(0);
