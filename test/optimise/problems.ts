import * as tf from "#tfjs";
import { fromHost, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { within } from "../../src/core/within.ts";
import type { Problem } from "../../src/objectives/problem.ts";
import { normal } from "../../src/ops/random.ts";

export interface Point {
  readonly x: Tensor;
}

/** State that counts the steps taken. */
export interface Count {
  readonly count: Scalar;
}

/**
 * ½ ‖x − centre‖² + noise · x, from (3, 3): its slope is x − centre + noise. `spoil` makes the loss of a step another one.
 */
export const bowl = (
  noise = 0,
  spoil: (loss: Scalar, step: Scalar, x: Tensor) => Tensor = (loss) => loss,
): Problem<Point, Count, Tensor> => ({
  init: () => ({ params: { x: tf.fill([2], 3) }, state: { count: tf.scalar(0) } }),
  loss: ({ x }, { count }, key, centre, { step }) => {
    const away = within("distance", () => x.sub(centre).square().sum().mul(0.5));
    const pull = within("noise", () => normal(key, [2]).mul(noise).mul(x).sum());
    const loss = within("spoiled", () => spoil(away.add(pull) as Scalar, step, x)) as Scalar;
    return { loss, state: { count: count.add(1) as Scalar }, metrics: { distance: away as Scalar } };
  },
});

/** NaN at the given steps. */
export const brokenAt =
  (...steps: readonly number[]) =>
  (loss: Scalar, step: Scalar): Tensor => {
    const bad = tf.equal(step, fromHost(steps, [steps.length])).any();
    return tf.where(bad, tf.scalar(Number.NaN), loss);
  };
