import * as tf from "#tfjs";
import { asTensor, type Tensor, type TensorLike } from "../core/tensor.ts";
import type { ValueSet } from "./support.ts";

const asReal = (x: TensorLike): Tensor => asTensor(x).cast("float32");

const isCount = (x: Tensor): Tensor => {
  const real = x.cast("float32");
  return tf.logicalAnd(tf.logicalAnd(real.greaterEqual(0), real.equal(real.floor())), tf.isFinite(real));
};

/** 0, 1, 2, … */
export const wholeNumbers: ValueSet = { name: "whole numbers from 0", rank: 0, contains: isCount };

/** 0 … last, both included. `last` broadcasts against the values. */
export const wholeNumbersTo = (last: TensorLike): ValueSet => ({
  name: `whole numbers from 0 to ${typeof last === "number" ? last : "their total"}`,
  rank: 0,
  contains: (x) => tf.logicalAnd(isCount(x), x.lessEqual(asTensor(last))),
  bounds: [last],
  range: [0, last],
});

/** first … last, both included, which broadcast against the values. */
export const wholeNumbersBetween = (first: TensorLike, last: TensorLike): ValueSet => {
  const [from, to] = [first, last].map((x) => (typeof x === "number" ? `${x}` : undefined));
  return {
    name: `whole numbers from ${from ?? "their first"} to ${to ?? "their last"}`,
    rank: 0,
    contains: (x) => {
      const real = x.cast("float32");
      const inside = tf.logicalAnd(real.greaterEqual(asReal(first)), real.lessEqual(asReal(last)));
      return tf.logicalAnd(inside, tf.logicalAnd(real.equal(real.floor()), tf.isFinite(real)));
    },
    bounds: [first, last],
    range: [first, last],
  };
};

/** The outcomes of one trial. */
export const zeroOrOne: ValueSet = {
  name: "0 or 1",
  rank: 0,
  contains: (x) => tf.logicalOr(x.equal(0), x.equal(1)),
  range: [0, 1],
};
