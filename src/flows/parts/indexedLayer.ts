import * as tf from "#tfjs";
import type { Family } from "../../core/family.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Activation } from "../../nn/activations.ts";
import { type Layer, mlp } from "../../nn/mlp.ts";
import { split } from "../../ops/random.ts";
import { bounded } from "../../transforms/monotone/bounded.ts";
import type { Bijection } from "../../transforms/transform.ts";
import { contextBeside } from "../context.ts";
import type { Flow } from "../flow.ts";
import type { StochasticGiven } from "../stochastic.ts";
import type { IndexDensity, IndexedMap } from "./indexed.ts";

/** Networks of one layer, and what the flow inside it has. */
export interface IndexedParameters<P> {
  /** u → s, t. */
  readonly affine: readonly Layer[];
  /** x, y → mean and log-scale of u. */
  readonly ahead: readonly Layer[];
  readonly back: readonly Layer[];
  readonly flow: P;
}

/** What a layer is made of. */
export interface IndexedLayerParts {
  readonly size: number;
  /** Numbers in an index. */
  readonly index: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  /** Length of a context; 0 where there is none. */
  readonly context: number;
  /** Whether the way back alone looks at the context. */
  readonly backOnly: boolean;
}

/** What the first weights of the last layer of s and t are multiplied by: small, so that a flow begins near what it is without indices. */
const affineStart = 0.1;

/** First x eˢ + t with s, t [..., size] of the index, then a flow. */
const affineThen = (s: Tensor, t: Tensor, flow: Bijection): Bijection => ({
  rank: 1,
  forward: (x) => {
    const { value, logDet } = flow.forward(x.mul(s.exp()).add(t));
    return { value, logDet: logDet.add(s.sum(-1)) };
  },
  inverse: (y) => {
    const { value, logDet } = flow.inverse(y);
    return { value: value.sub(t).mul(s.neg().exp()), logDet: logDet.sub(s.sum(-1)) };
  },
  domain: (shape) => shape,
});

/**
 * One continuously indexed layer: y = f(e^{s(u)} ⊙ x + t(u)) with f any flow, s softly bounded to ±4, and densities of the index u seen from
 * either end, diagonal normals whose means and log-scales, bounded likewise, are networks of x and of y. Cornish, Caterini, Deligiannidis &
 * Doucet 2020, eq. 5 and 9.
 */
export const indexedLayer = <P>(
  who: string,
  flow: Flow<P>,
  { size, index, hidden, activation, context, backOnly }: IndexedLayerParts,
): Family<IndexedParameters<P>, IndexedMap, [given?: StochasticGiven]> => {
  const seen = backOnly ? 0 : context;
  const networks = {
    affine: mlp({ inputs: index + seen, outputs: 2 * size, hidden, activation, last: affineStart }),
    ahead: mlp({ inputs: size + seen, outputs: 2 * index, hidden, activation }),
    back: mlp({ inputs: size + context, outputs: 2 * index, hidden, activation }),
  };
  return {
    init: (key) => {
      const [forAffine, forAhead, forBack, forFlow] = split(key, 4);
      return {
        affine: networks.affine.init(forAffine),
        ahead: networks.ahead.init(forAhead),
        back: networks.back.init(forBack),
        flow: flow.init(forFlow),
      };
    },
    at: (params, given = {}) => {
      const beside = (x: Tensor, length: number): Tensor => {
        const row = length > 0 ? contextBeside(who, x, given.context, length) : undefined;
        return row ? tf.concat([x, row], -1) : x;
      };
      const halves = (name: keyof typeof networks, x: Tensor): readonly [Tensor, Tensor] => {
        const outputs = networks[name].at(params[name])(beside(x, name === "back" ? context : seen));
        const [first, second] = tf.split(outputs, 2, -1);
        return [first, bounded(second)];
      };
      const density = (name: "ahead" | "back", x: Tensor): IndexDensity => {
        const [mean, logScale] = halves(name, x);
        return { mean, logScale };
      };
      return {
        ahead: (x) => density("ahead", x),
        back: (y) => density("back", y),
        at: (u, key) => {
          const [shift, logScale] = halves("affine", u);
          const inner = flow.at(params.flow, {
            ...(seen > 0 && { context: given.context }),
            ...(flow.random && !given.exactly && key && { key }),
          });
          return affineThen(logScale, shift, inner);
        },
      };
    },
  };
};
