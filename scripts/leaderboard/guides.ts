/** The rows of the leaderboard. */
import { parseGuide } from "../../src/cli/guides.ts";
import { guideSpecs } from "../../src/guides/index.ts";

/** Rows beside the guides of `guideSpecs` at their defaults: guides with their options, as the command line has them. */
const settings: readonly string[] = [
  "pathfinder:paths=1",
  ...["full-rank", "planar", "iaf", "spline", "spline-coupling", "real-nvp"].map((flow) => `whitened:guide=${flow}`),
];

/** The ladder, and the sampler that all are to be measured by. */
const others: readonly string[] = ["auto", "nuts"];

export const guideRows: readonly string[] = [...Object.keys(guideSpecs), ...settings, ...others];

/** Fits that take minutes: they come last. */
export const dear: readonly string[] = [
  "hamiltonian",
  "annealed-hamiltonian",
  "langevin",
  "recurrent",
  "monotone-integral",
  "residual",
  "continuous",
];

/** Whether the library has it, at its present state. */
export const exists = (guide: string): boolean => {
  if (others.includes(guide)) return true;
  try {
    parseGuide(guide, guideSpecs);
    return true;
  } catch {
    return false;
  }
};
