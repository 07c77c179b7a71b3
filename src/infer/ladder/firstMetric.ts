import type { Precision } from "../../core/double.ts";
import type { HostGradient } from "../../core/hostGradient.ts";
import { curvatureAt } from "../../guides/curvature.ts";
import { factorOfInverse } from "../../guides/hostLinear.ts";
import type { MetricData } from "../../mcmc/metric.ts";
import { mostCorrelated } from "../../mcmc/spread.ts";

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
 * chains slower at worst, never wrong. Undefined where the density does not bend down in every direction there.
 */
export const metricAt = (gradient: HostGradient, at: Float64Array, precision: Precision): MetricData | undefined => {
  const { size } = gradient;
  if (size > mostCorrelated) return undefined;
  const factor = factorOfInverse(curvatureAt(gradient, at, precision), size);
  const covariance = factor && squareOf(factor, size);
  return covariance?.every(Number.isFinite) ? { kind: "dense", covariance } : undefined;
};
