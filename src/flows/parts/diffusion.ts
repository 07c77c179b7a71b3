import * as tf from "#tfjs";
import type { Key } from "../../core/key.ts";
import { range } from "../../core/shape.ts";
import type { Scalar, Tensor } from "../../core/tensor.ts";
import { normal } from "../../ops/random.ts";
import { scan } from "../../ops/scan.ts";
import type { Mapped } from "../../transforms/transform.ts";
import type { StochasticMap } from "../stochastic.ts";

/** What one step knows of itself, besides where it stands. */
export interface DiffusionStep {
  /** ε, above 0. */
  readonly length: Scalar;
  /** What the noise of the step back is multiplied by, [size], as a logarithm. */
  readonly backLogScale: Tensor;
  /** Which step it is, from 0. */
  readonly index: Scalar;
}

/** The steps of a diffusion there and back. `S` is what is seen at a point, once for both: a tree of tensors. */
export interface DiffusionParts<S> {
  /** [steps], [steps, size]. */
  readonly lengths: Tensor;
  readonly backLogScales: Tensor;
  look(x: Tensor): S;
  /** The drift ahead from x, and that back from y, of x's shape. */
  ahead(x: Tensor, seen: S, index: Scalar): Tensor;
  back(y: Tensor, seen: S, index: Scalar): Tensor;
}

interface State<S> {
  readonly x: Tensor;
  readonly seen: S;
  readonly logDet: Tensor;
}

interface Input extends DiffusionStep {
  readonly noise: Tensor;
}

const spread = (length: Scalar): Tensor => length.mul(2).sqrt();

/** log N(residual) − log N(noise) of normal variables of which the first has its scale times exp(logScale). */
const ratio = (residual: Tensor, noise: Tensor, logScale: Tensor): Tensor =>
  noise.square().sub(residual.square()).sum(-1).mul(0.5).sub(logScale.sum());

/** x → y = x + ε f(x) + √(2ε) η, and log r(x | y) − log q(y | x). */
const stepAhead =
  <S>({ look, ahead, back }: DiffusionParts<S>) =>
  ({ x, seen, logDet }: State<S>, { noise, length, backLogScale, index }: Input): State<S> => {
    const scale = spread(length);
    const y = x.add(ahead(x, seen, index).mul(length)).add(noise.mul(scale));
    const there = look(y);
    const mean = y.add(back(y, there, index).mul(length));
    const residual = x.sub(mean).div(scale.mul(backLogScale.exp()));
    return { x: y, seen: there, logDet: logDet.add(ratio(residual, noise, backLogScale)) };
  };

/** y → x = y + ε b(y) + √(2ε) s η, and log q(y | x) − log r(x | y). */
const stepBack =
  <S>({ look, ahead, back }: DiffusionParts<S>) =>
  ({ x: y, seen, logDet }: State<S>, { noise, length, backLogScale, index }: Input): State<S> => {
    const scale = spread(length);
    const x = y.add(back(y, seen, index).mul(length)).add(noise.mul(scale).mul(backLogScale.exp()));
    const there = look(x);
    const residual = y.sub(x.add(ahead(x, there, index).mul(length))).div(scale);
    return { x, seen: there, logDet: logDet.sub(ratio(noise, residual, backLogScale)) };
  };

/**
 * Steps q(y | x) = N(x + ε f(x), 2ε), and back r(x | y) = N(y + ε b(y), 2ε s²), each of every step: a stochastic map whose log-ratio is
 * that of the two paths. x [...batch, size]. Each point is looked at once. With no steps it is the identity.
 */
export const diffusion = <S>(parts: DiffusionParts<S>): StochasticMap => {
  const steps = parts.lengths.shape[0];
  const through = (x: Tensor, key: Key, way: "forward" | "inverse"): Mapped => {
    const logDet = tf.zeros(x.shape.slice(0, -1));
    if (steps === 0) return { value: x, logDet };
    const along = (values: Tensor): Tensor => (way === "forward" ? values : values.reverse(0));
    const inputs: Input = {
      noise: normal(key, [steps, ...x.shape]),
      length: along(parts.lengths) as Scalar,
      backLogScale: along(parts.backLogScales),
      index: along(tf.tensor1d(range(steps), "float32")) as Scalar,
    };
    const step = way === "forward" ? stepAhead(parts) : stepBack(parts);
    const start: State<S> = { x, seen: parts.look(x), logDet };
    const [end] = scan((state: State<S>, input: Input) => [step(state, input), {}] as const, start, inputs);
    return { value: end.x, logDet: end.logDet };
  };
  return {
    rank: 1,
    forward: (x, key) => through(x, key, "forward"),
    inverse: (y, key) => through(y, key, "inverse"),
  };
};
