/** Guides over four flows and CIFs over the same flows with as many numbers to learn: their networks, or layers, are fewer. */
import { maf, planar, realNvp, spline } from "fluvial";
import type { GuideSpec } from "../../../src/core/density.ts";
import { specLabel } from "../../../src/core/label.ts";
import { cif } from "../../../src/flows/cif.ts";
import { energyNames } from "../../energies/settings.ts";
import type { Case } from "../experiment.ts";

export interface Setting {
  /** The guide with its options. */
  readonly guide: string;
  readonly steps: number;
  /** Draws a step. */
  readonly draws: number;
  /** The rate falls from the one to the other along half a cosine. */
  readonly rate: readonly [from: number, to: number];
}

/** Flows in pairs. */
export const pairs: Readonly<Record<string, { readonly base: GuideSpec; readonly indexed: GuideSpec }>> = {
  planar: {
    base: planar({ layers: 64 }),
    indexed: cif({ base: planar({ layers: 2 }), layers: 4, hidden: [4] }),
  },
  "real-nvp": {
    base: realNvp({ layers: 8, hidden: [32, 32], activation: "relu" }),
    indexed: cif({ base: realNvp({ layers: 2, hidden: [28, 28], activation: "relu" }), layers: 4 }),
  },
  maf: {
    base: maf({ layers: 4, hidden: [48, 48] }),
    indexed: cif({ base: maf({ layers: 1, hidden: [43, 43] }), layers: 4 }),
  },
  spline: {
    base: spline({ layers: 4, hidden: [32, 32] }),
    indexed: cif({ base: spline({ layers: 1, hidden: [27, 27] }), layers: 4 }),
  },
};

export const indexedRow = (row: string): string => `CIF over ${row}`;

/** Every guide by its row: each flow, then the CIF over it. */
export const guides: Readonly<Record<string, GuideSpec>> = Object.fromEntries(
  Object.entries(pairs).flatMap(([row, { base, indexed }]) => [
    [row, base],
    [indexedRow(row), indexed],
  ]),
);

const budget = { steps: 10_000, draws: 256, rate: [0.005, 5e-5] } as const;

/** The weight of the log density rises from this over the first half of the steps. */
export const firstWeight = 0.01;

/** Fresh draws that the bound is taken over. */
export const drawsForBound = 20_000;

export const cases: readonly Case<Setting>[] = Object.entries(guides).flatMap(([row, spec]) =>
  energyNames.map((subject) => ({ subject, row, setting: { guide: specLabel(spec), ...budget } })),
);
