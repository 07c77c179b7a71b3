import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { normalForm } from "../ops/normalForm.ts";
import { realVectors } from "../transforms/real.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { outsideSupport } from "./guarded.ts";
import { asReal, given, type ParameterSet, reals, shapeOf, spreadShapes } from "./parameters.ts";
import { type GivenSpread, givenSpread, type Scatter, type Spread } from "./spread.ts";

export type { Matrix, Spread, SquareSpread } from "./spread.ts";

/**
 * The shape [..., n] of one vector with a location and a spread.
 * @throws FluvialError where they do not fit.
 */
export const locatedShape = (
  who: string,
  shape: Shape,
  loc: TensorLike,
  { shapes, size, parameters }: GivenSpread<unknown>,
  others: readonly Shape[] = [],
): Shape => {
  const full = spreadShapes(who, shape, [shapeOf(loc), ...shapes, ...others]);
  if (full[full.length - 1] !== size)
    fail(`${who}: loc and shape must end in ${size}, as ${Object.keys(parameters)[0]} does, got ${showShape(full)}`);
  return full;
};

/** logDensity where x [..., n] is finite, −∞ where it is not. */
export const overRealVectors = (value: Tensor, logDensity: (x: Tensor) => Tensor): Tensor => {
  const x = asReal(value);
  const inside = realVectors.contains(x);
  return tf.where(inside, logDensity(tf.where(inside.expandDims(-1), x, 0)), outsideSupport(x.max(-1)));
};

/** −½ rᵀ Σ⁻¹ r − ½ log |Σ|. */
const formOf = (residual: Tensor, { distance, logDet }: Scatter): Tensor =>
  distance(residual).mul(-0.5).sub(logDet().mul(0.5));

/** ½ n log 2π. */
const halfLog2Pi = (n: number): number => 0.5 * n * Math.log(2 * Math.PI);

/**
 * A normal vector [..., n] with mean `loc` and a covariance in one of these forms: { covariance }, { precision } (its inverse),
 * { choleskyFactor } (lower, covariance L Lᵀ), all [..., n, n]; or { factor, diagonal }, the covariance F Fᵀ + diag(d) of a factor
 * [..., n, r] and variances [..., n], at the price of an r × r matrix. A matrix that is not positive definite has a log-density of NaN.
 * @param loc [..., n], or a number for all elements.
 * @param shape the shape [..., n] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where no form or several are given, the matrix is not square, or a shape does not fit.
 */
export const multivariateNormal = (loc: TensorLike, spread: Spread, shape: Shape = []): Continuous & Moments => {
  const who = "multivariateNormal";
  const form = givenSpread(who, spread);
  const parametersGiven: Record<string, readonly [TensorLike, ParameterSet]> = {
    loc: [loc, reals],
    ...form.parameters,
  };
  const { at, parameters } = given(who, parametersGiven);
  const full = locatedShape(who, shape, loc, form);
  const constant = halfLog2Pi(form.size);
  return {
    name: who,
    rank: 1,
    shape: full,
    support: realVectors,
    parameters,
    sample: (key, batch = []) => {
      const known = at();
      return form
        .from(known)
        .draw(key, [...batch, ...full])
        .add(known.loc);
    },
    logProb: (value) => {
      const known = at();
      return overRealVectors(value, (x) => {
        const residual = x.sub(known.loc);
        const { covariance } = known;
        return (covariance ? normalForm(residual, covariance) : formOf(residual, form.from(known))).sub(constant);
      });
    },
    mean: () => at().loc.broadcastTo([...full]),
    variance: () =>
      form
        .from(at())
        .variance()
        .broadcastTo([...full]),
  };
};
