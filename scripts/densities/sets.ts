/** What flows are fitted to: rows to train on, to watch training on, and to score at the end. */
import { type DataSet, datasets, type Points } from "fluvial";
import { hasPatches, patches, testImages } from "./patches.ts";

export interface Task {
  readonly name: string;
  readonly training: Points;
  readonly validation: Points;
  readonly test: Points;
  /** How many independent groups the test rows come in, in turn; each row by itself unless said. */
  readonly groups?: number;
  /** Where the density is known. */
  readonly truth?: DataSet;
}

const rowsToTrain = 50_000;
const rowsToWatch = 4000;
const rowsToScore = 10_000;

const synthetic = (set: DataSet): Task => ({
  name: set.name,
  training: set.sample(rowsToTrain, 101),
  validation: set.sample(rowsToWatch, 102),
  test: set.sample(rowsToScore, 103),
  truth: set,
});

/** The sets of the plane by name. */
export const planeSets: Readonly<Record<string, DataSet>> = Object.fromEntries(
  Object.values(datasets).map((set) => [set.name, set]),
);

/** In the order of the tables. */
export const setNames: readonly string[] = [
  "two-uniforms",
  "two-lines",
  "eight-gaussians",
  "checkerboard",
  "two-spirals",
  "rings",
  "annulus",
  "moons",
  "pinwheel",
  "swiss-roll",
  "patches",
];

/** Those that can be had: the patches only where the images are. */
export const availableSets = (): readonly string[] => setNames.filter((name) => name !== "patches" || hasPatches());

export const taskOf = (name: string): Task =>
  name === "patches" ? { name, groups: testImages, ...patches() } : synthetic(planeSets[name]);
