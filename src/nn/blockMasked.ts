import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import { range } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { normal, split } from "../ops/random.ts";
import { exp } from "../ops/special.ts";
import { stopGradient } from "../ops/stopGradient.ts";

/** A layer of `size` blocks, each with `inputs` units before it and `outputs` behind it, and a context beside the first block's inputs. */
export interface BlockShape {
  readonly size: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly context: number;
}

export interface BlockLayer {
  /** Logs of the weights within each block, but for their scale: [size, inputs, outputs]. */
  readonly diagonal: Tensor;
  /** Weights from earlier blocks and, in the last rows, from the context: [size · inputs + context, size · outputs]. */
  readonly w: Tensor;
  /** Logs of the lengths that the weights into each unit have together: [size · outputs]. */
  readonly logLength: Tensor;
  readonly b: Tensor;
}

/** A layer's weights as they are applied. */
export interface BlockWeights {
  /** All of them: [size · inputs + context, size · outputs]. */
  readonly w: Tensor;
  readonly b: Tensor;
  /** Those within each block, above 0: [size, inputs, outputs]. */
  readonly within: Tensor;
}

/** 1 from a unit of an earlier block, or the context, to one of a later block. */
const earlier = ({ size, inputs, outputs, context }: BlockShape): Tensor => {
  const columns = range(size * outputs).map((unit) => Math.floor(unit / outputs));
  const rows = [...range(size * inputs).map((unit) => Math.floor(unit / inputs)), ...range(context).map(() => -1)];
  return fromHost(
    rows.flatMap((from) => columns.map((to) => (from < to ? 1 : 0))),
    [rows.length, columns.length],
  );
};

/** Blocks [size, inputs, outputs] along the diagonal of a matrix of zeros. */
const alongDiagonal = (blocks: Tensor, { size, inputs, outputs, context }: BlockShape): Tensor => {
  const own = fromHost(
    range(size * size).map((i) => (i % (size + 1) === 0 ? 1 : 0)),
    [size, 1, size, 1],
  );
  const square = blocks
    .reshape([size, inputs, 1, outputs])
    .mul(own)
    .reshape([size * inputs, size * outputs]);
  return context === 0 ? square : tf.concat([square, tf.zeros([context, size * outputs])], 0);
};

/**
 * A layer's first parameters: a unit begins with about the mean of its block's inputs times `gain`, moved by `spread` times a normal
 * number, and little else.
 */
export const blockLayer = (key: Key, shape: BlockShape, gain: number, spread: number): BlockLayer => {
  const { size, inputs, outputs, context } = shape;
  const [forDiagonal, forW, forB] = split(key, 3);
  const [rows, columns] = [size * inputs + context, size * outputs];
  return {
    diagonal: normal(forDiagonal, [size, inputs, outputs]).mul(0.1),
    w: normal(forW, [rows, columns]).mul(0.3 / Math.sqrt(rows)),
    logLength: tf.fill([columns], Math.log(gain / Math.sqrt(inputs))),
    b: normal(forB, [columns]).mul(spread),
  };
};

/**
 * exp within a block, free below it, 0 above it; the weights into a unit together of length exp(logLength).
 * De Cao, Titov & Aziz 2019.
 */
export const blockWeights = ({ diagonal, w, logLength, b }: BlockLayer, shape: BlockShape): BlockWeights => {
  const positive = exp(diagonal);
  const all = w.mul(earlier(shape)).add(alongDiagonal(positive, shape));
  const scale = exp(logLength).div(all.square().sum(0).sqrt());
  return { w: all.mul(scale), b, within: positive.mul(scale.reshape([shape.size, 1, shape.outputs])) };
};

/** log of eˣ w along the last axis, for w above 0, without underflow: x [..., n, a], w [..., a, b] → [..., n, b]. */
export const logMatMulExp = (x: Tensor, w: Tensor): Tensor => {
  const most = stopGradient(x.max(-1, true));
  return tf
    .matMul(exp(x.sub(most)), w)
    .log()
    .add(most);
};
