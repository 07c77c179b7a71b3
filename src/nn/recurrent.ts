import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { normal, split } from "../ops/random.ts";
import { sigmoid, tanh } from "../ops/special.ts";

/** Weights of a cell: from its input x [n, inputs] and from its own output h [n, width], to gates side by side. */
export interface CellParameters {
  /** [inputs, gates · width]. */
  readonly w: Tensor;
  /** [width, gates · width]. */
  readonly u: Tensor;
  /** [gates · width]. */
  readonly b: Tensor;
}

/** A recurrent cell: what it makes of its state, a list of tensors [n, width] whose first is its output, and an input x [n, inputs]. */
export interface Cell {
  /** How many tensors its state has. */
  readonly states: number;
  init(key: Key, inputs: number, width: number): CellParameters;
  step(params: CellParameters, state: readonly Tensor[], x: Tensor): Tensor[];
}

const weights = (key: Key, inputs: number, width: number, gates: number): CellParameters => {
  const [forW, forU] = split(key, 2);
  return {
    w: normal(forW, [inputs, gates * width]).div(Math.sqrt(inputs)),
    u: normal(forU, [width, gates * width]).div(Math.sqrt(width)),
    b: tf.zeros([gates * width]),
  };
};

const width = ({ u }: CellParameters): number => u.shape[0];

/** The columns of some of the gates, of a matrix or vector with all of them. */
const gates = (x: Tensor, first: number, count: number, size: number): Tensor =>
  x.rank === 1 ? x.slice([first * size], [count * size]) : x.slice([0, first * size], [x.shape[0], count * size]);

/**
 * Gated recurrent unit; gates reset, update, candidate: h′ = z h + (1 − z) tanh(w x + u (r h) + b). Cho, van Merriënboer, Gulcehre,
 * Bahdanau, Bougares, Schwenk & Bengio 2014.
 */
const gru: Cell = {
  states: 1,
  init: (key, inputs, size) => weights(key, inputs, size, 3),
  step: (params, [h], x) => {
    const size = width(params);
    const given = tf.matMul(x, params.w).add(params.b);
    const both = sigmoid(gates(given, 0, 2, size).add(tf.matMul(h, gates(params.u, 0, 2, size))));
    const [reset, update] = [gates(both, 0, 1, size), gates(both, 1, 1, size)];
    const candidate = tanh(gates(given, 2, 1, size).add(tf.matMul(reset.mul(h), gates(params.u, 2, 1, size))));
    return [candidate.add(update.mul(h.sub(candidate)))];
  },
};

/**
 * Long short-term memory; gates input, forget, candidate, output: c′ = f c + i tanh(…), h′ = o tanh(c′). Hochreiter & Schmidhuber 1997,
 * with the forget gate of Gers, Schmidhuber & Cummins 2000, which begins open.
 */
const lstm: Cell = {
  states: 2,
  init: (key, inputs, size) => {
    const made = weights(key, inputs, size, 4);
    return { ...made, b: tf.concat([tf.zeros([size]), tf.ones([size]), tf.zeros([2 * size])]) };
  },
  step: (params, [h, c], x) => {
    const size = width(params);
    const all = tf.matMul(x, params.w).add(tf.matMul(h, params.u)).add(params.b);
    const gate = (i: number): Tensor => sigmoid(gates(all, i, 1, size));
    const next = gate(1)
      .mul(c)
      .add(gate(0).mul(tanh(gates(all, 2, 1, size))));
    return [gate(3).mul(tanh(next)), next];
  },
};

/** The cells by name. */
export const cells: { readonly gru: Cell; readonly lstm: Cell } = { gru, lstm };

export type CellName = keyof typeof cells;
