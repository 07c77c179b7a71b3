import type { Density } from "../../core/density.ts";
import { hostValues, type Tensor } from "../../core/tensor.ts";
import type { Fit } from "../../posterior/posterior.ts";
import type { FittedGuide } from "../fitting/fittedGuide.ts";
import type { Ground } from "../fitting/ground.ts";
import type { Basin } from "./regions.ts";
import { concatenated, type Walk } from "./walk.ts";

/**
 * How a guide's density lies over the draws of chains that know nothing of it. Under a right guide log p − log q is near log Z at all
 * of them; where it is far above, the posterior has mass that the guide does not reach.
 */
export interface Coverage {
  /** Share of the posterior's mass, by the chains, where its density is more than `many` times that of the guide. */
  readonly missed: number;
  readonly missedError: number;
  /** The same by the guide's own weighted draws: what the guide believes of itself. */
  readonly believed: number;
  /** Per region, the first of these. */
  readonly perRegion: readonly number[];
}

/** Ratios of densities above which a guide is said to miss a draw. */
const many = 20;
const block = 500;

/** log q at points [count × size]; undefined where the guide does not know it. */
const logProbAt = (
  { engine, conditioned }: Ground<unknown>,
  { guide, parameters }: FittedGuide,
  points: Float64Array,
): Float64Array | undefined => {
  const { size } = conditioned;
  const count = points.length / size;
  const together = Math.min(block, count);
  let known = true;
  const logProb = engine.compile((params: unknown, z: Tensor) => {
    const q = guide.at(params);
    known = "logProb" in q;
    return known ? (q as Density).logProb(z) : z.sum(-1);
  });
  const out = new Float64Array(count);
  for (let next = 0; next < count; next += block) {
    // Every block has the same size, so that it is the same program: the last one overlaps the one before.
    const from = Math.min(next, count - together);
    const z = engine.tensor(points.subarray(from * size, (from + together) * size), [together, size]);
    const made = logProb(parameters, z);
    out.set(hostValues(made), from);
    made.dispose();
    z.dispose();
  }
  return known ? out : undefined;
};

/** log Z as the importance weights have it: the log of their mean. */
export const logEvidenceOf = ({ logRatios }: Pick<Fit, "logRatios">): number => {
  const top = logRatios.reduce((most, ratio) => (ratio > most ? ratio : most), Number.NEGATIVE_INFINITY);
  return top + Math.log(logRatios.reduce((sum, ratio) => sum + Math.exp(ratio - top), 0) / logRatios.length);
};

/** How a fitted guide covers the draws of chains; undefined where its density is not known there. */
export const coverageOf = (
  ground: Ground<unknown>,
  fitted: FittedGuide,
  fit: Pick<Fit, "logRatios" | "logWeights">,
  walk: Walk,
  basins: readonly Basin[],
): Coverage | undefined => {
  const bar = logEvidenceOf(fit) + Math.log(many);
  const logQ = logProbAt(ground, fitted, concatenated(walk.draws));
  if (!logQ) return undefined;
  const length = walk.logDensity[0].length;
  const missedIn = (chain: number): number =>
    walk.logDensity[chain].reduce((n, p, i) => n + (p - logQ[chain * length + i] <= bar ? 0 : 1), 0) / length;
  const shares = basins.map(({ chains }) => chains.map(missedIn));
  const perRegion = shares.map((each) => each.reduce((a, b) => a + b, 0) / each.length);
  // The error is what the chains of a region differ by.
  const errors = shares.map((each, r) => {
    const spread = each.reduce((sum, x) => sum + (x - perRegion[r]) ** 2, 0) / Math.max(1, each.length - 1);
    return Math.sqrt(spread / each.length);
  });
  return {
    missed: basins.reduce((sum, { share }, r) => sum + share * perRegion[r], 0),
    missedError: Math.hypot(...basins.map(({ share }, r) => share * errors[r])),
    believed: fit.logWeights.reduce((sum, w, i) => sum + (fit.logRatios[i] > bar ? Math.exp(w) : 0), 0),
    perRegion,
  };
};
