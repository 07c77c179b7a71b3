import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, stirlingGap } from "../ops/deviance.ts";
import { logIncompleteBetaOfLogit } from "../ops/incompleteBeta.ts";
import { split } from "../ops/random.ts";
import { logGamma } from "../ops/sampling.ts";
import { sigmoid } from "../ops/special.ts";
import { interval } from "../transforms/bounds.ts";
import { continuousDistribution, type Known } from "./continuous.ts";
import { atEdge, guarded } from "./guarded.ts";
import { positiveReals } from "./parameters.ts";

const betaDensity = (x: Tensor, a: Tensor, b: Tensor): Tensor => {
  const total = a.add(b);
  const binomial = stirlingGap(total).sub(stirlingGap(a)).sub(stirlingGap(b));
  const away = deviance(a, total.mul(x)).add(deviance(b, total.mul(tf.sub(1, x))));
  const jacobian = a.log().add(b.div(total).log()).sub(x.log()).sub(x.neg().log1p());
  return binomial.sub(away).add(jacobian);
};

/** Beta draws, by the logarithms of gamma draws: exact however small the shapes are. */
export const drawBeta = (key: Key, shape: Shape, a: Tensor, b: Tensor): Tensor => {
  const [one, other] = split(key, 2);
  const forA = logGamma(one, a.broadcastTo([...shape]));
  const forB = logGamma(other, b.broadcastTo([...shape]));
  return sigmoid(forA.sub(forB));
};

/** log(x / (1 − x)). */
const logit = (x: Tensor): Tensor => x.log().sub(x.neg().log1p());

/**
 * Beta with density ∝ x^(a − 1) (1 − x)^(b − 1): its mean is a / (a + b).
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const beta = (a: TensorLike, b: TensorLike, shape: Shape = []): Known =>
  continuousDistribution("beta", { a: [a, positiveReals], b: [b, positiveReals] }, shape, () => interval(0, 1), {
    draw: (key, shape, { a, b }) => drawBeta(key, shape, a, b),
    logDensity: (x, { a, b }) => {
      const edge = tf.where(x.less(0.5), atEdge(a, b.log()), atEdge(b, a.log()));
      const inside = tf.logicalAnd(x.greater(0), x.less(1));
      return guarded(inside, x, 0.5, (y) => betaDensity(y, a, b), edge);
    },
    safe: 0.5,
    mean: ({ a, b }) => a.div(a.add(b)),
    variance: ({ a, b }) => {
      const total = a.add(b);
      return a.div(total).mul(b.div(total)).div(total.add(1));
    },
    logCdf: (x, { a, b }) => logIncompleteBetaOfLogit(logit(x), a, b),
    logSurvival: (x, { a, b }) => logIncompleteBetaOfLogit(logit(x).neg(), b, a),
  });
