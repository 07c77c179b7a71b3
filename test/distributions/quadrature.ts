import * as tf from "#tfjs";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import type { Continuous } from "../../src/distributions/distribution.ts";
import { realLine } from "../../src/transforms/real.ts";

/**
 * A distribution function by the trapezoid rule on exp(logProb), along a coordinate t that spreads the support out: x = sinh t on
 * the whole line, else the support's own unconstrained coordinate. Integrands that are smooth and die out at both ends make the
 * rule exact to rounding; a kink costs O(step²), here below 1e-6.
 */
export interface Quadrature {
  /** ∫ exp(logProb). */
  readonly total: number;
  /** The distribution function at each value. */
  cdf(x: ArrayLike<number>): Float64Array;
  /** E[f(x)]. */
  mean(f: (x: number) => number): number;
}

const points = 40_001;
const reach = 60;
const step = (2 * reach) / (points - 1);

/** To be called in double precision. */
export const quadrature = (distribution: Continuous): Quadrature => {
  const { support } = distribution;
  const whole = support === realLine;
  const t = Float64Array.from({ length: points }, (_, i) => -reach + i * step);
  const { value, logDet } = whole
    ? {
        value: fromHost(t.map(Math.sinh), [points]),
        logDet: fromHost(
          t.map((at) => Math.log(Math.cosh(at))),
          [points],
        ),
      }
    : support.forward(fromHost(t, [points]));
  const density = hostValues(distribution.logProb(value).add(logDet)).map(Math.exp);
  // Where the coordinate runs into a bound in floating point there is no mass left, but a density may be ∞ there.
  for (let i = 0; i < points; i++) if (!Number.isFinite(density[i])) density[i] = 0;
  const cumulated = new Float64Array(points);
  for (let i = 1; i < points; i++) cumulated[i] = cumulated[i - 1] + ((density[i - 1] + density[i]) / 2) * step;
  const at = (x: ArrayLike<number>): Float64Array =>
    whole
      ? Float64Array.from(x, Math.asinh)
      : hostValues(support.inverse(tf.clipByValue(fromHost(x, [x.length]), -1e300, 1e300)).value);
  return {
    total: cumulated[points - 1],
    mean: (f) => hostValues(value).reduce((sum, x, i) => (density[i] === 0 ? sum : sum + f(x) * density[i] * step), 0),
    cdf: (x) =>
      at(x).map((coordinate) => {
        const place = Math.min(Math.max((coordinate + reach) / step, 0), points - 1.000001);
        const i = Math.floor(place);
        return cumulated[i] + (place - i) * (cumulated[i + 1] - cumulated[i]);
      }),
  };
};
