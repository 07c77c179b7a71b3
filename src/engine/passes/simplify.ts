import type { Precision } from "../../core/double.ts";
import type { Graph } from "../graph/node.ts";
import { prepare } from "./prepare.ts";
import { rewriter } from "./rewrite/settle.ts";

/** The first round removes what stands between the ops, the second finds what that lets meet. */
const rounds = 2;

/**
 * A program with the same results to rounding and less to do: views merged, constants folded, equal nodes made one, dead ones
 * gone, algebra (rewrite/rules.ts lists it). It is for finished programs: marks for differentiation go too. Time and memory are
 * linear in the program. No NaN or ±∞ is hidden; the sign of a zero may change.
 */
export const simplify = ({ inputs, outputs }: Graph, precision: Precision): Graph => {
  let now = outputs;
  for (let round = 0; round < rounds; round++) now = rewriter(precision).settle(prepare(now, 0));
  return { inputs, outputs: now };
};
