import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Tensor, TensorLike } from "../core/tensor.ts";
import { realLine, realVectors } from "../transforms/real.ts";
import type { Support, ValueSet } from "../transforms/support.ts";
import type { Distribution } from "./distribution.ts";
import { shapeOf } from "./parameters.ts";

const sameNumbers = (a: TensorLike, b: TensorLike): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => sameNumbers(x, b[i]));
  return Object.is(a, b);
};

/** Whether two sets are the same as far as can be told without reading a tensor, which a program that is being traced may not. */
const same = (a: ValueSet, b: ValueSet): boolean => {
  if (a === b) return true;
  if (!a.bounds || !b.bounds || a.name !== b.name || a.bounds.length !== b.bounds.length) return false;
  const others = b.bounds;
  return a.bounds.every((bound, i) => sameNumbers(bound, others[i]));
};

/** Values that lie in any of some sets of numbers; `expand` gives those of one distribution an axis of its components. */
const anyOf = (sets: readonly ValueSet[], alongLast: boolean): ValueSet => {
  const [first] = sets;
  const anyLast = (mask: Tensor): Tensor => mask.cast("float32").max(-1).greater(0);
  const known = sets.every(({ bounds }) => bounds !== undefined);
  const ends = sets.flatMap(({ range }) => range ?? [Number.NaN]);
  const range = ends.every((x): x is number => Number.isFinite(x)) ? ends : undefined;
  return {
    name: [...new Set(sets.map(({ name }) => name))].join(" or "),
    rank: 0,
    contains: (x) =>
      alongLast
        ? anyLast(first.contains(x.expandDims(-1)))
        : sets.map((set) => set.contains(x)).reduce((a, b) => tf.logicalOr(a, b)),
    bounds: known ? sets.flatMap(({ bounds }) => bounds ?? []) : undefined,
    range: range && [Math.min(...range), Math.max(...range)],
  };
};

const isContinuous = (set: ValueSet): set is Support => "forward" in set;
const wide: readonly ValueSet[] = [realLine, realVectors];

/**
 * The support of a mixture.
 * @param parts the components, or one distribution that has all of them along an axis.
 * @throws FluvialError where continuous components have different ones, or continuous and discrete ones are mixed.
 */
export const mixtureSupport = (parts: readonly Distribution[], names: string, count: number): ValueSet => {
  const sets = parts.map(({ support }) => support);
  const [first] = sets;
  const inOne = parts.length === 1 && count > 1;
  const varies = (first.bounds ?? []).some((bound) => shapeOf(bound).length > 0);
  if (inOne ? !varies : sets.every((set) => same(set, first))) return first;
  if (sets.every((set) => !isContinuous(set)) && first.rank === 0) return anyOf(sets, inOne);
  if (!sets.every((set) => isContinuous(set) === isContinuous(first)))
    fail(`mixture: ${names} are both continuous and discrete; for extra zeros use zeroInflated or hurdle`);
  const line = sets.find((set) => wide.includes(set));
  if (!line || inOne)
    fail(
      `mixture: its components must have one support, got ${inOne ? `bounds of ${names} that differ between them` : [...new Set(sets.map(({ name }) => name))].join("; ")}. Give them the same bounds`,
    );
  return line as ValueSet;
};
