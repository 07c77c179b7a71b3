/** The rows of the leaderboard. */
import { parseGuide } from "../../src/cli/guides.ts";
import { guideSpecs } from "../../src/guides/index.ts";

/** Rows beside the guides of `guideSpecs` at their defaults: guides with their options, as the command line has them. */
const settings: readonly string[] = ["planar:layers=32", "real-nvp:layers=6:hidden=32x32"];

/** The sampler that all are to be measured by. */
const others: readonly string[] = ["nuts"];

export const guideRows: readonly string[] = [...Object.keys(guideSpecs), ...settings, ...others];

/** Fits that take minutes: they come last. */
export const dear: readonly string[] = ["continuous", "residual", "recurrent"];

/** Whether the library has it, at its present state. */
export const exists = (guide: string): boolean => {
  if ([...others, "auto"].includes(guide)) return true;
  try {
    parseGuide(guide, guideSpecs);
    return true;
  } catch {
    return false;
  }
};
