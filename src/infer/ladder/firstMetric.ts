import type { MetricData } from "../../mcmc/metric.ts";
import type { Summit } from "./lost.ts";

/** L Lᵀ. */
const squareOf = (factor: Float64Array, size: number): Float64Array => {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      for (let k = 0; k <= Math.min(i, j); k++) out[i * size + j] += factor[i * size + k] * factor[j * size + k];
  return out;
};

/**
 * A metric for chains to set out with: the inverse curvature at a maximum. It saves most of the warm-up of narrow posteriors, and makes
 * chains slower at worst, never wrong. Undefined where it overflows.
 */
export const metricAt = ({ position, factor }: Summit): MetricData | undefined => {
  const covariance = squareOf(factor, position.length);
  return covariance.every(Number.isFinite) ? { kind: "dense", covariance } : undefined;
};
