import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { asTensor, type Tensor, type TensorLike } from "../core/tensor.ts";
import { sigmoid, softplus } from "../ops/special.ts";
import { chain } from "./chain.ts";
import { affine, exp } from "./elementwise.ts";
import { type Support, support } from "./support.ts";
import type { Bijection } from "./transform.ts";

const from = (x: Tensor, low: TensorLike): Tensor => tf.logicalAnd(x.greaterEqual(asTensor(low)), tf.isFinite(x));
const upTo = (x: Tensor, high: TensorLike): Tensor => tf.logicalAnd(x.lessEqual(asTensor(high)), tf.isFinite(x));

const show = (bound: TensorLike, elsewhere: string): string => (typeof bound === "number" ? `${bound}` : elsewhere);

const checkBound = (who: string, bound: TensorLike): void => {
  if (typeof bound === "number" && !Number.isFinite(bound)) fail(`${who}: expected a finite bound, got ${bound}`);
};

/** Numbers above 0: eˣ. */
export const positive: Support = { ...support("positive numbers", (x) => from(x, 0), exp), ends: { low: 0 } };

/**
 * Numbers above a bound: low + eˣ.
 * @param low broadcasts against the values.
 * @throws FluvialError where the bound is a number that is not finite.
 */
export const lower = (low: TensorLike): Support => {
  checkBound("lower", low);
  if (low === 0) return positive;
  const name = `numbers above ${show(low, "their lower bound")}`;
  return { ...support(name, (x) => from(x, low), chain(exp, affine(low, 1)), [low]), ends: { low } };
};

/**
 * Numbers below a bound: high − eˣ.
 * @param high broadcasts against the values.
 * @throws FluvialError where the bound is a number that is not finite.
 */
export const upper = (high: TensorLike): Support => {
  checkBound("upper", high);
  const name = `numbers below ${show(high, "their upper bound")}`;
  return { ...support(name, (x) => upTo(x, high), chain(exp, affine(high, -1)), [high]), ends: { high } };
};

/** low + (high − low) · sigmoid(x), each half measured from the bound that it nears, so that no digit is lost there. */
const squash = (low: TensorLike, high: TensorLike): Bijection => ({
  rank: 0,
  forward: (x) => {
    const width = asTensor(high).sub(asTensor(low));
    const fromLow = width.mul(sigmoid(x)).add(asTensor(low));
    const fromHigh = asTensor(high).sub(width.mul(sigmoid(x.neg())));
    return {
      value: tf.where(x.less(0), fromLow, fromHigh),
      logDet: width.log().sub(softplus(x)).sub(softplus(x.neg())),
    };
  },
  inverse: (y) => {
    const above = y.sub(asTensor(low)).log();
    const below = asTensor(high).sub(y).log();
    const logWidth = asTensor(high).sub(asTensor(low)).log();
    return { value: above.sub(below), logDet: logWidth.sub(above).sub(below) };
  },
  domain: (shape) => shape,
});

/**
 * Numbers between two bounds: a scaled sigmoid.
 * @param low broadcasts against the values, as does high.
 * @throws FluvialError where the bounds are numbers, and not finite or not in order.
 */
export const interval = (low: TensorLike, high: TensorLike): Support => {
  checkBound("interval", low);
  checkBound("interval", high);
  if (typeof low === "number" && typeof high === "number" && !(low < high))
    fail(`interval: expected its lower bound below its upper, got ${low} and ${high}`);
  const name = `numbers between ${show(low, "their lower bound")} and ${show(high, "their upper bound")}`;
  const contains = (x: Tensor): Tensor => tf.logicalAnd(from(x, low), upTo(x, high));
  return { ...support(name, contains, squash(low, high), [low, high]), ends: { low, high } };
};
