import * as tf from "#tfjs";
import { fromHost, type Scalar, type Tensor } from "../../core/tensor.ts";
import { stopGradient } from "../stopGradient.ts";
import { type Control, chooseSteps } from "./adaptive.ts";
import type { Slope } from "./step.ts";
import { adaptiveMethods } from "./tableaux.ts";

/**
 * y(1) from y(0), steps chosen by their error, as `solveOde` chooses them: only as many steps are computed as it takes, and no gradient
 * flows. NaN where `maxSteps` do not reach.
 */
export const finalState = (
  f: Slope,
  method: keyof typeof adaptiveMethods,
  initial: Tensor,
  control: Control,
): Tensor => {
  const start = tf.scalar(0) as Scalar;
  const { last, landed } = chooseSteps(
    f,
    adaptiveMethods[method],
    stopGradient(initial),
    start,
    fromHost([1], [1]),
    control,
  );
  return tf.where(landed.sum().greater(0).broadcastTo(initial.shape), last, Number.NaN);
};
