import { quantile } from "../../diagnostics/quantile.ts";
import type { Layout } from "../../model/layout.ts";

/** A latent that a guide has spread over more than any prior would, and how far. */
export interface Endless {
  readonly name: string;
  /** The median of |z| on the unconstrained scale. */
  readonly reach: number;
}

/** Guides start at some half a unit; a prior as wide as this is none, or should have other units. */
const farthest = 1e6;

/** The latent whose unconstrained draws z [draws × size] lie farthest from 0, where half of them lie beyond any prior. */
export const endlessIn = ({ size, latents }: Layout, z: Float64Array): Endless | undefined => {
  const far = Object.entries(latents).flatMap(([name, { offset, length }]) =>
    Array.from({ length }, (_, i) => ({ name, reach: reachOf(z, size, offset + i) })),
  );
  return far.filter(({ reach }) => reach > farthest).sort((a, b) => b.reach - a.reach)[0];
};

/** The median of |z| of one coordinate. */
const reachOf = (z: Float64Array, size: number, coordinate: number): number => {
  const column = new Float64Array(z.length / size);
  for (let row = 0; row < column.length; row++) column[row] = Math.abs(z[row * size + coordinate]);
  return quantile(column, 0.5);
};
