import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Scalar, Tensor } from "../../core/tensor.ts";
import { type MaskedOptions, masked } from "../../nn/masked.ts";
import type { Layer } from "../../nn/mlp.ts";
import { scan } from "../../ops/scan.ts";
import type { Monotone } from "../../transforms/monotone/monotone.ts";
import { contextBeside } from "../context.ts";
import type { Flow } from "../flow.ts";

export interface AutoregressiveOptions extends Pick<MaskedOptions, "activation" | "order" | "context"> {
  readonly size: number;
  readonly hidden: readonly number[];
  readonly monotone: Monotone;
}

/**
 * An autoregressive layer: y_i = m(x_i; network(x_<i)), m an increasing map. `forward` is one pass; `inverse` solves the coordinates one
 * after the other, `size` passes. Kingma et al. 2016; Papamakarios, Pavlakou & Murray 2017.
 */
export const autoregressive = (options: AutoregressiveOptions): Flow<readonly Layer[]> => {
  const { size, hidden, monotone, context = 0, activation, order = range(size) } = options;
  const { start } = monotone;
  const network = masked(size, hidden, start.length, { context, activation, order });
  return {
    init: network.init,
    at: (params, given = {}) => {
      const mapAt = (x: Tensor) => {
        const beside = contextBeside("autoregressive", x, given.context, context);
        const heads = network.at(params)(x, beside);
        return monotone.at(heads.map((head, i) => (start[i] === 0 ? head : head.add(start[i]))));
      };
      return {
        rank: 1,
        forward: (x) => {
          const { value, logDet } = mapAt(x).forward(x);
          return { value, logDet: logDet.sum(-1) };
        },
        inverse: (y) => {
          const places = tf.tensor1d([...order], "float32");
          const solve = (x: Tensor, place: Scalar): readonly [Tensor, Record<never, never>] => [
            tf.where(places.equal(place).broadcastTo(y.shape), mapAt(x).inverse(y).value, x),
            {},
          ];
          const [value] = scan(solve, tf.zerosLike(y), tf.tensor1d(range(size), "float32") as unknown as Scalar);
          const { logDet } = mapAt(value).inverse(y);
          return { value, logDet: logDet.sum(-1) };
        },
        domain: (shape) => shape,
      };
    },
  };
};
