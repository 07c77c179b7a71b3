import * as tf from "#tfjs";
import { range } from "../core/shape.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { sigmoid, softplus, tanh } from "../ops/special.ts";
import type { Layer } from "./mlp.ts";

/** A unit's value with its slope. */
export interface Sloped {
  readonly value: Tensor;
  readonly slope: Tensor;
}

/** Units without a kink, by name: what is made of them may be differentiated twice. */
export const smoothUnits: {
  readonly tanh: (a: Tensor) => Sloped;
  readonly softplus: (a: Tensor) => Sloped;
  readonly swish: (a: Tensor) => Sloped;
} = {
  tanh: (a) => {
    const value = tanh(a);
    return { value, slope: value.square().neg().add(1) };
  },
  softplus: (a) => ({ value: softplus(a), slope: sigmoid(a) }),
  swish: (a) => {
    const open = sigmoid(a);
    return { value: a.mul(open), slope: a.mul(open.neg().add(1)).add(1).mul(open) };
  },
};

export type SmoothUnit = keyof typeof smoothUnits;

/** What a field is made of besides its layers. */
export interface FieldParts {
  /** The length of what moves; the first layer's inputs are this, the time, and the context. */
  readonly size: number;
  readonly unit: SmoothUnit;
  /** [rows, context]. */
  readonly context?: Tensor;
  /** v [rows, size]: vᵀ (∂f/∂x) v stands for the divergence. Without it the divergence is exact. */
  readonly probe?: Tensor;
}

/** f(t, x) of x [rows, size], with the divergence Σ ∂fᵢ/∂xᵢ [rows] or what stands for it. */
export type Field = (t: Scalar, x: Tensor) => { readonly value: Tensor; readonly divergence: Tensor };

const rowsOf = (w: Tensor, from: number, count: number): Tensor => w.slice([from, 0], [count, w.shape[1] as number]);

/** tr ∂f/∂x from the slopes of all units, [rows, width] a layer; `own` is what the first layer makes of x. */
type Divergence = (slopes: readonly Tensor[], rows: number) => Tensor;

/** No hidden layer: the trace of the weights. */
const ofLinear =
  (own: Tensor): Divergence =>
  (_, rows) =>
    own.mul(tf.eye(own.shape[0])).sum().broadcastTo([rows]);

/** One hidden layer: Σ_h s_h Σ_i own_ih last_hi. */
const ofOne =
  (own: Tensor, last: Tensor): Divergence =>
  ([slope]) =>
    slope.mul(own.transpose().mul(last).sum(1)).sum(-1);

/** Two: s₁ᵀ (w ∘ (last own)ᵀ) s₂, a single matrix product more than f itself takes. */
const ofTwo = (own: Tensor, between: Tensor, last: Tensor): Divergence => {
  const joined = between.mul(tf.matMul(last, own).transpose());
  return ([first, second]) => tf.matMul(first, joined).mul(second).sum(-1);
};

/** More: what each coordinate of x does to each unit, [rows, size, width], layer after layer. */
const ofMany =
  (own: Tensor, between: readonly Tensor[], last: Tensor): Divergence =>
  (slopes, rows) => {
    const size = own.shape[0];
    const reached = between.reduce(
      (moved, w, i) => {
        const [from, to] = w.shape;
        const next = tf.matMul(moved.reshape([rows * size, from as number]), w).reshape([rows, size, to as number]);
        return next.mul(slopes[i + 1].expandDims(1));
      },
      own.mul(slopes[0].expandDims(1)),
    );
    return reached.mul(last.transpose()).sum([1, 2]);
  };

const exactDivergence = (own: Tensor, weights: readonly Tensor[]): Divergence => {
  if (weights.length === 0) return ofLinear(own);
  const between = weights.slice(0, -1);
  const last = weights[weights.length - 1];
  if (between.length === 0) return ofOne(own, last);
  return between.length === 1 ? ofTwo(own, between[0], last) : ofMany(own, between, last);
};

/** vᵀ (∂f/∂x) v: v goes through the layers beside x. Skilling 1989; Hutchinson 1990. */
const alongProbe =
  (own: Tensor, weights: readonly Tensor[], probe: Tensor): Divergence =>
  (slopes) =>
    weights
      .reduce((moved, w, i) => tf.matMul(moved.mul(slopes[i]), w), tf.matMul(probe, own))
      .mul(probe)
      .sum(-1);

/**
 * A dense network as a field that moves x in time: its inputs are x, the time and a context. The divergence comes by formula: for two
 * hidden layers at the cost of one matrix product, for one at less.
 */
export const fieldOf = (layers: readonly Layer[], { size, unit, context, probe }: FieldParts): Field => {
  const [{ w: first, b: bias }, ...others] = layers;
  const own = rowsOf(first, 0, size);
  const pace = rowsOf(first, size, 1);
  const still = context ? tf.matMul(context, rowsOf(first, size + 1, context.shape[1] as number)).add(bias) : bias;
  const weights = others.map(({ w }) => w);
  const divergence = probe ? alongProbe(own, weights, probe) : exactDivergence(own, weights);
  return (t, x) => {
    let linear = tf.matMul(x, own).add(pace.mul(t)).add(still);
    const slopes = range(others.length).map((i) => {
      const { value, slope } = smoothUnits[unit](linear);
      linear = tf.matMul(value, others[i].w).add(others[i].b);
      return slope;
    });
    return { value: linear, divergence: divergence(slopes, x.shape[0]) };
  };
};
