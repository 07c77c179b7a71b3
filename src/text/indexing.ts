import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { indexFromOne, range, sameShape, showShape, sizeOf } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { tracing } from "../core/tracing.ts";

/**
 * One index of an array, counted from 1: a place, the places from … to, or places as whole numbers of any shape. `paired` ones
 * go through the array together, row by row, as x[i[n], j[n]] does.
 */
export type Index =
  | { readonly kind: "place"; readonly place: number }
  | { readonly kind: "range"; readonly from: number; readonly to: number; readonly paired?: boolean }
  | { readonly kind: "places"; readonly places: Tensor; readonly paired?: boolean };

const checkPlace = (place: number, length: number): void => {
  if (!Number.isInteger(place) || place < 1 || place > length)
    fail(`expected an index from 1 to ${length}, got ${place}`);
};

const checkRange = (from: number, to: number, length: number): void => {
  checkPlace(from, length);
  checkPlace(to, length);
  if (to < from) fail(`the range ${from}:${to} is empty`);
};

/** Data cannot change between the binding, where nothing is traced, and the steps: there each value is looked at. */
const checkPlaces = (places: Tensor, length: number): void => {
  if (tracing()) return;
  const flat = places.dataSync().findIndex((x) => x < 1 || x > length);
  if (flat < 0) return;
  const where = places.rank > 0 ? ` at [${indexFromOne(flat, places.shape).join(",")}]` : "";
  fail(`expected indices from 1 to ${length}, got ${places.dataSync()[flat]}${where}; they count from 1`);
};

/** Whole numbers from 1 as whole numbers from 0. */
const fromZero = (places: Tensor): Tensor => places.cast("int32").sub(tf.scalar(1, "int32"));

const taken = (x: Tensor, axis: number, index: Index): Tensor => {
  const length = x.shape[axis];
  if (index.kind === "range") {
    checkRange(index.from, index.to, length);
    if (index.from === 1 && index.to === length) return x;
    const begin = range(x.rank).map((i) => (i === axis ? index.from - 1 : 0));
    return x.slice(
      begin,
      x.shape.map((n, i) => (i === axis ? index.to - index.from + 1 : n)),
    );
  }
  if (index.kind === "places") {
    checkPlaces(index.places, length);
    return tf.gather(x, fromZero(index.places) as tf.Tensor1D, axis);
  }
  checkPlace(index.place, length);
  const begin = range(x.rank).map((i) => (i === axis ? index.place - 1 : 0));
  const size = x.shape.map((n, i) => (i === axis ? 1 : n));
  return x.slice(begin, size).reshape(x.shape.filter((_, i) => i !== axis));
};

/** A range as whole numbers. */
const placesOf = (index: Index): Tensor => {
  if (index.kind === "places") return index.places;
  const [from, to] = index.kind === "range" ? [index.from, index.to] : [index.place, index.place];
  return tf.tensor1d(
    range(to - from + 1).map((i) => from + i),
    "int32",
  );
};

/** The places in the flattened leading axes that indices make together. */
const flatPlaces = (shape: Shape, indices: readonly Index[]): Tensor => {
  const places = indices.map(placesOf);
  for (const [i, each] of places.entries()) {
    checkPlaces(each, shape[i]);
    if (!sameShape(each.shape, places[0].shape))
      fail(`indices that go together have one length, got ${showShape(places[0].shape)} and ${showShape(each.shape)}`);
  }
  return places.map(fromZero).reduce((flat, each, i) => flat.mul(tf.scalar(shape[i], "int32")).add(each));
};

const isPaired = (index: Index): boolean => index.kind !== "place" && index.paired === true;
const areMany = (index: Index): boolean => index.kind === "places" && index.places.rank > 0;

/** x[i[n], j[n]]: all indices together. What does not take part comes first out of the way. */
const together = (x: Tensor, indices: readonly Index[]): Tensor => {
  const single = indices.map((index, axis) => ({ index, axis })).filter(({ index }) => !isPaired(index));
  const rest = single.reduceRight((y, { index, axis }) => {
    if (index.kind !== "place") return fail("an index beside those of [n] is a number");
    return taken(y, axis, index);
  }, x);
  const paired = indices.filter(isPaired);
  const lengths = rest.shape.slice(0, paired.length);
  const flat = rest.reshape([sizeOf(lengths), ...rest.shape.slice(paired.length)]);
  return tf.gather(flat, flatPlaces(lengths, paired) as tf.Tensor1D, 0);
};

/**
 * x[indices]: a place takes its axis away, a range shortens it, places put their own shape in its stead.
 * @throws FluvialError where an index does not lie in its axis, or there are more of them than axes.
 */
export const indexed = (x: Tensor, indices: readonly Index[]): Tensor => {
  if (indices.length > x.rank)
    fail(`${indices.length} indices of ${x.rank === 0 ? "a number" : `an array of shape ${showShape(x.shape)}`}`);
  if (indices.filter(isPaired).length > 1) return together(x, indices);
  if (indices.filter(areMany).length > 1)
    fail("two lists of indices: to go through them together write x[i[n], j[n]] with n on the left, as in y[n] ~ …");
  return indices.reduceRight((y, index, axis) => taken(y, axis, index), x);
};
