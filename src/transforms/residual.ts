import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { fixedPoint } from "../ops/fixedPoint.ts";
import type { Linearised } from "../ops/linearised.ts";
import { logDet } from "../ops/matrices.ts";
import { logDetSeries, type SeriesOptions } from "./logDetSeries.ts";
import type { Bijection } from "./transform.ts";

/** log det(I + J) from Jᵀ [..., n, n]; it is above 0, since J is a contraction. */
export const logDetBeside = (slopes: Tensor): Tensor => {
  const n = slopes.shape[slopes.rank - 1];
  if (n > 2) return logDet(slopes.add(tf.eye(n)));
  const flat = slopes.add(tf.eye(n)).reshape([...slopes.shape.slice(0, -2), n * n]);
  const [a, b, c, d] = tf.split(flat, n * n, -1).map((x) => x.squeeze([-1]));
  return (n === 1 ? a : a.mul(d).sub(b.mul(c))).log();
};

/** How a log-determinant is found: by the Jacobian itself, or by a series with random probes. */
export interface Randomly extends SeriesOptions {
  readonly key: Key;
}

/**
 * x + g(x), x [..., size], of a contraction g: in x its Lipschitz constant is below `lipschitz` < 1. The inverse repeats x ← y − g(x), and
 * is within 4e-15 (1 + |x|) κ/(1 − κ) of it in double, κ = lipschitz; its gradient is implicit. The log-determinant comes from the Jacobian, `size` products
 * and an elimination, or, where `randomly` is given, from `logDetSeries`. Behrmann, Grathwohl, Chen, Duvenaud & Jacobsen 2019.
 * @param params a tree of real tensors: all that g takes besides x.
 */
export const residualMap = <P>(
  g: (x: Tensor, params: P) => Linearised,
  params: P,
  lipschitz: number,
  randomly?: Randomly,
): Bijection => {
  const logDetOf = (at: Linearised): Tensor =>
    randomly ? logDetSeries(at, at.value.shape, randomly.key, randomly) : logDetBeside(at.slopes());
  // κⁿ = 1e-17 within this many turns.
  const most = Math.ceil(-40 / Math.log(lipschitz)) + 10;
  return {
    rank: 1,
    forward: (x) => {
      const at = g(x, params);
      return { value: x.add(at.value), logDet: logDetOf(at) };
    },
    inverse: (y) => {
      const value = fixedPoint(
        {
          step: (x, given: { y: Tensor; params: P }) => given.y.sub(g(x, given.params).value),
          pull: (x, given) => {
            const { pull } = g(x, given.params);
            return (w) => pull(w).neg();
          },
          most,
        },
        { y, params },
        y,
      );
      return { value, logDet: logDetOf(g(value, params)).neg() };
    },
    domain: (shape) => shape,
  };
};
