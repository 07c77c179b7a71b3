/** How each guide is fitted to the four energies. Its row of the table is named by the key. */
export interface Setting {
  /** The guide as the command line has it. */
  readonly guide: string;
  /** Steps a start; where none are said, `fit` is left to itself, and what follows does not apply. */
  readonly steps?: number;
  /** Draws a step. */
  readonly draws?: number;
  /** The rate falls from the one to the other along half a cosine. */
  readonly rate?: readonly [from: number, to: number];
  /** Steps until the weight of the log density, which starts from 0.01, is 1. */
  readonly annealing?: number;
  readonly precision?: "f32" | "f64";
  readonly restarts?: number;
  /** Seeds where the usual five are too dear. */
  readonly seeds?: number;
}

export const energyNames = ["u1", "u2", "u3", "u4"] as const;
export type EnergyName = (typeof energyNames)[number];

/** Fits of one guide to one energy, a seed each. */
export const seeds = 5;

/** Fresh draws that the bound is taken over. */
export const drawsForBound = 20_000;

/** What a fit may take of a processor; the page says where one took more. */
export const secondsAtMost = 180;

/** What takes few numbers, each with a meaning of its own. */
const plain = { steps: 20_000, draws: 256, rate: [0.005, 1e-4], precision: "f32" } as const;

/** What has networks inside. The weight of the log density rises slowly, so that nothing is lost that must be found again. */
const deep = { steps: 6_000, draws: 256, rate: [0.005, 5e-5], annealing: 3_000, precision: "f32" } as const;

export const settings: Readonly<Record<string, Setting>> = {
  "mean-field": { guide: "mean-field" },
  "full-rank": { guide: "full-rank" },
  "planar, 2 layers": { guide: "planar:layers=2", ...plain },
  "planar, 8 layers": { guide: "planar:layers=8", ...plain },
  "planar, 32 layers": { guide: "planar:layers=32", ...plain, restarts: 4 },
  radial: { guide: "radial:layers=32", ...plain, steps: 10_000 },
  sylvester: { guide: "sylvester:layers=16", ...plain, restarts: 4 },
  nice: { guide: "nice:layers=8:hidden=32x32:activation=relu", ...deep },
  "real-nvp": { guide: "real-nvp:layers=8:hidden=32x32:activation=relu", ...deep },
  iaf: { guide: "iaf:layers=4:hidden=48x48:activation=relu", ...deep },
  naf: { guide: "naf:layers=1:hidden=64x64:units=24:activation=relu", ...deep },
  spline: {
    ...{ guide: "spline:layers=1:bins=24:hidden=64x64x64:activation=relu", ...deep },
    ...{ steps: 20_000, rate: [0.003, 5e-5], annealing: 13_000 },
  },
  "spline-coupling": {
    ...{ guide: "spline-coupling:layers=4:bins=16:hidden=32x32:activation=relu", ...deep },
    ...{ steps: 10_000, annealing: undefined, restarts: 2 },
  },
  residual: { guide: "residual:layers=8:hidden=32x32", ...deep, seeds: 1 },
  continuous: { guide: "continuous:hidden=32", ...deep, seeds: 1 },
  "planar, left to fit": { guide: "planar:layers=32" },
  "spline, left to fit": { guide: "spline" },
};
