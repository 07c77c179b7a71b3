/** The regularised incomplete beta function, with gradients in all its arguments. */
import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { SpecialName } from "../core/special/rare.ts";
import type { Tensor } from "../core/tensor.ts";
import { deviance, stirlingGap } from "./deviance.ts";
import { rare, together } from "./rare.ts";
import { exp, logBeta, sigmoid, softplus } from "./special.ts";
import { withGradient } from "./withGradient.ts";

interface Arguments {
  readonly w: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
}

/** log(x^a y^b / B(a, b)) in saddle-point form, for moderate w: nothing cancels where a and b are large. */
const logDensityNear = ({ w, a, b }: Arguments): Tensor => {
  const total = a.add(b);
  const away = deviance(a, total.mul(sigmoid(w))).add(deviance(b, total.mul(sigmoid(w.neg()))));
  const gaps = stirlingGap(total).sub(stirlingGap(a)).sub(stirlingGap(b));
  return gaps.sub(away).add(a.log()).add(b.div(total).log());
};

const logDensityFar = ({ w, a, b }: Arguments): Tensor =>
  a
    .mul(softplus(w.neg()))
    .add(b.mul(softplus(w)))
    .add(logBeta(a, b))
    .neg();

const logDensityOfLogit = ({ w, a, b }: Arguments): Tensor => {
  const near = w.abs().less(30);
  return tf.where(near, logDensityNear({ w: tf.where(near, w, 0), a, b }), logDensityFar({ w, a, b }));
};

const slopeInShape = (name: SpecialName): ((at: Arguments) => Tensor) =>
  withGradient<Arguments>(
    ({ w, a, b }) => rare(name, w, a, b),
    () => fail("incompleteBeta: it has one derivative with respect to a and b, and a second was asked for"),
  );
const inA = slopeInShape("logIncompleteBetaInA");
const inB = slopeInShape("logIncompleteBetaInB");

const apply: (at: Arguments) => Tensor = withGradient<Arguments>(
  ({ w, a, b }) => rare("logIncompleteBeta", w, a, b),
  (gradient, at) => ({
    w: gradient.mul(exp(logDensityOfLogit(at).sub(apply(at)))),
    a: gradient.mul(inA(at)),
    b: gradient.mul(inB(at)),
  }),
);

/**
 * log I_x(a, b) at x = σ(w): the logit w says x and 1 − x to full precision, and log(1 − I) is the same at (−w, b, a). Exact in its
 * tail. w and a, b > 0 broadcast; NaN elsewhere. Its gradients in a and b cannot be differentiated again.
 */
export const logIncompleteBetaOfLogit = (w: Tensor, a: Tensor, b: Tensor): Tensor => {
  const [at, first, second] = together("logIncompleteBetaOfLogit", w, a, b);
  return apply({ w: at, a: first, b: second });
};

/** log I_x(a, b), exact in its tail; −∞ at 0, 0 at 1, NaN outside [0, 1]. x and a, b > 0 broadcast. */
export const logIncompleteBeta = (x: Tensor, a: Tensor, b: Tensor): Tensor => {
  const inside = tf.logicalAnd(x.greater(0), x.less(1));
  const safe = tf.where(inside, x, 0.5);
  const value = logIncompleteBetaOfLogit(safe.log().sub(safe.neg().log1p()), a, b);
  const atEnds = tf.where(x.equal(1), 0, tf.where(x.equal(0), Number.NEGATIVE_INFINITY, tf.fill(x.shape, Number.NaN)));
  return tf.where(inside, value, atEnds);
};

/** I_x(a, b) = ∫₀ˣ t^(a − 1) (1 − t)^(b − 1) dt / B(a, b), the distribution function of a beta (DLMF 8.17.2). */
export const incompleteBeta = (x: Tensor, a: Tensor, b: Tensor): Tensor => exp(logIncompleteBeta(x, a, b));
