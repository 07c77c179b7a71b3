import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { leaves, rebuild } from "../core/tree.ts";
import { matching } from "./state.ts";

/** Kept for the gradient: what it is formed from, so that it can be differentiated again. */
type Save = (tensors: Tensor[]) => void;

/** No gradient: ints and bools have none. */
const slopeOf = (x: Tensor, slope: Tensor): Tensor => (x.dtype === "float32" ? slope : tf.zeros(x.shape));

/**
 * A function with a gradient of one's own: an implicit one of a root or fixed point, an adjoint, one that is better behaved.
 * @param forward a tree of tensors → a real tensor. What it closes over besides its argument gets no gradient; in eager, tensors
 * that were made meanwhile must be in the argument, since tfjs disposes of them before the gradient is formed.
 * @param reverse (the gradient that arrives, of the result's shape; the argument) → the gradient of every tensor of the argument, in
 * a tree of its form; what stands for ints and bools is not used. Made of tensors of the argument and formulas over them, it can be
 * differentiated again.
 * @throws FluvialError, when a gradient is asked for, unless `reverse` gives a tree of the argument's form and shapes.
 * @example
 * const halfRoot = withGradient(
 *   (x: Tensor) => x.sqrt(),
 *   (g, x) => g.div(x.sqrt().mul(2)),
 * );
 */
export const withGradient =
  <X>(forward: (x: X) => Tensor, reverse: (gradient: Tensor, x: X) => X): ((x: X) => Tensor) =>
  (x) => {
    const inputs = leaves(x);
    const apply = tf.customGrad((...given) => {
      const own = given.slice(0, inputs.length) as Tensor[];
      (given[inputs.length] as Save)(own);
      return {
        value: forward(rebuild(x, own)),
        gradFunc: (dy: Tensor, saved: Tensor[]) => {
          const at = rebuild(x, saved);
          return matching("withGradient: gradient", x, reverse(dy, at)).map((slope, i) => slopeOf(inputs[i], slope));
        },
      };
    });
    return apply(...inputs);
  };
