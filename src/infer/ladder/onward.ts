import { doubtOf, isRough, type Signs } from "./doubt.ts";
import { finer, type Walk } from "./walk.ts";

/** Times that the draws may be doubled where there are too few to tell, and that steps may be made finer where places refuse them. */
const attempts = { doublings: 4, finer: 2 };

/** How chains go on, and what is to be seen of them. */
export interface Onward<F extends { readonly walk: Walk }> {
  readonly findings: (walk: Walk) => F;
  readonly signsOf: (found: F) => Signs;
  /** So many draws more, for the i-th time. */
  readonly on: (walk: Walk, draws: number, i: number) => Promise<Walk>;
  /** `draws` anew with finer steps, for the i-th time. */
  readonly finer: (walk: Walk, i: number) => Promise<Walk>;
  readonly draws: number;
  /** Gradients that may still be spent. */
  readonly left: () => number;
  /** Gradients that a draw of all chains has cost so far. */
  readonly perDraw: number;
}

/**
 * What chains find that draw anew with finer steps where some places refuse theirs, and on where there are too few draws to tell. What the
 * gradients left will hardly pay for is not begun: then the chains count as interrupted.
 */
export const untilTold = async <F extends { readonly walk: Walk }>(first: Walk, onward: Onward<F>): Promise<F> => {
  const { findings, signsOf, left } = onward;
  let { perDraw } = onward;
  let found = findings(first);
  const spend = async (draws: number, cost: number, step: () => Promise<Walk>): Promise<void> => {
    const before = left();
    if (draws * cost > before) {
      found = findings({ ...found.walk, interrupted: true });
      return;
    }
    found = findings(await step());
    perDraw = (before - left()) / draws;
  };
  const times = { doublings: 0, finer: 0 };
  while (!found.walk.interrupted) {
    const { walk } = found;
    const signs = signsOf(found);
    const length = walk.logDensity[0].length;
    if (times.finer < attempts.finer && isRough(signs))
      await spend(onward.draws, finer * perDraw, () => onward.finer(walk, times.finer++));
    else if (times.doublings < attempts.doublings && doubtOf(signs)?.longerHelps)
      await spend(length, perDraw, () => onward.on(walk, length, times.doublings++));
    else break;
  }
  return found;
};
