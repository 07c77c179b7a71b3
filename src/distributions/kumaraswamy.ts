import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { exp, log1mexp, logBeta } from "../ops/special.ts";
import { interval } from "../transforms/bounds.ts";
import { type Invertible, invertibleDistribution } from "./continuous.ts";
import { atEdge, guarded } from "./guarded.ts";
import { positiveReals } from "./parameters.ts";

/** E Xⁿ = b B(1 + n/a, b). */
const logMoment = (n: number, a: Tensor, b: Tensor): Tensor => b.log().add(logBeta(a.reciprocal().mul(n).add(1), b));

/** The x with log P(X > x) = logTail. */
const atTail = (logTail: Tensor, a: Tensor, b: Tensor): Tensor => exp(log1mexp(logTail.div(b)).div(a));

/**
 * Kumaraswamy on [0, 1]: P(X ≤ x) = 1 − (1 − xᵃ)ᵇ, much like a beta but in closed form (Kumaraswamy 1980).
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const kumaraswamy = (a: TensorLike, b: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("kumaraswamy", { a: [a, positiveReals], b: [b, positiveReals] }, shape, () => interval(0, 1), {
    draw: (key, shape, { a, b }) => atTail(standardUniform(key, shape).log(), a, b),
    logDensity: (x, { a, b }) => {
      const logC = a.log().add(b.log());
      const density = (y: Tensor): Tensor =>
        logC.add(a.sub(1).mul(y.log())).add(b.sub(1).mul(log1mexp(a.mul(y.log()))));
      const edge = tf.where(x.less(0.5), atEdge(a, logC), atEdge(b, b.mul(a.log()).add(b.log())));
      return guarded(tf.logicalAnd(x.greater(0), x.less(1)), x, 0.5, density, edge);
    },
    safe: 0.5,
    mean: ({ a, b }) => exp(logMoment(1, a, b)),
    variance: ({ a, b }) => {
      const first = logMoment(1, a, b).mul(2);
      return exp(first).mul(logMoment(2, a, b).sub(first).expm1());
    },
    logCdf: (x, { a, b }) => {
      const power = a.mul(x.log());
      const tiny = power.less(-37);
      const near = log1mexp(b.mul(log1mexp(tf.where(tiny, -1, power))));
      return tf.where(tiny, power.add(b.log()), near);
    },
    logSurvival: (x, { a, b }) => b.mul(log1mexp(a.mul(x.log()))),
    quantile: (p, { a, b }) => atTail(p.neg().log1p(), a, b),
  });
