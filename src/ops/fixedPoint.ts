import * as tf from "#tfjs";
import { checkCount } from "../core/check.ts";
import { isDouble } from "../core/double.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { mapTree } from "../core/tree.ts";
import { gradient } from "./gradient.ts";
import { loop } from "./loop.ts";
import { stopGradient } from "./stopGradient.ts";
import { withGradient } from "./withGradient.ts";

/** A contraction of x, with numbers from outside. */
export interface Contraction<P> {
  /** x ↦ step(x; params), of x's shape; pure. */
  step(x: Tensor, params: P): Tensor;
  /** w ↦ (∂step/∂x)ᵀ w at x; by `gradient` of `step` unless given. */
  pull?(x: Tensor, params: P): (w: Tensor) => Tensor;
  /** Turns at the most, to the point and for its gradient: 1000 unless said. Where they do not suffice it is as near as they came. */
  readonly most?: number;
}

/** Repeats until no element moves by more than rounding moves it, in units of 1 + its size. */
const settle = (step: (x: Tensor) => Tensor, start: Tensor, most: number): Tensor => {
  const still = isDouble() ? 4e-15 : 1e-6;
  const { x } = loop<{ readonly x: Tensor; readonly moves: Tensor }>(
    {
      while: ({ moves }) => moves,
      step: (now) => {
        const x = step(now.x);
        return { x, moves: x.sub(now.x).abs().greater(x.abs().add(1).mul(still)).any() };
      },
      most,
    },
    { x: start, moves: tf.scalar(true, "bool") },
  );
  return stopGradient(x);
};

const pullOf = <P>({ step, pull }: Contraction<P>, x: Tensor, params: P): ((w: Tensor) => Tensor) =>
  pull?.(x, params) ?? ((w) => gradient((at: Tensor) => step(at, params).mul(w).sum() as Scalar)(x).gradient);

/**
 * The x that step(x; params) leaves where it is, by repetition from `start` (Banach). A contraction by κ takes log ε / log κ turns, and
 * ends within ε κ/(1 − κ) of it, ε = 4e-15 (1 + |x|) in double, 1e-6 in single precision. The gradient to params is implicit,
 * dx = (I − ∂step/∂x)⁻¹ ∂step, its transposed system solved by repetition too; first gradients only.
 * @param params a tree of real tensors: all that a gradient is to reach. @param start of x's shape; it gets no gradient.
 */
export const fixedPoint = <P>(parts: Contraction<P>, params: P, start: Tensor): Tensor => {
  const { step, most = 1000 } = parts;
  checkCount("fixedPoint: most", most);
  interface Near {
    readonly next: Tensor;
    readonly x: Tensor;
    readonly params: P;
  }
  const attached = withGradient<Near>(
    ({ next }) => next.clone(),
    (slope, near) => {
      const pull = pullOf(parts, near.x, near.params);
      const solved = settle((w) => slope.add(pull(w)), slope, most);
      return {
        next: solved,
        x: tf.zerosLike(near.x),
        params: mapTree(near.params, (leaf) => tf.zerosLike(leaf)),
      };
    },
  );
  const x = settle((at) => step(at, params), stopGradient(start), most);
  return attached({ next: step(x, params), x, params });
};
