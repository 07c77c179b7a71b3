import type { Family } from "../core/family.ts";
import { range } from "../core/shape.ts";
import { type Layer, masked } from "../nn/masked.ts";
import type { Transform } from "../transforms/transform.ts";
import { chain } from "./chain.ts";

/** Bounds a log-scale softly to ±limit. */
const limit = 4;

const layer = (size: number, hidden: readonly number[], backwards: boolean): Family<readonly Layer[], Transform> => {
  const network = masked(size, hidden, 2);
  return {
    init: network.init,
    at: (parameters) => ({
      rank: 1,
      forward: (x) => {
        const [shift, scale] = network.at(parameters)(x);
        const logScale = scale.div(limit).tanh().mul(limit);
        const value = x.mul(logScale.exp()).add(shift);
        return { value: backwards ? value.reverse(-1) : value, logDet: logScale.sum(-1) };
      },
    }),
  };
};

/**
 * Inverse autoregressive flow: y_i = x_i exp(s_i(x_<i)) + t_i(x_<i), s and t from one masked network a layer; the order of the
 * coordinates is reversed between layers. Kingma, Salimans, Jozefowicz, Chen, Sutskever & Welling 2016.
 */
export const iafFlow = (
  size: number,
  layers: number,
  hidden: readonly number[],
): Family<readonly (readonly Layer[])[], Transform> =>
  chain(range(layers).map((i) => layer(size, hidden, i < layers - 1)));
