import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import type { Tensor } from "../../core/tensor.ts";
import { reverse } from "../differentiate/reverse.ts";
import { full } from "../graph/build.ts";
import { make, type Node } from "../graph/node.ts";
import { nodeOf, tensorOf, withNodes } from "./recording.ts";

interface Gradients {
  readonly value: Tensor;
  readonly grads: readonly (Tensor | undefined)[];
}

/**
 * What tfjs's `gradients` is while tracing: the graph is differentiated in place of the tape. While f runs, each x stands for a node
 * of its own, so that what is made of the same value elsewhere is a constant.
 */
export const gradients = (f: () => Tensor, xs: readonly Tensor[], dy?: Tensor, allowNone = false): Gradients => {
  const pointOf = new Map(xs.map((x) => [x, make("alias", [nodeOf(x)], {})]));
  const points = xs.map((x) => pointOf.get(x) as Node);
  return withNodes(xs, points, () => {
    const value = tf.tidy(f);
    if (!(value instanceof tf.Tensor)) fail("gradient: expected a function to a tensor");
    const output = nodeOf(value);
    const cotangent = dy ? nodeOf(dy) : full(1, output.shape);
    const slopes = reverse([output], [cotangent], points);
    if (!allowNone && slopes.every((slope) => slope === undefined))
      fail("gradient: the result does not depend on what it is differentiated with respect to");
    return { value, grads: slopes.map((slope) => slope && tensorOf(slope)) };
  });
};
