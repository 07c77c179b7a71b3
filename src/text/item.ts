import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, sameShape, showShape, sizeOf } from "../core/shape.ts";
import { asTensor, fromHost, type Shape, type Tensor } from "../core/tensor.ts";
import type { Distribution } from "../distributions/distribution.ts";
import { isDistribution } from "../model/site.ts";
import { limits } from "./source.ts";

/** What a constructor that is no distribution makes, such as a covariance function: only other constructors look into it. */
export interface Part {
  readonly [member: string]: unknown;
}

/**
 * What an expression is worth while a model is evaluated. Numbers are known when data are bound and may say how long something is;
 * tensors are known to the engine alone.
 */
export type Item = number | Tensor | Distribution | Part | readonly Item[];

export const isTensor = (x: Item): x is Tensor => x instanceof tf.Tensor;
export const isList = (x: Item): x is readonly Item[] => Array.isArray(x);

/** "a vector of 3", for errors. */
export const describe = (x: Item): string => {
  if (typeof x === "number") return `the number ${x}`;
  if (isTensor(x)) return x.rank === 0 ? "a number" : `an array of shape ${showShape(x.shape)}`;
  if (isList(x)) return `a list of ${x.length}`;
  return isDistribution(x) ? `the distribution ${x.name}` : "a covariance function";
};

/** x as a real tensor. */
const asReal = (x: Tensor): Tensor => (x.dtype === "float32" ? x : x.cast("float32"));

const isNumbers = (x: readonly Item[]): x is readonly number[] => x.every((each) => typeof each === "number");

/** @throws FluvialError where an array would be larger than any model needs. */
export const checkSize = (shape: Shape): void => {
  if (sizeOf(shape) > limits.elements)
    fail(`an array has at most ${limits.elements} numbers here, got shape ${showShape(shape)}`);
};

/** The lengths of nested lists, by their first members: lists that share members are larger than their text. */
const lengthsOf = (x: Item): number[] =>
  isList(x) ? [x.length, ...lengthsOf(x[0] ?? 0)] : [...(isTensor(x) ? x.shape : [])];

const mostAxes = 6;

const checkList = (list: readonly Item[]): void => {
  const lengths = lengthsOf(list);
  checkSize(lengths);
  if (lengths.length > mostAxes) fail(`an array has at most ${mostAxes} axes, got ${lengths.length}`);
};

const stacked = (list: readonly Item[]): Tensor => {
  if (list.length === 0) fail("a list needs at least one member");
  checkList(list);
  if (isNumbers(list)) return fromHost(list, [list.length]);
  const parts = list.map(tensorOf);
  const odd = parts.find((part) => !sameShape(part.shape, parts[0].shape));
  if (odd)
    fail(
      `the members of a list have one shape, got ${showShape(parts[0].shape)} and ${showShape(odd.shape)}; join vectors with concat(a, b)`,
    );
  return parts.length === 1 ? parts[0].expandDims(0) : tf.stack(parts);
};

/** An item as a real tensor. @throws FluvialError where it is a distribution, or a list of parts that do not fit. */
export const tensorOf = (x: Item): Tensor => {
  if (typeof x === "number") return asTensor(x);
  if (isTensor(x)) return asReal(x);
  return isList(x) ? stacked(x) : fail(`expected numbers, got ${describe(x)}`);
};

/** The lengths of an item's axes. */
export const shapeOf = (x: Item): Shape => (typeof x === "number" ? [] : isTensor(x) ? x.shape : tensorOf(x).shape);

/** @throws FluvialError unless an item is a whole number of at least `least` that is known when data are bound. */
export const lengthOf = (who: string, x: Item, least = 1): number => {
  if (typeof x !== "number")
    return fail(`${who} must be a number that is known when data are bound, such as N + 1, got ${describe(x)}`);
  if (!Number.isInteger(x) || x < least) fail(`${who} must be a whole number from ${least}, got ${x}`);
  if (x > limits.length) fail(`${who} may be at most ${limits.length}, got ${x}`);
  return x;
};

/** The whole numbers first … last. */
export const countsBetween = (first: number, last: number): readonly number[] => {
  lengthOf("the length of a range", last - first + 1);
  return range(last - first + 1).map((i) => first + i);
};
