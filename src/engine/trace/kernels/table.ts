import type { Lowerings } from "../lowering.ts";
import { algebra } from "./algebra.ts";
import { convolution } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { ours } from "./ours.ts";
import { reductions } from "./reductions.ts";
import { shapes } from "./shapes.ts";

/** Every kernel that can be traced. */
export const lowerings: Lowerings = {
  ...elementwise,
  ...reductions,
  ...shapes,
  ...indexing,
  ...algebra,
  ...convolution,
  ...ours,
};
