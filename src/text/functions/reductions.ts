import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import { showShape } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Distribution } from "../../distributions/distribution.ts";
import { logMix, logSumExp } from "../../ops/logMix.ts";
import { type Item, isList, tensorOf } from "../item.ts";
import { axisOf, pairwise, type TextFunction } from "./function.ts";

/** Over all elements, or over one axis, which is counted from 1. */
const reduction = (f: (x: Tensor, axis: number) => Tensor): TextFunction => ({
  takes: ["x", "axis?"],
  lengths: [1],
  apply: ([x, axis]) => {
    const tensor = tensorOf(x);
    return axis === undefined ? f(tensor.reshape([-1]), 0) : f(tensor, axisOf(tensor, axis));
  },
});

/** The largest of two, element by element, or of all elements of one. */
const extreme = (
  host: (a: number, b: number) => number,
  pair: (a: Tensor, b: Tensor) => Tensor,
  all: (x: Tensor) => Tensor,
): TextFunction => ({
  takes: ["a", "b?"],
  apply: (args) => (args.length === 1 ? all(tensorOf(args[0])) : pairwise(host, pair).apply(args)),
});

const variance = (x: Tensor, axis: number): Tensor => {
  const count = x.shape[axis];
  if (count < 2) fail(`expected at least two numbers, got shape ${showShape(x.shape)}`);
  return x
    .sub(x.mean(axis, true))
    .square()
    .sum(axis)
    .div(count - 1);
};

const firstLength = (x: Item): number => {
  if (isList(x)) return x.length;
  const { shape } = tensorOf(x);
  return shape.length === 0 ? 1 : shape[0];
};

const logProb: TextFunction = {
  takes: ["distribution", "x"],
  apply: ([distribution, x]) => (distribution as Distribution).logProb(tensorOf(x)),
};

export const reductions: Readonly<Record<string, TextFunction>> = {
  sum: reduction((x, axis) => x.sum(axis)),
  mean: reduction((x, axis) => x.mean(axis)),
  prod: reduction((x, axis) => x.prod(axis)),
  variance: reduction(variance),
  sd: reduction((x, axis) => variance(x, axis).sqrt()),
  logSumExp: reduction((x, axis) => logSumExp(x, axis)),
  min: extreme(
    Math.min,
    (a, b) => tf.minimum(a, b),
    (x) => x.min(),
  ),
  max: extreme(
    Math.max,
    (a, b) => tf.maximum(a, b),
    (x) => x.max(),
  ),
  logMix: {
    takes: ["theta", "a", "b"],
    apply: ([theta, a, b]) => logMix(tensorOf(theta), tensorOf(a), tensorOf(b)),
  },
  cumsum: {
    takes: ["x", "axis?"],
    lengths: [1],
    apply: ([x, axis = 1]) => {
      const tensor = tensorOf(x);
      return tensor.cumsum(axisOf(tensor, axis));
    },
  },
  logProb,
  length: { takes: ["x"], apply: ([x]) => firstLength(x) },
};
