import { doubtOf, isRough, type Signs, wantsMore } from "./doubt.ts";
import { finer, type Walk } from "./walk.ts";

/** Times that the draws may be doubled where there are too few to tell, and that steps may be made finer where places refuse them. */
const attempts = { doublings: 4, finer: 2 };
/** The share of the draws so far that further ones must come to. */
const worthwhile = 0.25;

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
  const take = async (draws: number, step: () => Promise<Walk>): Promise<void> => {
    const before = left();
    found = findings(await step());
    perDraw = (before - left()) / draws;
  };
  const cutShort = (): F => findings({ ...found.walk, interrupted: true });
  const times = { doublings: 0, finer: 0 };
  while (!found.walk.interrupted) {
    const { walk } = found;
    const signs = signsOf(found);
    const length = walk.logDensity[0].length;
    const doubt = doubtOf(signs);
    if (isRough(signs) && times.finer < attempts.finer) {
      if (onward.draws * finer * perDraw > left()) return cutShort();
      await take(onward.draws, () => onward.finer(walk, times.finer++));
    } else if ((doubt ? doubt.longerHelps : wantsMore(signs)) && times.doublings < attempts.doublings) {
      const draws = Math.min(length, Math.floor(left() / perDraw));
      if (draws < worthwhile * length) return doubt ? cutShort() : found;
      await take(draws, () => onward.on(walk, draws, times.doublings++));
    } else break;
  }
  return found;
};
