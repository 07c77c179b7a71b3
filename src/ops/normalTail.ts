import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { inverseMills, normalLogCdf } from "./special.ts";
import { withGradient } from "./withGradient.ts";

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/** Steps of Newton's to the last bit: log Φ is concave, and after the first one they approach from one side. */
const steps = 5;

const quantile = (logP: Tensor): Tensor => {
  // What log Φ(y) ≈ −y²/2 − log(1 + |y|) − ½ log 2π would say, were the second term known.
  const square = logP.add(Math.LN2).mul(-2).maximum(0);
  let y = square.sub(square.add(1).log()).maximum(0).sqrt().neg();
  for (let i = 0; i < steps; i++) y = y.sub(normalLogCdf(y).sub(logP).div(inverseMills(y)));
  return y;
};

/** Φ⁻¹(eˡ), l ≤ log ½, also where eˡ is no number: element by element, to rounding. */
export const normalQuantileOfLog: (logP: Tensor) => Tensor = withGradient(quantile, (gradient, logP) =>
  gradient.div(inverseMills(normalQuantileOfLog(logP))),
);

/** log φ(x), from log Φ(x) where x < 0: there the two are far from 0 and near to each other, and this is as near as that. */
export const logDensityBeside = (x: Tensor, logCdf: Tensor): Tensor => {
  const up = x.greater(0);
  const outside = tf.where(up, x, 0).square().mul(-0.5).sub(halfLog2Pi);
  return tf.where(up, outside, logCdf.add(inverseMills(tf.where(up, 0, x)).log()));
};
