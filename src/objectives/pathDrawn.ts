import type { Density, PathSampler, Sampler } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { type Drawn, drawFrom } from "./drawn.ts";
import { checkDensity } from "./needs.ts";
import { pathLogProb } from "./surrogate.ts";

/** Draws whose logQ has the gradient that follows the draws alone, but for the way back of a guide with noise of its own. */
export interface PathDrawn extends Drawn {
  /** log r(u | z) [groups · each], with the gradient by the parameters alone; left out where nothing goes back. */
  readonly backHere?: Tensor;
}

const goesAlong = (q: Sampler): q is PathSampler => q.drawPath !== undefined;

/**
 * Draws for an objective that leaves the guide's score out.
 * @param held whether `backHere` is wanted, which costs a way back more. @param instead what serves other guides.
 * @throws FluvialError where log q is known only at the guide's own draws.
 */
export const pathDrawn = (
  who: string,
  q: Density | PathSampler,
  key: Key,
  counts: { readonly groups?: number; readonly each: number },
  { instead, held = false }: { readonly instead: string; readonly held?: boolean },
): PathDrawn => {
  if (!goesAlong(q)) {
    checkDensity(who, q, instead);
    const drawn = drawFrom(q, key, counts);
    return { ...drawn, logQ: pathLogProb(q, drawn.value) };
  }
  const { groups = 1, each } = counts;
  return within("guide", () => {
    const { value, logJoint, logBack, logBackHere } = q.drawPath(key, [groups * each]);
    return { groups, value, logQ: logJoint.sub(logBack), ...(held && { backHere: logBackHere() }) };
  });
};
