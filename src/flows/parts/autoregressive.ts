import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { solvedInOrder } from "../../nn/inOrder.ts";
import { type MaskedOptions, masked } from "../../nn/masked.ts";
import type { Layer } from "../../nn/mlp.ts";
import type { Monotone } from "../../transforms/monotone/monotone.ts";
import type { Bijection } from "../../transforms/transform.ts";
import { contextBeside } from "../context.ts";
import type { Flow } from "../flow.ts";

export interface AutoregressiveOptions extends Pick<MaskedOptions, "activation" | "places" | "context"> {
  readonly size: number;
  readonly hidden: readonly number[];
  readonly monotone: Monotone;
}

/**
 * An autoregressive layer: y_i = m(x_i; network(x_<i)), m an increasing map. `forward` is one pass; `inverse` solves the coordinates one
 * after the other, at about the cost of one pass, but in `size` turns. Kingma et al. 2016; Papamakarios, Pavlakou & Murray 2017.
 */
export const autoregressive = (options: AutoregressiveOptions): Flow<readonly Layer[]> => {
  const { size, hidden, monotone, context = 0, activation, places = range(size) } = options;
  const { start } = monotone;
  const network = masked(size, hidden, start.length, { context, activation, places });
  const shape = { size, hidden, heads: start.length, context, activation, places };
  return {
    init: network.init,
    at: (params, given = {}) => {
      const monotoneAt = (heads: readonly Tensor[]): Bijection =>
        monotone.at(heads.map((head, i) => (start[i] === 0 ? head : head.add(start[i]))));
      return {
        rank: 1,
        forward: (x) => {
          const beside = contextBeside("autoregressive", x, given.context, context);
          const { value, logDet } = monotoneAt(network.at(params)(x, beside)).forward(x);
          return { value, logDet: logDet.sum(-1) };
        },
        inverse: (y) => {
          const beside = contextBeside("autoregressive", y, given.context, context)?.reshape([-1, context]);
          const { value, logDet } = solvedInOrder(shape, params, y.reshape([-1, size]), beside, (heads, own) =>
            monotoneAt(heads).inverse(own),
          );
          return { value: value.reshape(y.shape), logDet: logDet.reshape(y.shape.slice(0, -1)) };
        },
        domain: (shape) => shape,
      };
    },
  };
};
