import type { Precision } from "../core/double.ts";
import type { HostGradient } from "../core/hostGradient.ts";

/**
 * A step of a central difference in units of the scale on which the slope changes: its error is the square of that, and rounding
 * divided by it.
 */
const relativeSteps: Readonly<Record<Precision, number>> = { f64: 1e-4, f32: 1e-2 };
/** Scales are looked for at most so often, until the step is right within a factor. */
const mostLooks = 12;
const closeEnough = 8;
const widest = 1e8;

/** The scale that a curvature stands for; a wider one where it is lost in rounding, a narrower one where it is not finite. */
const betterScale = (curvature: number, scale: number): number => {
  if (!Number.isFinite(curvature)) return scale / 1000;
  if (curvature > 0) return Math.min(widest, 1 / Math.sqrt(curvature));
  return curvature * scale ** 2 > -1 ? Math.min(widest, 100 * scale) : scale;
};

/** One row of the Hessian of the negative log density. */
type Row = (i: number, step: number) => Float64Array;

const rowOf = (gradient: HostGradient, at: Float64Array): Row => {
  const [ahead, behind] = [new Float64Array(at.length), new Float64Array(at.length)];
  return (i, step) => {
    const moved = at.slice();
    moved[i] = at[i] + step;
    const above = moved[i];
    gradient.at(moved, ahead);
    moved[i] = at[i] - step;
    gradient.at(moved, behind);
    return ahead.map((slope, j) => (behind[j] - slope) / (above - moved[i]));
  };
};

/**
 * The Hessian of the negative log density at a place by central differences of its gradient, the step along every coordinate a fixed
 * small part of the standard deviation which the curvature along it stands for. size [size × size], made symmetric. Takes 2 · size
 * gradients, and as many again of the coordinates whose scale is not near 1.
 */
export const curvatureAt = (gradient: HostGradient, at: Float64Array, precision: Precision = "f64"): Float64Array => {
  const size = at.length;
  const part = relativeSteps[precision];
  const row = rowOf(gradient, at);
  /** A scale that the position itself can be told apart on. */
  const least = (i: number): number => Math.max(Number.MIN_VALUE ** 0.25, Math.abs(at[i]) * part ** 2);
  const settled = (i: number): Float64Array => {
    let scale = 1;
    for (let look = 0; ; look++) {
      const found = row(i, Math.max(part * scale, least(i)));
      const wanted = betterScale(found[i], scale);
      const ratio = wanted / scale;
      if (look >= mostLooks || (ratio < closeEnough && ratio > 1 / closeEnough)) return found;
      scale = wanted;
    }
  };
  const hessian = new Float64Array(size * size);
  for (let i = 0; i < size; i++) hessian.set(settled(i), i * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) {
      const mean = (hessian[i * size + j] + hessian[j * size + i]) / 2;
      hessian[i * size + j] = mean;
      hessian[j * size + i] = mean;
    }
  return hessian;
};
