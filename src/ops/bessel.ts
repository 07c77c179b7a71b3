/** Modified Bessel functions of order 0 and 1, as von Mises distributions need them. */
import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { SpecialName } from "../core/special/rare.ts";
import type { Tensor } from "../core/tensor.ts";
import { rare, together } from "./rare.ts";
import { exp } from "./special.ts";
import { withGradient } from "./withGradient.ts";

const unary = (name: SpecialName, slope: (x: Tensor) => Tensor): ((x: Tensor) => Tensor) =>
  withGradient<Tensor>(
    (x) => rare(name, x),
    (gradient, x) => gradient.mul(slope(x)),
  );

/** A/x, which is ½ at 0. */
const ratioOver = (x: Tensor): Tensor => {
  const atZero = x.equal(0);
  return tf.where(atZero, 0.5, besselRatio(x).div(tf.where(atZero, 1, x)));
};

/** A′ = 1 − A² − A/x, where A = I₁/I₀ (DLMF 10.29.2). */
const ratioSlope = (x: Tensor): Tensor => {
  const size = x.abs();
  const gap = besselGap(size);
  return gap.mul(tf.sub(2, gap)).sub(ratioOver(x));
};

/** I₁(x)/I₀(x): the mean resultant length of a von Mises distribution with concentration x ≥ 0. Odd. */
export const besselRatio: (x: Tensor) => Tensor = unary("besselRatio", (x) => ratioSlope(x));

/** 1 − I₁(x)/I₀(x) for x ≥ 0, exact in its tail; NaN below 0. */
export const besselGap: (x: Tensor) => Tensor = unary("besselGap", (x) => ratioSlope(x).neg());

/** log(e^−x I₀(x)) for x ≥ 0; NaN below 0. */
export const logBesselI0Scaled: (x: Tensor) => Tensor = unary("logBesselI0Scaled", (x) => besselGap(x).neg());

/** log I₀(x). Even. */
export const logBesselI0 = (x: Tensor): Tensor => logBesselI0Scaled(x.abs()).add(x.abs());

interface Draw {
  readonly p: Tensor;
  readonly concentration: Tensor;
}

const slopeOfDraw: (at: Draw) => Tensor = withGradient<Draw>(
  ({ p, concentration }) => rare("vonMisesSlope", p, concentration),
  () => fail("vonMises: a draw has one derivative with respect to its concentration, and a second was asked for"),
);

const draw: (at: Draw) => Tensor = withGradient<Draw>(
  ({ p, concentration }) => rare("vonMisesQuantile", p, concentration),
  (gradient, at) => {
    const theta = draw(at);
    const fall = at.concentration.mul(theta.div(2).sin().square()).mul(2).add(logBesselI0Scaled(at.concentration));
    return {
      p: gradient.mul(exp(fall)).mul(2 * Math.PI),
      concentration: gradient.mul(slopeOfDraw({ p: theta, concentration: at.concentration })),
    };
  },
);

/** The angle in (−π, π) from the mean direction below which a von Mises distribution has mass p. The arguments broadcast. */
export const vonMisesQuantile = (p: Tensor, concentration: Tensor): Tensor => {
  const [at, kappa] = together("vonMisesQuantile", p, concentration);
  return draw({ p: at, concentration: kappa });
};
