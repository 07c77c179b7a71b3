import type { HostGradient } from "../../core/hostGradient.ts";
import { foldHostKey, type HostKey, hostUniforms } from "../../core/key.ts";
import { bridge } from "../../diagnostics/bridge.ts";
import { coloured, type Gaussian, gaussianLogDensity, gaussianOf } from "../../diagnostics/gaussian.ts";
import { normalsFrom } from "../../mcmc/random.ts";
import { isApart } from "./apart.ts";
import { concatenated, type Walk } from "./walk.ts";

/** Chains that stayed together, apart from others, and the share of the mass that lies where they were. */
export interface Basin {
  /** Numbers of the chains. */
  readonly chains: readonly number[];
  readonly share: number;
  /** Squared relative error of the mass; 0 where it is the only one. */
  readonly error: number;
}

/** Chains in groups that overlap, each chain with all that it overlaps with, directly or through others. */
export const groupsOf = (draws: readonly Float64Array[], size: number): readonly (readonly number[])[] => {
  const group = draws.map((_, chain) => chain);
  for (let a = 0; a < draws.length; a++)
    for (let b = 0; b < a; b++)
      if (group[a] !== group[b] && !isApart(draws[a], draws[b], size)) {
        const [from, to] = [group[a], group[b]];
        for (let c = 0; c < group.length; c++) if (group[c] === from) group[c] = to;
      }
  return [...new Set(group)].map((label) => Array.from(group.keys()).filter((chain) => group[chain] === label));
};

/** Proposals that a region's mass is weighed with. */
const proposals = 500;

const half = (values: Float64Array, size: number, second: boolean): Float64Array => {
  const middle = Math.floor(values.length / size / 2) * size;
  return second ? values.subarray(middle) : values.subarray(0, middle);
};

const less = (a: Float64Array, b: Float64Array): Float64Array => a.map((x, i) => x - b[i]);

const drawnFrom = (gaussian: Gaussian, key: HostKey, count: number): Float64Array => {
  const normal = normalsFrom(hostUniforms(key));
  return coloured(
    new Float64Array(count * gaussian.mean.length).map(() => normal()),
    gaussian,
  );
};

const valuesAt = (gradient: HostGradient, points: Float64Array): Float64Array => {
  const slope = new Float64Array(gradient.size);
  return new Float64Array(points.length / gradient.size).map((_, i) =>
    gradient.at(points.subarray(i * gradient.size, (i + 1) * gradient.size), slope),
  );
};

/** log of the mass around a group of chains and its squared relative error, by a bridge from a normal like the first half of their draws. */
const massOf = (
  gradient: HostGradient,
  key: HostKey,
  { draws, logDensity }: Walk,
  chains: readonly number[],
): { readonly logMass: number; readonly error: number } => {
  const { size } = gradient;
  const gaussian = gaussianOf(concatenated(chains.map((c) => half(draws[c], size, false))), size);
  if (!gaussian) return { logMass: Number.NaN, error: Number.POSITIVE_INFINITY };
  const points = drawnFrom(gaussian, key, proposals);
  const atDraws = chains.map((c) =>
    less(half(logDensity[c], 1, true), gaussianLogDensity(half(draws[c], size, true), gaussian)),
  );
  const { value, fromDraws, fromProposals } = bridge(
    atDraws,
    less(valuesAt(gradient, points), gaussianLogDensity(points, gaussian)),
  );
  return { logMass: value, error: fromDraws + fromProposals };
};

/**
 * The regions that chains stayed in, the heaviest first, with their shares of the mass: by bridge sampling where there are several, each
 * from a normal fitted to its draws (Meng & Wong 1996). Shares are NaN where a region could not be weighed.
 */
export const basinsOf = (gradient: HostGradient, key: HostKey, walk: Walk): readonly Basin[] => {
  const groups = groupsOf(walk.draws, gradient.size);
  if (groups.length === 1) return [{ chains: groups[0], share: 1, error: 0 }];
  const masses = groups.map((chains, i) => massOf(gradient, foldHostKey(key, i), walk, chains));
  const most = masses.reduce((top, { logMass }) => Math.max(top, logMass), Number.NEGATIVE_INFINITY);
  const total = masses.reduce((sum, { logMass }) => sum + Math.exp(logMass - most), 0);
  return groups
    .map((chains, i) => ({ chains, share: Math.exp(masses[i].logMass - most) / total, error: masses[i].error }))
    .sort((a, b) => b.share - a.share);
};

/** Standard errors of the shares. */
export const shareErrorsOf = (basins: readonly Pick<Basin, "share" | "error">[]): readonly number[] =>
  basins.map(({ share, error }, i) =>
    Math.sqrt(
      basins.reduce(
        (sum, other, j) =>
          sum + (i === j ? (share * (1 - share)) ** 2 * error : (share * other.share) ** 2 * other.error),
        0,
      ),
    ),
  );
