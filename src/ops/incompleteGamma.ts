/** The regularised incomplete gamma functions, with gradients in both arguments. */
import * as tf from "#tfjs";
import type { SpecialName } from "../core/special/rare.ts";
import type { Tensor } from "../core/tensor.ts";
import { deviance, stirlingGap } from "./deviance.ts";
import { rare, together } from "./rare.ts";
import { gammaShapeSlope } from "./sampling.ts";
import { exp } from "./special.ts";
import { withGradient } from "./withGradient.ts";

interface Arguments {
  readonly a: Tensor;
  readonly x: Tensor;
}

/** log(x^a e^−x / Γ(a)), the log-density of log x, in saddle-point form. */
const logDensityOfLog = (a: Tensor, x: Tensor): Tensor => a.log().sub(stirlingGap(a)).sub(deviance(a, x));

/** Where x is 0, only Q(1, x) = e^−x has a slope that is neither 0 nor infinite. */
const slopeAtZero = (a: Tensor, sign: 1 | -1): Tensor =>
  sign === 1 ? tf.zerosLike(a) : tf.where(a.equal(1), -1, tf.zerosLike(a));

/** The slopes of log P (sign 1) or log Q (sign −1), whose value is given, at x > 0. */
const slopes = (sign: 1 | -1, { a, x }: Arguments, value: Tensor): Arguments => {
  const share = exp(logDensityOfLog(a, x).sub(value)).mul(sign);
  return { a: share.mul(gammaShapeSlope(a, x.log())).neg(), x: share.div(x) };
};

const logTail = (name: SpecialName, sign: 1 | -1): ((at: Arguments) => Tensor) => {
  const apply: (at: Arguments) => Tensor = withGradient<Arguments>(
    ({ a, x }) => rare(name, a, x),
    (gradient, { a, x }) => {
      const inside = x.greater(0);
      const at = { a, x: tf.where(inside, x, 1) };
      const slope = slopes(sign, at, apply(at));
      return {
        a: gradient.mul(tf.where(inside, slope.a, 0)),
        x: gradient.mul(tf.where(inside, slope.x, slopeAtZero(a, sign))),
      };
    },
  );
  return apply;
};

const lower = logTail("logIncompleteGammaLower", 1);
const upper = logTail("logIncompleteGammaUpper", -1);

/** log P(a, x), exact in its tail. a > 0 and x ≥ 0 broadcast; NaN outside. Gradients in both; in a by Figurnov, Mohamed & Mnih 2018. */
export const logIncompleteGamma = (a: Tensor, x: Tensor): Tensor => {
  const [shape, at] = together("logIncompleteGamma", a, x);
  return lower({ a: shape, x: at });
};

/** log Q(a, x) = log(1 − P(a, x)), exact in its tail. a > 0 and x ≥ 0 broadcast; NaN outside. */
export const logIncompleteGammaUpper = (a: Tensor, x: Tensor): Tensor => {
  const [shape, at] = together("logIncompleteGammaUpper", a, x);
  return upper({ a: shape, x: at });
};

/** P(a, x) = ∫₀ˣ t^(a − 1) e^−t dt / Γ(a), the distribution function of a standard gamma (DLMF 8.2.4). */
export const incompleteGamma = (a: Tensor, x: Tensor): Tensor => exp(logIncompleteGamma(a, x));

/** Q(a, x) = 1 − P(a, x). */
export const incompleteGammaUpper = (a: Tensor, x: Tensor): Tensor => exp(logIncompleteGammaUpper(a, x));
