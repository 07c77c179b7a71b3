import { log1pLess } from "../../core/special/exponential.ts";
import { nextNormal, type Uniforms } from "./uniforms.ts";

/**
 * log(z/d) for a standard gamma z of shape a = d + ⅓ ≥ 1. Marsaglia & Tsang 2000, "A simple method for generating gamma
 * variables".
 */
const logRatio = (uniforms: Uniforms, d: number): number => {
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = nextNormal(uniforms);
    const w = c * x;
    if (w <= -1) continue;
    const vLessOne = w * (3 + w * (3 + w));
    // log u < x²/2 + d − d v + d log v, without the cancellation at large d.
    if (Math.log(uniforms()) < 0.5 * x * x + d * log1pLess(vLessOne)) return 3 * Math.log1p(w);
  }
};

/**
 * The logarithm of one standard gamma draw; finite for every a > 0, NaN otherwise. Below 1 by G(a) = G(a + 1) U^(1/a), whose power
 * never leaves the logarithm: a draw of shape 10⁻⁴ is e^−10000, no number but a fine logarithm.
 */
export const logGammaDraw = (a: number, uniforms: Uniforms): number => {
  if (!(a > 0 && a < Number.POSITIVE_INFINITY)) return Number.NaN;
  const boost = a < 1 ? Math.log(uniforms()) / a : 0;
  const d = (a < 1 ? a + 1 : a) - 1 / 3;
  return boost + Math.log(d) + logRatio(uniforms, d);
};

/** One standard gamma draw, from the same uniforms as its logarithm. */
export const gammaDraw = (a: number, uniforms: Uniforms): number => {
  if (!(a >= 1 && a < Number.POSITIVE_INFINITY)) return Math.exp(logGammaDraw(a, uniforms));
  const d = a - 1 / 3;
  return d * Math.exp(logRatio(uniforms, d));
};
