import type { Precision } from "../../core/double.ts";
import type { Graph } from "../graph/node.ts";
import { prepare } from "./prepare.ts";
import { rewriter } from "./rewrite/settle.ts";

/** Rounds at the most: the first takes away what stands between the ops, later ones join what that lets meet. */
const rounds = 4;

/**
 * A program with the same results to rounding and less to do: views merged, constants folded, equal nodes made one, dead ones
 * gone, algebra (rewrite/rules.ts lists it). It is for finished programs: marks for differentiation go too. Time and memory are
 * linear in the program. No NaN or ±∞ is hidden; the sign of a zero may change.
 */
export const simplify = ({ inputs, outputs }: Graph, precision: Precision): Graph => {
  const { settle } = rewriter(precision);
  let now = settle(prepare(outputs, 0));
  for (let round = 1; round < rounds; round++) {
    const next = settle(prepare(now, 0));
    if (next.every((output, i) => output === now[i])) break;
    now = next;
  }
  return { inputs, outputs: now };
};
