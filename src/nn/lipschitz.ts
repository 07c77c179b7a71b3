import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { elementsOf, stacked } from "../ops/leadingAxis.ts";
import type { Linearised } from "../ops/linearised.ts";
import { exp, sigmoid, softplus } from "../ops/special.ts";
import { gramOf, logNormOfGram } from "../ops/spectralNorm.ts";
import { type Sloped, smoothUnits } from "./field.ts";
import { type Layer, mlp } from "./mlp.ts";

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

/** Units whose slopes lie within ±1, by name, with their slopes. LipSwish learns how steep it is: Chen et al. 2019. */
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
}

/** The log of a bound on each weight's largest singular value; weights whose shorter sides are equal go together. */
const logNorms = (weights: readonly Tensor[]): readonly Tensor[] => {
  const grams = weights.map(gramOf);
  const norms: Tensor[] = [];
  for (const n of new Set(grams.map(({ shape }) => shape[0]))) {
    const places = range(grams.length).filter((i) => grams[i].shape[0] === n);
    const all = logNormOfGram(stacked(places.map((i) => grams[i])));
    for (const [place, norm] of elementsOf(all).entries()) norms[places[place]] = norm;
  }
  return norms;
};

/**
 * Networks with every weight that is too large made smaller: w · min(1, c/σ(w)), c = lipschitz^(1/layers), so that the product of a network's
 * largest singular values is at most `lipschitz`. σ is not iterated but bounded from above, by at most 1 % (`logSpectralNorm`); all networks
 * together, which keeps programs small. Behrmann et al. 2019.
 */
export const boundedNetworks = (
  networks: readonly (readonly LipschitzLayer[])[],
  lipschitz: number,
): readonly (readonly LipschitzLayer[])[] => {
  const norms = logNorms(networks.flatMap((layers) => layers.map(({ w }) => w)));
  let next = 0;
  return networks.map((layers) =>
    layers.map((layer) => {
      const over = norms[next++].sub(Math.log(lipschitz) / layers.length);
      return { ...layer, w: layer.w.mul(exp(over.relu().neg())) };
    }),
  );
};

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
    push: (v) => weights.reduce((moved, w, i) => bent(tf.matMul(moved, w), i), rowsOf(v)).reshape(shape),
    pull: (w) =>
      weights.reduceRight((moved, own, i) => tf.matMul(bent(moved, i), own, false, true), rowsOf(w)).reshape(shape),
    slopes: () => {
      const moved = weights.reduce((before, w, i) => {
        const width = w.shape[1] as number;
        const linear =
          i === 0 ? w.expandDims(0) : tf.matMul(before.reshape([-1, w.shape[0]]), w).reshape([-1, size, width]);
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
    units = tf.matMul(units, w).add(b);
    if (i === layers.length - 1) return;
    const { value, slope } = lipschitzUnits[activation](units, steepness as Tensor);
    units = value;
    slopes.push(slope);
  });
  const weights = layers.map(({ w }, i) => (i === 0 ? w.slice([0, 0], [size, w.shape[1] as number]) : w));
  return linearised(units.reshape(x.shape), weights, slopes);
};

/** First parameters of a network of x and a context, to be bounded before each use; it begins near 0. Chen et al. 2019. */
export const initLipschitz = (options: LipschitzOptions): ((key: Key) => readonly LipschitzLayer[]) => {
  const { size, context = 0, hidden, activation = "lipSwish" } = options;
  const { init } = mlp({ inputs: size + context, outputs: size, hidden });
  const learnsSteepness = (i: number): boolean => activation === "lipSwish" && i < hidden.length;
  return (key) =>
    init(key).map((layer, i) => (learnsSteepness(i) ? { ...layer, steepness: tf.scalar(firstSteepness) } : layer));
};
