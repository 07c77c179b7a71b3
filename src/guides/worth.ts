import type { HostGradient } from "../core/hostGradient.ts";
import { type HostKey, hostUniforms } from "../core/key.ts";
import { normalQuantile } from "../core/special/normal.ts";

/** Draws that tell a hopeless place from a good one. */
export const boundDraws = 32;

/**
 * The evidence lower bound by a normal with independent coordinates, up to the constant that all have: the mean log density over a few draws, and
 * the logarithms of its standard deviations. −∞ where the density is nothing, or no number, at one of them.
 */
export const boundOfNormal = (gradient: HostGradient, loc: Float64Array, scale: Float64Array, key: HostKey): number => {
  const uniform = hostUniforms(key);
  const slope = new Float64Array(loc.length);
  let sum = 0;
  for (let i = 0; i < boundDraws; i++)
    sum += gradient.at(
      loc.map((x, j) => x + scale[j] * normalQuantile(uniform())),
      slope,
    );
  const bound = sum / boundDraws + scale.reduce((total, sd) => total + Math.log(sd), 0);
  return Number.isNaN(bound) ? Number.NEGATIVE_INFINITY : bound;
};
