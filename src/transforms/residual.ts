import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { fixedPoint } from "../ops/fixedPoint.ts";
import type { Linearised } from "../ops/linearised.ts";
import { logDet } from "../ops/matrices.ts";
import { logDetSeries, type SeriesOptions } from "./logDetSeries.ts";
import type { Bijection } from "./transform.ts";

/** log |det a| of [..., n, n]; for n ≤ 2 by the formula, since det(I + J) of a contraction J is above 0. */
const logDetOfPositive = (a: Tensor): Tensor => {
  const n = a.shape[a.rank - 1];
  const batch = a.shape.slice(0, -2);
  if (n > 2) return logDet(a);
  if (n === 1) return a.reshape(batch).log();
  const [first, second, third, fourth] = tf.split(a.reshape([...batch, 4]), 4, -1).map((x) => x.reshape(batch));
  return first.mul(fourth).sub(second.mul(third)).log();
};

/** How a log-determinant is found: by the Jacobian itself, or by a series with random probes. */
export interface Randomly extends SeriesOptions {
  readonly key: Key;
}

/**
 * x + g(x), x [..., size], of a contraction g: in x its Lipschitz constant is below `lipschitz` < 1. The inverse repeats x ← y − g(x), and
 * is within 4e-15 (1 + |x|) κ/(1 − κ) of it in double, κ = lipschitz; its gradient is implicit. The log-determinant comes from the
 * Jacobian, `size` products and an elimination, or, where `randomly` is given, from `logDetSeries`. Behrmann, Grathwohl, Chen, Duvenaud &
 * Jacobsen 2019.
 * @param params a tree of real tensors: all that g takes besides x.
 */
export const residualMap = <P>(
  g: (x: Tensor, params: P) => Linearised,
  params: P,
  lipschitz: number,
  randomly?: Randomly,
): Bijection => {
  const logDetOf = (at: Linearised): Tensor => {
    const { shape } = at.value;
    const size = shape[shape.length - 1];
    return randomly ? logDetSeries(at, shape, randomly.key, randomly) : logDetOfPositive(at.slopes().add(tf.eye(size)));
  };
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
