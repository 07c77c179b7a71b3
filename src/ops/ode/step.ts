import type { Scalar, Tensor } from "../../core/tensor.ts";
import type { Tableau } from "./tableaux.ts";

/** The right-hand side of y′ = f(t, y): the slope has the shape of y. */
export type Slope = (t: Scalar, y: Tensor) => Tensor;

/** Σ weights · slopes, without those of weight 0; undefined where all are 0. */
export const combined = (weights: readonly number[], slopes: readonly Tensor[]): Tensor | undefined =>
  slopes.reduce<Tensor | undefined>((sum, slope, i) => {
    const weight = weights[i] ?? 0;
    if (weight === 0) return sum;
    const term = weight === 1 ? slope : slope.mul(weight);
    return sum ? sum.add(term) : term;
  }, undefined);

const moved = (y: Tensor, h: Scalar, by: Tensor | undefined): Tensor => (by ? y.add(by.mul(h)) : y);

/** One step of length h, with the slopes at its stages. */
export const explicitStep = (
  f: Slope,
  { nodes, stages, weights }: Tableau,
  t: Scalar,
  y: Tensor,
  h: Scalar,
): { readonly y: Tensor; readonly slopes: readonly Tensor[] } => {
  const slopes: Tensor[] = [];
  for (const [i, stage] of stages.entries()) {
    const at = nodes[i] === 0 ? t : (t.add(h.mul(nodes[i])) as Scalar);
    slopes.push(f(at, moved(y, h, combined(stage, slopes))));
  }
  return { y: moved(y, h, combined(weights, slopes)), slopes };
};
