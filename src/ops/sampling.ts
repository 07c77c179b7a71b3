/** Draws whose number of uniforms depends on luck. One draw per element; element i reads counters of its own. */
import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { isDouble } from "../core/double.ts";
import type { Key } from "../core/key.ts";
import { broadcast, showShape } from "../core/shape.ts";
import { gammaShapeSlope as gammaShapeSlopeOf } from "../core/special/incompleteGamma.ts";
import type { Tensor } from "../core/tensor.ts";
import { defineOp, type OpDefinition } from "./define.ts";
import { binomialDraw, poissonDraw } from "./sampling/counts.ts";
import { gammaDraw, logGammaDraw } from "./sampling/gamma.ts";
import { elementUniforms, type Uniforms } from "./sampling/uniforms.ts";
import { digamma, exp } from "./special.ts";

type None = Record<string, never>;
type Apply = (inputs: readonly Tensor[], none: None) => Tensor;

const drawOp = (
  name: string,
  draw: (parameters: readonly number[], uniforms: Uniforms) => number,
  gradient: OpDefinition<None>["gradient"],
): Apply =>
  defineOp<None>({
    name,
    run: ([key, ...parameters]) => ({
      shape: parameters[0].shape,
      dtype: "float32",
      fill: (out) => {
        for (let i = 0; i < out.length; i++) {
          const uniforms = elementUniforms(key.values[0], key.values[1], i);
          out[i] = draw(
            parameters.map((parameter) => parameter.values[i]),
            uniforms,
          );
        }
      },
    }),
    gradient,
  });

const slopeOp = (
  name: string,
  value: (a: number, y: number) => number,
  gradient: OpDefinition<None>["gradient"],
): Apply =>
  defineOp<None>({
    name,
    run: ([a, y]) => ({
      shape: a.shape,
      dtype: "float32",
      fill: (out) => {
        for (let i = 0; i < out.length; i++) out[i] = value(a.values[i], y.values[i]);
      },
    }),
    gradient,
  });

const applyCurvature = slopeOp(
  "GammaShapeCurvature",
  (a, y) => gammaShapeSlopeOf(a, y).curvature,
  () => fail("gamma: a draw has two derivatives with respect to its concentration, and a third was asked for"),
);

/** d log z / d concentration at fixed randomness; its own slope in y = log z follows from the density of y. */
const applySlope: Apply = slopeOp(
  "GammaShapeSlope",
  (a, y) => gammaShapeSlopeOf(a, y).slope,
  (dy, [a, y]) => {
    const inY = y
      .sub(digamma(a))
      .add(applySlope([a, y], {}).mul(a.sub(exp(y))))
      .neg();
    return [dy.mul(applyCurvature([a, y], {})), dy.mul(inY)];
  },
);

/** How log z of a standard gamma draw z = e^y moves with its concentration a at fixed probability; of one shape. */
export const gammaShapeSlope = (a: Tensor, y: Tensor): Tensor => applySlope([a, y], {});

/** The smallest normal number of the precision in force. */
const smallest = (): number => (isDouble() ? 2.2250738585072014e-308 : 1.1754943508222875e-38);

const applyGamma: Apply = drawOp(
  "Gamma",
  ([a], uniforms) => {
    return Math.max(gammaDraw(a, uniforms), smallest());
  },
  (dy, [key, a]) => {
    const z = applyGamma([key, a], {});
    return [null, dy.mul(z).mul(applySlope([a, z.log()], {}))];
  },
);

const applyLogGamma: Apply = drawOp(
  "LogGamma",
  ([a], uniforms) => logGammaDraw(a, uniforms),
  (dy, [key, a]) => [null, dy.mul(applySlope([a, applyLogGamma([key, a], {})], {}))],
);

/**
 * Standard gamma draws, one per element of `concentration`, with the implicit reparameterisation gradient (Figurnov, Mohamed &
 * Mnih 2018). Never 0: what is too small for the precision comes as its smallest normal number. NaN where the concentration is
 * not above 0 and finite.
 */
export const gamma = (key: Key, concentration: Tensor): Tensor => applyGamma([key, concentration], {});

/**
 * The logarithms of the draws that `gamma` gives for the same key, exact where the draws themselves are too small for a number:
 * what beta and Dirichlet draws of small concentration need.
 */
export const logGamma = (key: Key, concentration: Tensor): Tensor => applyLogGamma([key, concentration], {});

const applyPoisson = drawOp(
  "Poisson",
  ([rate], uniforms) => poissonDraw(rate, uniforms),
  () => [null, null],
);

const applyBinomial = drawOp(
  "Binomial",
  ([count, probability], uniforms) => binomialDraw(count, probability, uniforms),
  () => [null, null, null],
);

/** Poisson draws as real tensors, one per element of `rate`; no gradient. NaN where the rate is negative or not finite. */
export const poisson = (key: Key, rate: Tensor): Tensor => applyPoisson([key, rate], {});

/**
 * Binomial draws as real tensors; count and probability broadcast; no gradient. NaN where a count is not a whole number from 0 or
 * a probability lies outside [0, 1].
 * @throws FluvialError where their shapes do not fit.
 */
export const binomial = (key: Key, count: Tensor, probability: Tensor): Tensor => {
  const shape =
    broadcast(count.shape, probability.shape) ??
    fail(
      `binomial: count of shape ${showShape(count.shape)} does not fit probability of shape ${showShape(probability.shape)}`,
    );
  return applyBinomial([key, tf.broadcastTo(count, [...shape]), tf.broadcastTo(probability, [...shape])], {});
};
