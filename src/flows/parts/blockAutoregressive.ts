import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Scalar, Tensor } from "../../core/tensor.ts";
import {
  type BlockLayer,
  type BlockShape,
  type BlockWeights,
  blockLayer,
  blockWeights,
  logMatMulExp,
} from "../../nn/blockMasked.ts";
import { logAddExp } from "../../ops/logExp.ts";
import { split } from "../../ops/random.ts";
import { increasingRoot } from "../../ops/root.ts";
import { scan } from "../../ops/scan.ts";
import { logSigmoid, sigmoid, softplus } from "../../ops/special.ts";
import type { Mapped } from "../../transforms/transform.ts";
import { contextBeside } from "../context.ts";
import type { Flow } from "../flow.ts";

export interface BlockAutoregressiveOptions {
  readonly size: number;
  /** Units of each hidden layer for each coordinate; at least one layer. */
  readonly hidden: readonly number[];
  /** Whether a part of x itself is mixed in; else the units leak. */
  readonly gate: boolean;
  readonly context?: number;
}

export interface BlockAutoregressiveParameters {
  readonly layers: readonly BlockLayer[];
  /** How much of the network's output counts beside x, before a sigmoid: [size]; none without a gate. */
  readonly gate?: Tensor;
}

/** What units without a gate add to tanh(x), times x: it keeps them unbounded, so that every y is reached. */
const leak = 0.01;

/** Hidden units begin as tanh(x/2 + e), e normal, where x is about standard: neither straight nor flat for most. */
const first = { scale: 0.5, spread: 0.8 };

/** 1 over the mean slope of such units. */
const gain = 1.6;

/** The gain and the spread that a layer begins with, of a network with this many hidden ones. */
const startOf = (layer: number, last: number): [gain: number, spread: number] => [
  (layer === 0 ? first.scale : gain) / (layer === last ? first.scale : 1),
  layer === last ? 0 : first.spread,
];

/** log(1 − tanh² x). */
const logBend = (x: Tensor): Tensor => softplus(x.mul(-2)).add(x).sub(Math.LN2).mul(-2);

/** The units and the log of their slope. */
const unitsOf = (x: Tensor, leaks: boolean): Mapped =>
  leaks
    ? { value: x.tanh().add(x.mul(leak)), logDet: logAddExp(logBend(x), tf.scalar(Math.log(leak))) }
    : { value: x.tanh(), logDet: logBend(x) };

/** σ(g) y + (1 − σ(g)) x, element by element, and the log of its slope. */
const gated = (x: Tensor, { value, logDet }: Mapped, gate: Tensor | undefined): Mapped =>
  gate
    ? {
        value: value.mul(sigmoid(gate)).add(x.mul(sigmoid(gate.neg()))),
        logDet: logAddExp(logDet.add(logSigmoid(gate)), logSigmoid(gate.neg())),
      }
    : { value, logDet };

/** What the coordinate of one place takes: of each layer its weights within, [a, b], and what comes from elsewhere, [n, b]. */
const alone = (
  x: Tensor,
  within: readonly Tensor[],
  offsets: readonly Tensor[],
  gate: Tensor | undefined,
): Mapped & { readonly units: readonly Tensor[] } => {
  const last = within.length - 1;
  const units: Tensor[] = [];
  let now: Mapped = { value: x.expandDims(-1), logDet: tf.zerosLike(x).expandDims(-1) };
  for (const [i, w] of within.entries()) {
    units.push(now.value);
    const value = tf.matMul(now.value, w).add(offsets[i]);
    const logDet = i === 0 ? w.log() : logMatMulExp(now.logDet, w);
    const bent = i === last ? undefined : unitsOf(value, gate === undefined);
    now = bent ? { value: bent.value, logDet: bent.logDet.add(logDet) } : { value, logDet };
  }
  const { value, logDet } = now;
  return { ...gated(x, { value: value.squeeze([-1]), logDet: logDet.squeeze([-1]) }, gate), units };
};

interface Element {
  readonly place: Scalar;
  readonly columns: readonly Tensor[];
  readonly offsets: readonly Tensor[];
  readonly within: readonly Tensor[];
  readonly gates: readonly Tensor[];
  readonly y: Tensor;
}

