/** Densities to try inference on, by name. Those that are functions take a size, or how far they bend. */
import type { TestDensity } from "./density.ts";
import { u1, u2, u3, u4 } from "./energies.ts";
import { eightNormals, lattice9, lattice16, rings, twoModes } from "./mixtures.ts";
import { banana, correlated, funnel, moons, rosenbrock, squiggle } from "./shapes.ts";

export type { TestDensity } from "./density.ts";
export {
  banana,
  correlated,
  eightNormals,
  funnel,
  lattice9,
  lattice16,
  moons,
  rings,
  rosenbrock,
  squiggle,
  twoModes,
  u1,
  u2,
  u3,
  u4,
};

export const densities: Readonly<Record<string, TestDensity>> = {
  u1,
  u2,
  u3,
  u4,
  "lattice-9": lattice9,
  "lattice-16": lattice16,
  "eight-normals": eightNormals,
  "two-modes": twoModes(),
  rings,
  moons,
  funnel: funnel(),
  "funnel-2": funnel({ size: 2 }),
  banana: banana(),
  "banana-strong": banana({ bend: 0.1 }),
  rosenbrock,
  squiggle,
  correlated: correlated(),
};
