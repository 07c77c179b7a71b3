/**
 * Special functions as ops: each the host function of core/special/ over a tensor, any shape to the same shape. Their derivatives are
 * formulas over ops that recompute from their inputs, so that they can be differentiated any number of times; tfjs's own exp,
 * sigmoid and tanh reuse their saved output, which the tape takes for a constant.
 */
import * as tf from "#tfjs";
import { checkCount, fail } from "../core/check.ts";
import { broadcast, showShape } from "../core/shape.ts";
import { logBeta as logBetaOf } from "../core/special/beta.ts";
import * as error from "../core/special/error.ts";
import * as exponential from "../core/special/exponential.ts";
import * as gamma from "../core/special/gamma.ts";
import { normalQuantile as normalQuantileOf } from "../core/special/normal.ts";
import { polygamma as polygammaOf } from "../core/special/polygamma.ts";
import type { Tensor } from "../core/tensor.ts";
import { defineOp, elementwiseOp } from "./define.ts";

const sqrt2Pi = Math.sqrt(2 * Math.PI);
const sqrtPi = Math.sqrt(Math.PI);

/** eˣ. */
export const exp: (x: Tensor) => Tensor = elementwiseOp("Exp", Math.exp, (x) => exp(x));

/** 1 / (1 + e⁻ˣ). */
export const sigmoid: (x: Tensor) => Tensor = elementwiseOp("Sigmoid", exponential.sigmoid, (x) =>
  sigmoid(x).mul(sigmoid(x.neg())),
);

/** tanh x. */
export const tanh: (x: Tensor) => Tensor = elementwiseOp("Tanh", Math.tanh, (x) =>
  sigmoid(x.mul(2))
    .mul(sigmoid(x.mul(-2)))
    .mul(4),
);

/** log(1 + eˣ), exact in both tails. */
export const softplus: (x: Tensor) => Tensor = elementwiseOp("Softplus", exponential.softplus, (x) => sigmoid(x));

/** log σ(x) = −softplus(−x). */
export const logSigmoid = (x: Tensor): Tensor => softplus(x.neg()).neg();

/** log(1 − eˣ) for x < 0; −∞ at 0, NaN above. */
export const log1mexp: (x: Tensor) => Tensor = elementwiseOp("Log1mexp", exponential.log1mexp, (x) =>
  exp(x.sub(log1mexp(x))).neg(),
);

/** The error function. */
export const erf: (x: Tensor) => Tensor = elementwiseOp("Erf", error.erf, (x) => exp(x.square().neg()).mul(2 / sqrtPi));

/** 1 − erf(x), exact in its upper tail. */
export const erfc: (x: Tensor) => Tensor = elementwiseOp("Erfc", error.erfc, (x) =>
  exp(x.square().neg()).mul(-2 / sqrtPi),
);

/** The inverse of erf; ±∞ at ±1, NaN beyond. */
export const erfinv: (x: Tensor) => Tensor = elementwiseOp("Erfinv", error.erfinv, (x) =>
  exp(erfinv(x).square()).mul(sqrtPi / 2),
);

/** Φ(x), the standard normal distribution function. */
export const normalCdf: (x: Tensor) => Tensor = elementwiseOp("NormalCdf", error.normalCdf, (x) =>
  exp(x.square().mul(-0.5)).div(sqrt2Pi),
);

/** φ(x)/Φ(x), the slope of log Φ. */
export const inverseMills: (x: Tensor) => Tensor = elementwiseOp("InverseMills", error.inverseMills, (x) => {
  const ratio = inverseMills(x);
  return ratio.mul(ratio.add(x)).neg();
});

/** log Φ(x), exact in both tails. */
export const normalLogCdf: (x: Tensor) => Tensor = elementwiseOp("NormalLogCdf", error.normalLogCdf, (x) =>
  inverseMills(x),
);

/** Φ⁻¹(p); ±∞ at 1 and 0, NaN outside. */
export const normalQuantile: (p: Tensor) => Tensor = elementwiseOp("NormalQuantile", normalQuantileOf, (p) =>
  exp(normalQuantile(p).square().mul(0.5)).mul(sqrt2Pi),
);

const applyPolygamma: (inputs: readonly Tensor[], order: { n: number }) => Tensor = defineOp<{ n: number }>({
  name: "Polygamma",
  run: ([x], { n }) => ({
    shape: x.shape,
    dtype: "float32",
    fill: (out) => {
      for (let i = 0; i < out.length; i++) out[i] = polygammaOf(n, x.values[i]);
    },
  }),
  gradient: (dy, [x], { n }) => [dy.mul(applyPolygamma([x], { n: n + 1 }))],
});

/**
 * ψ⁽ⁿ⁾(x), the n-th derivative of digamma.
 * @throws FluvialError unless n is a whole number from 1.
 */
export const polygamma = (n: number, x: Tensor): Tensor => {
  checkCount("polygamma: n", n);
  return applyPolygamma([x], { n });
};

/** ψ(x), the derivative of log Γ. */
export const digamma: (x: Tensor) => Tensor = elementwiseOp("Digamma", gamma.digamma, (x) => polygamma(1, x));

/** log |Γ(x)|. */
export const lgamma: (x: Tensor) => Tensor = elementwiseOp("Lgamma", gamma.lgamma, (x) => digamma(x));

const applyLogBeta = defineOp<Record<string, never>>({
  name: "LogBeta",
  run: ([a, b]) => ({
    shape: a.shape,
    dtype: "float32",
    fill: (out) => {
      for (let i = 0; i < out.length; i++) out[i] = logBetaOf(a.values[i], b.values[i]);
    },
  }),
  gradient: (dy, [a, b]) => {
    const both = digamma(a.add(b));
    return [dy.mul(digamma(a).sub(both)), dy.mul(digamma(b).sub(both))];
  },
});

/**
 * log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b), without the cancellation of its three terms; a and b broadcast.
 * @throws FluvialError where their shapes do not fit.
 */
export const logBeta = (a: Tensor, b: Tensor): Tensor => {
  const shape =
    broadcast(a.shape, b.shape) ??
    fail(`logBeta: a of shape ${showShape(a.shape)} does not fit b of shape ${showShape(b.shape)}`);
  return applyLogBeta([tf.broadcastTo(a, [...shape]), tf.broadcastTo(b, [...shape])], {});
};
