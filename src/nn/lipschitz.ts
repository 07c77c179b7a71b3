import * as tf from "#tfjs";
import type { Family } from "../core/family.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Linearised } from "../ops/linearised.ts";
import { exp, sigmoid, softplus } from "../ops/special.ts";
import { logSpectralNorm } from "../ops/spectralNorm.ts";
import { type Sloped, smoothUnits } from "./field.ts";
import { type Layer, type MlpOptions, mlp } from "./mlp.ts";

/** A dense layer, with the steepness of the units behind it, a scalar without bounds, where they learn one. */
export interface LipschitzLayer extends Layer {
  readonly steepness?: Tensor;
}

/** The largest slope of x σ(x) is 1.0998. */
const swishSlope = 1.1;

/** The steepness that LipSwish starts at, before softplus. */
const firstSteepness = 0.5;

const lipSwish = (a: Tensor, steepness: Tensor): Sloped => {
  const sharp = softplus(steepness);
  const scaled = a.mul(sharp);
  const open = sigmoid(scaled);
  const slope = open.add(scaled.mul(open).mul(sigmoid(scaled.neg()))).div(swishSlope);
  return { value: a.mul(open).div(swishSlope), slope };
};

const elu = (a: Tensor): Sloped => {
  const below = exp(a.minimum(0));
  const up = a.greater(0);
  return { value: tf.where(up, a, below.sub(1)), slope: tf.where(up, tf.onesLike(a), below) };
};

/** Units whose slopes lie within ±1, by name, with their slopes. LipSwish learns how steep it is: Chen et al. 2019, section 3.3. */
export const lipschitzUnits: {
  readonly lipSwish: (a: Tensor, steepness: Tensor) => Sloped;
  readonly tanh: (a: Tensor) => Sloped;
  readonly elu: (a: Tensor) => Sloped;
  readonly softplus: (a: Tensor) => Sloped;
} = { lipSwish, tanh: smoothUnits.tanh, elu, softplus: smoothUnits.softplus };

export type LipschitzUnit = keyof typeof lipschitzUnits;

export interface LipschitzOptions {
  /** The length of x, and of g(x). */
  readonly size: number;
  /** The length of a context behind x; none unless said. */
  readonly context?: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** "lipSwish" unless said. */
  readonly activation?: LipschitzUnit;
  /** What the Lipschitz constant of g in x, and in the context, stays below. */
  readonly lipschitz: number;
}

/**
 * Every weight that is too large made smaller: w · min(1, c/σ(w)), c = lipschitz^(1/layers), so that the product of the largest singular
 * values is at most `lipschitz`. σ is not iterated but bounded from above, by at most 1 % (`logSpectralNorm`). Behrmann et al. 2019, eq. 8.
 */
const bounded = (layers: readonly LipschitzLayer[], lipschitz: number): readonly LipschitzLayer[] =>
  layers.map((layer) => {
    const over = logSpectralNorm(layer.w).sub(Math.log(lipschitz) / layers.length);
    return { ...layer, w: layer.w.mul(exp(over.relu().neg())) };
  });

const product = (a: Tensor, b: Tensor, transposed = false): Tensor =>
  tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, false, transposed);

/** What the Jacobian does, from the weights on the way from x and the slopes of the units between them, rows [rows, width]. */
const linearised = (
  value: Tensor,
  weights: readonly Tensor[],
  slopes: readonly Tensor[],
): Pick<Linearised, "value" | "push" | "pull" | "slopes"> => {
  const size = weights[0].shape[0];
  const { shape } = value;
  const rowsOf = (v: Tensor): Tensor => v.reshape([-1, size]);
  const bent = (moved: Tensor, i: number): Tensor => (i < slopes.length ? moved.mul(slopes[i]) : moved);
  return {
    value,
    push: (v) => weights.reduce((moved, w, i) => bent(product(moved, w), i), rowsOf(v)).reshape(shape),
    pull: (w) => weights.reduceRight((moved, own, i) => product(bent(moved, i), own, true), rowsOf(w)).reshape(shape),
    slopes: () => {
      const moved = weights.reduce((before, w, i) => {
        const width = w.shape[1] as number;
        const linear =
          i === 0 ? w.expandDims(0) : product(before.reshape([-1, w.shape[0]]), w).reshape([-1, size, width]);
        return i < slopes.length ? linear.mul(slopes[i].expandDims(1)) : linear;
      }, value);
      return moved.broadcastTo([rowsOf(value).shape[0], size, size]).reshape([...shape, size]);
    },
  };
};

/** The network of layers that are bounded already, at x [..., size] and a context [..., context]. */
export const linearisedNetwork = (
  layers: readonly LipschitzLayer[],
  activation: LipschitzUnit,
  x: Tensor,
  context?: Tensor,
): Linearised => {
  const size = x.shape[x.rank - 1];
  const slopes: Tensor[] = [];
  let units = (context ? tf.concat([x, context], -1) : x).reshape([-1, layers[0].w.shape[0]]);
  layers.forEach(({ w, b, steepness }, i) => {
    units = product(units, w).add(b);
    if (i === layers.length - 1) return;
    const { value, slope } = lipschitzUnits[activation](units, steepness as Tensor);
    units = value;
    slopes.push(slope);
  });
  const weights = layers.map(({ w }, i) => (i === 0 ? w.slice([0, 0], [size, w.shape[1] as number]) : w));
  return linearised(units.reshape(x.shape), weights, slopes);
};

/**
 * A dense network g whose Lipschitz constant stays below a number, whatever its parameters are: at(params) bounds the layers once, and
 * `linearisedNetwork` takes them. It begins near 0. Chen, Behrmann, Duvenaud & Jacobsen 2019.
 */
export const lipschitzNetwork = (
  options: LipschitzOptions,
): Family<readonly LipschitzLayer[], readonly LipschitzLayer[]> => {
  const { size, context = 0, hidden, activation = "lipSwish", lipschitz } = options;
  const network = mlp({ inputs: size + context, outputs: size, hidden } satisfies MlpOptions);
  return {
    init: (key) =>
      network
        .init(key)
        .map((layer, i) =>
          activation === "lipSwish" && i < hidden.length ? { ...layer, steepness: tf.scalar(firstSteepness) } : layer,
        ),
    at: (layers) => bounded(layers, lipschitz),
  };
};
