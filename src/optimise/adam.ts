import * as tf from "#tfjs";
import { checkOptions, checkPositive, fail } from "../core/check.ts";
import type { Now } from "../core/now.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { mapTree, zipTrees } from "../core/tree.ts";

/** A rule that turns gradients into new parameters; pure, over trees of tensors. */
export interface Optimiser<S = unknown> {
  readonly name: string;
  init(params: unknown): S;
  update<P>(params: P, gradient: P, state: S, now: Now): readonly [P, S];
}

export interface AdamState {
  /** Updates done. */
  readonly count: Scalar;
  readonly first: unknown;
  readonly second: unknown;
}

/**
 * Adam. Kingma & Ba 2015, algorithm 1; the rate is `now.rate`.
 * @param options.beta1 0.9, options.beta2 0.999, options.epsilon 1e-8 unless said.
 */
export const adam = (
  options: { readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number } = {},
): Optimiser<AdamState> => {
  checkOptions("adam", options, ["beta1", "beta2", "epsilon"]);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  for (const [name, beta] of [
    ["beta1", beta1],
    ["beta2", beta2],
  ] as const)
    if (!(beta >= 0 && beta < 1)) fail(`adam: ${name} must be at least 0 and below 1, got ${beta}`);
  checkPositive("adam: epsilon", epsilon);
  return {
    name: "adam",
    init: (params) => ({
      count: tf.scalar(0),
      first: mapTree(params, (x) => tf.zerosLike(x)),
      second: mapTree(params, (x) => tf.zerosLike(x)),
    }),
    update: (params, gradient, state, now) => {
      const count = state.count.add(1) as Scalar;
      const first = zipTrees((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), state.first, gradient);
      const second = zipTrees((v, g) => v.mul(beta2).add(g.square().mul(1 - beta2)), state.second, gradient);
      const unbias1 = unbiased(beta1, count);
      const unbias2 = unbiased(beta2, count);
      const move = (p: Tensor, m: Tensor, v: Tensor): Tensor =>
        p.sub(m.div(unbias1).mul(now.rate).div(v.div(unbias2).sqrt().add(epsilon)));
      return [zipTrees(move, params, first, second), { count, first, second }];
    },
  };
};

/** 1 − betaᵗ, without the cancellation. */
const unbiased = (beta: number, count: Scalar): Tensor => count.mul(Math.log(beta)).expm1().neg();