/** All coordinates at once: x [n, size] → [n, size] each. */
const together = (
  x: Tensor,
  context: Tensor | undefined,
  weights: readonly BlockWeights[],
  gate: Tensor | undefined,
): Mapped => {
  const [n, size] = x.shape;
  const last = weights.length - 1;
  let value = x;
  let logSlope = x; // [size, n, units]; not read before the first layer gives it.
  for (const [i, { w, b, within }] of weights.entries()) {
    const inputs = i === 0 && context ? tf.concat([value, context], 1) : value;
    value = tf.matMul(inputs, w).add(b);
    logSlope = i === 0 ? within.log() : logMatMulExp(logSlope, within);
    if (i === last) break;
    const bent = unitsOf(value, gate === undefined);
    value = bent.value;
    logSlope = logSlope.add(bent.logDet.reshape([n, size, -1]).transpose([1, 0, 2]));
  }
  return gated(x, { value, logDet: logSlope.reshape([size, n]).transpose() }, gate);
};

/** [rows, size · width] → [size, rows, width]. */
const bySize = (x: Tensor, size: number): Tensor =>
  x.reshape([x.shape[0], size, (x.shape[1] as number) / size]).transpose([1, 0, 2]);

/** One coordinate after the other, each the root of its own increasing function: y [n, size] → x [n, size], log-slopes [size, n]. */
const inOrder = (
  y: Tensor,
  context: Tensor | undefined,
  weights: readonly BlockWeights[],
  shapes: readonly BlockShape[],
  gate: Tensor | undefined,
): Mapped => {
  const [n, size] = y.shape;
  const places = tf.tensor1d(range(size), "float32");
  const ownRows = (i: number): Tensor => weights[i].w.slice([0, 0], [size * shapes[i].inputs, -1]);
  const offset = (i: number): Tensor => {
    const b = weights[i].b.expandDims(0);
    if (i > 0 || !context) return b;
    return tf.matMul(context, weights[0].w.slice([size, 0], [-1, -1])).add(b);
  };
  const elements: Element = {
    place: places as unknown as Scalar,
    columns: weights.map((_, i) => bySize(ownRows(i), size)),
    offsets: weights.map((_, i) => bySize(offset(i), size)),
    within: weights.map(({ within }) => within),
    gates: gate ? [gate] : [],
    y: y.transpose(),
  };
  const turn = (known: readonly Tensor[], now: Element): readonly [Tensor[], Mapped] => {
    const offsets = known.map((units, i) => tf.matMul(units, now.columns[i]).add(now.offsets[i]));
    const through = (x: Tensor) => alone(x, now.within, offsets, now.gates[0]);
    const value = increasingRoot(through, now.y, { near: now.y });
    const { logDet, units } = through(value);
    const here = places.equal(now.place).reshape([1, size, 1]);
    const put = (before: Tensor, own: Tensor): Tensor =>
      tf.where(here, own.expandDims(1), before.reshape([n, size, own.shape[1] as number])).reshape(before.shape);
    return [known.map((before, i) => put(before, units[i])), { value, logDet }];
  };
  const start = shapes.map(({ inputs }) => tf.zeros([n, size * inputs]));
  const [, solved] = scan(turn, start as readonly Tensor[], elements);
  return { value: solved.value.transpose(), logDet: solved.logDet };
};

/**
 * A block autoregressive layer: y_i = f_i(x_i; x_<i), all f_i one masked network with positive weights within each coordinate's block.
 * `forward` is one pass; `inverse` finds one root a coordinate, each over that coordinate's block alone. De Cao, Titov & Aziz 2019.
 */
export const blockAutoregressive = (options: BlockAutoregressiveOptions): Flow<BlockAutoregressiveParameters> => {
  const { size, hidden, gate, context = 0 } = options;
  const widths = [1, ...hidden, 1];
  const shapes = range(widths.length - 1).map((i) => ({
    size,
    inputs: widths[i],
    outputs: widths[i + 1],
    context: i === 0 ? context : 0,
  }));
  return {
    init: (key) => ({
      layers: split(key, shapes.length).map((layerKey, i) =>
        blockLayer(layerKey, shapes[i], ...startOf(i, hidden.length)),
      ),
      ...(gate && { gate: tf.zeros([size]) }),
    }),
    at: ({ layers, gate: gates }, given = {}) => {
      const weights = layers.map((layer, i) => blockWeights(layer, shapes[i]));
      const beside = (x: Tensor) => contextBeside("blockNaf", x, given.context, context)?.reshape([-1, context]);
      return {
        rank: 1,
        forward: (x) => {
          const { value, logDet } = together(x.reshape([-1, size]), beside(x), weights, gates);
          return { value: value.reshape(x.shape), logDet: logDet.sum(-1).reshape(x.shape.slice(0, -1)) };
        },
        inverse: (y) => {
          const { value, logDet } = inOrder(y.reshape([-1, size]), beside(y), weights, shapes, gates);
          return { value: value.reshape(y.shape), logDet: logDet.sum(0).neg().reshape(y.shape.slice(0, -1)) };
        },
        domain: (shape) => shape,
      };
    },
  };
};
