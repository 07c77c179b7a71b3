/** The protocol of Caterini, Cornish, Sejdinovic & Doucet 2021, section 5.1. */
import { latticeCentres } from "../../../models/densities/mixtures.ts";
import type { Case } from "../experiment.ts";
import { type Base, bases, type Kind, kinds } from "./guide.ts";

export interface Setting {
  readonly base: Base;
  readonly steps: number;
  /** Draws a step. */
  readonly draws: number;
  readonly rate: number;
  readonly clip: number;
}

const budget = { steps: 20_000, draws: 1000, rate: 1e-3, clip: 5 } as const;

/** Fresh draws that the bound is taken over, and the modes are counted in. */
export const drawsForBound = 20_000;

export interface Lattice {
  readonly centres: readonly (readonly number[])[];
}

/** By the names of models/densities. */
export const lattices: Readonly<Record<string, Lattice>> = {
  "lattice-9": { centres: latticeCentres(3, 2) },
  "lattice-16": { centres: latticeCentres(4, 3) },
};

/** How a row reads. */
export const titles: Readonly<Record<Kind, string>> = {
  spline: "spline",
  affine: "spline, affine base",
  cif: "CIF over splines",
};

export const cases: readonly Case<Setting>[] = Object.keys(lattices).flatMap((subject) =>
  bases.flatMap((base) => kinds.map((row) => ({ subject, row, setting: { base, ...budget } }))),
);
