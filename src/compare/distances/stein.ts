import { foldHostKey, type HostKey, hostUniforms } from "../../core/key.ts";
import type { Gaussian } from "../../diagnostics/gaussian.ts";
import { type DistanceEstimate, meanNull, pValue, varianceOf } from "./estimate.ts";
import type { Pairwise } from "./pairwise.ts";
import type { Points } from "./points.ts";

/** Slopes of a log density at unconstrained points, for points whitened by x = L⁻¹ (z − mean): Lᵀ ∇ log p. */
export const whitenedScores = (scores: Float64Array, { factor, mean }: Gaussian): Float64Array => {
  const size = mean.length;
  const out = new Float64Array(scores.length);
  for (let row = 0; row < scores.length; row += size)
    for (let j = 0; j < size; j++)
      for (let i = j; i < size; i++) out[row + j] += factor[i * size + j] * scores[row + i];
  return out;
};

/** The Stein kernel of the inverse multiquadric (1 + ‖x − y‖²)^−½, 0 on the diagonal. Gorham & Mackey 2017, section 3.1. */
const steinKernel = ({ count, size, values: x }: Points, scores: Float64Array): Pairwise => {
  const values = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) {
      let [squared, dot, along] = [0, 0, 0];
      for (let k = 0; k < size; k++) {
        const difference = x[i * size + k] - x[j * size + k];
        const [mine, theirs] = [scores[i * size + k], scores[j * size + k]];
        squared += difference * difference;
        dot += mine * theirs;
        along += (mine - theirs) * difference;
      }
      const base = 1 / (1 + squared);
      const root = Math.sqrt(base);
      const value = root * (dot + base * (along + size - 3 * squared * base));
      values[i * count + j] = value;
      values[j * count + i] = value;
    }
  return { count, values };
};

const quadratic = ({ count, values }: Pairwise, signs: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    let row = 0;
    for (let j = 0; j < i; j++) row += signs[j] * values[i * count + j];
    sum += signs[i] * row;
  }
  return (2 * sum) / (count * (count - 1));
};

/**
 * The squared kernel Stein discrepancy of points from a density, unbiased: 0 where they come from it. Needs no draws of the density, only
 * its slopes. p-value by the wild bootstrap, error from influences and that bootstrap. Liu, Lee & Jordan 2016, eq. 14; Chwialkowski,
 * Strathmann & Gretton 2016; the kernel is that of Gorham & Mackey 2017.
 * @param scores slopes of the log density at the points, [count × size].
 */
export const steinDistance = (points: Points, scores: Float64Array, times: number, key: HostKey): DistanceEstimate => {
  const kernel = steinKernel(points, scores);
  const { count, values } = kernel;
  const value = quadratic(kernel, new Float64Array(count).fill(1));
  const nulls = Float64Array.from({ length: times }, (_, b) => {
    const uniform = hostUniforms(foldHostKey(key, b));
    return quadratic(
      kernel,
      Float64Array.from({ length: count }, () => (uniform() < 0.5 ? -1 : 1)),
    );
  });
  const influence = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < count; j++) sum += values[i * count + j];
    return sum / (count - 1);
  });
  const first = Math.max(0, (4 * varianceOf(influence)) / count - 2 * varianceOf(nulls));
  return {
    name: "kernel Stein discrepancy²",
    value,
    error: Math.sqrt(first + varianceOf(nulls)),
    ifSame: meanNull(nulls),
    p: pValue(value, nulls),
  };
};
