import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { type CellName, type CellParameters, cells } from "../../nn/recurrent.ts";
import { normal, split } from "../../ops/random.ts";
import { scan } from "../../ops/scan.ts";
import type { Monotone } from "../../transforms/monotone/monotone.ts";
import type { Bijection, Mapped } from "../../transforms/transform.ts";
import { contextBeside } from "../context.ts";
import type { Flow } from "../flow.ts";

export interface RecurrentAutoregressiveOptions {
  readonly size: number;
  /** Units of the cell. */
  readonly hidden: number;
  readonly cell: CellName;
  readonly monotone: Monotone;
  readonly context?: number;
}

export interface RecurrentParameters {
  readonly cell: CellParameters;
  /** From the cell's output to a coordinate's numbers: [hidden, heads], the same for every coordinate. */
  readonly w: Tensor;
  /** What each coordinate's numbers have besides: [size, heads]. */
  readonly b: Tensor;
}

interface Turn {
  /** What the cell has made of the coordinates before the last one. */
  readonly state: readonly Tensor[];
  /** The last coordinate: [n]. */
  readonly last: Tensor;
}

/**
 * An autoregressive layer whose memory is a recurrent cell: y_i = m(x_i; w h_i + b_i), h_i the cell's output after x_1 … x_{i−1}, each with
 * the context beside it. Both ways take one turn a coordinate. Oliva, Dubey, Zaheer, Póczos, Salakhutdinov, Xing & Schneider 2018, the
 * recurrent autoregressive model, with offsets of each coordinate's own.
 */
export const recurrentAutoregressive = (options: RecurrentAutoregressiveOptions): Flow<RecurrentParameters> => {
  const { size, hidden, monotone, context = 0 } = options;
  const cell = cells[options.cell];
  const { start } = monotone;
  const heads = start.length;
  return {
    init: (key) => {
      const [forCell, forW, forB] = split(key, 3);
      return {
        cell: cell.init(forCell, 1 + context, hidden),
        w: normal(forW, [hidden, heads]).mul(0.01 / Math.sqrt(hidden)),
        b: normal(forB, [size, heads]).mul(0.01),
      };
    },
    at: (params, given = {}) => {
      const offsets = params.b.add(tf.tensor1d([...start]));
      const beside = (x: Tensor): Tensor | undefined =>
        contextBeside("recurrent", x, given.context, context)?.reshape([-1, context]);
      const begin = (n: number): Turn => ({
        state: range(cell.states).map(() => tf.zeros([n, hidden])),
        last: tf.zeros([n]),
      });
      const stepped = ({ state, last }: Turn, seen: Tensor | undefined): Tensor[] => {
        const own = last.expandDims(1);
        return cell.step(params.cell, state, seen ? tf.concat([own, seen], 1) : own);
      };
      const product = (units: Tensor): Tensor => tf.matMul(units, params.w);
      /** numbers [n, heads]: those of one coordinate. */
      const mapOf = (numbers: Tensor, offset: Tensor): Bijection => {
        const n = numbers.shape[0];
        return monotone.at(
          range(heads).map((i) =>
            numbers
              .slice([0, i], [n, 1])
              .reshape([n])
              .add(offset.slice([i], [1]).reshape([])),
          ),
        );
      };
      const forward = (x: Tensor): Mapped => {
        const seen = beside(x);
        const rows = x.reshape([-1, size]);
        const n = rows.shape[0];
        const turn = (now: Turn, next: Tensor): readonly [Turn, Tensor] => {
          const state = stepped(now, seen);
          return [{ state, last: next }, state[0]];
        };
        const [, units] = scan(turn, begin(n), rows.transpose());
        const numbers = product(units.reshape([size * n, hidden]))
          .reshape([size, n, heads])
          .add(offsets.expandDims(1));
        const each = range(heads).map((i) => numbers.slice([0, 0, i], [size, n, 1]).reshape([size, n]).transpose());
        const { value, logDet } = monotone.at(each).forward(rows);
        return { value: value.reshape(x.shape), logDet: logDet.sum(1).reshape(x.shape.slice(0, -1)) };
      };
      const inverse = (y: Tensor): Mapped => {
        const seen = beside(y);
        const rows = y.reshape([-1, size]);
        const turn = (now: Turn, next: { readonly y: Tensor; readonly offset: Tensor }): readonly [Turn, Mapped] => {
          const state = stepped(now, seen);
          const solved = mapOf(product(state[0]), next.offset).inverse(next.y);
          return [{ state, last: solved.value }, solved];
        };
        const [, { value, logDet }] = scan(turn, begin(rows.shape[0]), { y: rows.transpose(), offset: offsets });
        return {
          value: value.transpose().reshape(y.shape),
          logDet: logDet.sum(0).reshape(y.shape.slice(0, -1)),
        };
      };
      return { rank: 1, forward, inverse, domain: (shape) => shape };
    },
  };
};
