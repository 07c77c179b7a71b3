import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, stirlingGap } from "../ops/deviance.ts";
import { logGamma } from "../ops/sampling.ts";
import { exp } from "../ops/special.ts";
import { simplex } from "../transforms/simplex.ts";
import { everyLast } from "../transforms/support.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { outsideSupport } from "./guarded.ts";
import { asReal, given, type ParameterSet, shapeOf, spreadShapes } from "./parameters.ts";

/** Vectors of positive finite numbers along the last axis. */
export const positiveVector: ParameterSet = {
  name: "a vector of positive finite numbers",
  rank: 1,
  contains: (x) => everyLast(tf.logicalAnd(x.greater(0), tf.isFinite(x))),
  holds: (x) => Number.isFinite(x) && x > 0,
};

/**
 * The shape of one draw whose last axis has the outcomes of a vector parameter.
 * @throws FluvialError where there are fewer outcomes than `least`, or shapes do not fit.
 */
export const vectorShape = (who: string, shape: Shape, own: Shape, others: readonly Shape[] = [], least = 2): Shape => {
  const size = own[own.length - 1] ?? 0;
  if (size < least)
    fail(
      `${who}: expected a vector [..., K] of at least ${least} elements, got a parameter of shape ${showShape(own)}`,
    );
  const full = spreadShapes(who, shape, [own, ...others.map((each) => [...each, 1])]);
  if (full[full.length - 1] !== size)
    fail(`${who}: shape must end in ${size}, as the parameter does, got ${showShape(shape)}`);
  return full;
};

/** log Γ(a) − a log a + a, for a > 0. */
const gammaGap = (a: Tensor): Tensor => stirlingGap(a).sub(a.log());

/** log of x^(a − 1) at x = 0. */
const powerAtZero = (a: Tensor): Tensor =>
  tf.where(a.equal(1), 0, tf.where(a.less(1), Number.POSITIVE_INFINITY, tf.fill(a.shape, Number.NEGATIVE_INFINITY)));

/**
 * log Γ(A) − Σ log Γ(a) + Σ (a − 1) log x with A = Σ a and Σ x = 1, by deviances of a from A x: large terms that cancel are left
 * out. After Loader 2000, "Fast and accurate computation of binomial probabilities".
 */
const logDensity = (x: Tensor, a: Tensor): Tensor => {
  const total = a.sum(-1, true);
  const inside = x.greater(0);
  const safe = tf.where(inside, x, tf.onesLike(x));
  const here = deviance(a, total.mul(safe)).add(safe.log()).neg();
  const edge = total.log().sub(a.log()).add(1).mul(a).add(powerAtZero(a));
  return tf.where(inside, here, edge).sub(gammaGap(a)).sum(-1).add(gammaGap(total).sum(-1));
};

/**
 * Probability vectors [..., K] with density ∝ Π x^(concentration − 1), with respect to the first K − 1 shares. Its mean is
 * concentration / Σ concentration; all ones are the uniform distribution on the simplex.
 * @param concentration [..., K], positive.
 * @param shape the shape [..., K] of one draw, where it is larger than that of the parameter.
 * @throws FluvialError where there are fewer than two shares, or a shape does not fit.
 */
export const dirichlet = (concentration: TensorLike, shape: Shape = []): Continuous & Moments => {
  const { at, parameters } = given("dirichlet", { concentration: [concentration, positiveVector] });
  const full = vectorShape("dirichlet", shape, shapeOf(concentration));
  const share = (): { readonly mean: Tensor; readonly total: Tensor } => {
    const a = at().concentration.broadcastTo([...full]);
    const total = a.sum(-1, true);
    return { mean: a.div(total), total };
  };
  return {
    name: "dirichlet",
    rank: 1,
    shape: full,
    support: simplex,
    parameters,
    sample: (key, batch = []) => {
      const logs = logGamma(key, at().concentration.broadcastTo([...batch, ...full]));
      const below = exp(logs.sub(logs.max(-1, true)));
      return below.div(below.sum(-1, true));
    },
    logProb: (value) => {
      const x = asReal(value);
      const inside = simplex.contains(x);
      const safe = tf.where(inside.expandDims(-1), x, tf.fill(x.shape, 1 / full[full.length - 1]));
      const density = logDensity(safe, at().concentration);
      return tf.where(inside, density, outsideSupport(x.max(-1)));
    },
    mean: () => share().mean,
    variance: () => {
      const { mean, total } = share();
      return mean.mul(tf.sub(1, mean)).div(total.add(1));
    },
  };
};
