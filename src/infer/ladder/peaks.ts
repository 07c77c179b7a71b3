import { FluvialError } from "../../core/check.ts";
import type { HostGradient } from "../../core/hostGradient.ts";
import { foldHostKey, type HostKey, hostUniforms } from "../../core/key.ts";
import { pause } from "../../core/pause.ts";
import { normalsFrom } from "../../mcmc/random.ts";
import { lbfgs, type Maximum } from "../../optimise/lbfgs.ts";

/** A local maximum of the log density, and how many searches ended there. */
export interface Peak {
  readonly position: Float64Array;
  readonly value: number;
  readonly found: number;
}

/** Sds of the normals around 0 that searches start from, in turn: modes far out have small basins seen from near 0. */
const widths = [1, 4, 7, 10, 30];
/** A search is over once the expected gain is this small, relative to the value; a mode need not be known better. */
const roughly = { maxIterations: 60, gainTolerance: 1e-6, gradientTolerance: 1e-3 };
/** Places on the way between two maxima where the density is looked at, the middle first. */
const steps = [0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875];
/** How far the log density must fall between two maxima, in nats, for them to be two. */
const dip = 1;

/** A start from a normal; undefined where the log density or its slope is not finite there. */
const wideStart = (gradient: HostGradient, key: HostKey, width: number): Float64Array | undefined => {
  const normal = normalsFrom(hostUniforms(key));
  const position = new Float64Array(gradient.size).map(() => width * normal());
  const slope = new Float64Array(gradient.size);
  return Number.isFinite(gradient.at(position, slope)) && slope.every(Number.isFinite) ? position : undefined;
};

const search = (gradient: HostGradient, start: Float64Array): Maximum | undefined => {
  try {
    const found = lbfgs(gradient, start, roughly);
    return Number.isFinite(found.value) ? found : undefined;
  } catch (error) {
    if (error instanceof FluvialError) return undefined;
    throw error;
  }
};

type Place = Pick<Peak, "position" | "value">;

const isNear = (a: Place, b: Place): boolean =>
  a.position.every((x, i) => Math.abs(x - b.position[i]) <= 0.02 * (1 + Math.abs(x)));

/** Whether no valley lies between two maxima. */
const isSame = (gradient: HostGradient, a: Place, b: Place): boolean => {
  const floor = Math.min(a.value, b.value) - dip;
  const slope = new Float64Array(gradient.size);
  const isHigh = (t: number): boolean =>
    gradient.at(
      a.position.map((x, j) => (1 - t) * x + t * b.position[j]),
      slope,
    ) >= floor;
  if (isNear(a, b)) return true;
  return steps.every((t) => isHigh(t));
};

/** Maxima that are apart, the highest first, `most` at the most. */
const distinct = (gradient: HostGradient, found: readonly Maximum[], most: number): Peak[] => {
  const peaks: { position: Float64Array; value: number; found: number }[] = [];
  for (const end of found.toSorted((a, b) => b.value - a.value)) {
    const known = peaks.find((peak) => isSame(gradient, peak, end));
    if (known) known.found += 1;
    else if (peaks.length < most) peaks.push({ position: end.position, value: end.value, found: 1 });
  }
  return peaks;
};

/** What searches found. */
export interface Searched {
  readonly peaks: readonly Peak[];
  readonly searches: number;
}

/** Searches at the least and at the most, gradients after which no other is begun, and maxima that are kept. */
export const searching = { least: 32, most: 600, gradients: 5_000, peaks: 6 } as const;

/**
 * Local maxima of a log density by searches from starts drawn ever wider around 0, whatever a guide may have found: hundreds where one
 * takes a few gradients. No search is begun once `enough` says so.
 */
export const findPeaks = async (
  gradient: HostGradient,
  key: HostKey,
  spent: () => number,
  enough: () => boolean,
): Promise<Searched> => {
  const found: Maximum[] = [];
  const { least, most, gradients, peaks } = searching;
  let searches = 0;
  while (searches < most && (searches < least || spent() < gradients) && !enough()) {
    const start = wideStart(gradient, foldHostKey(key, searches), widths[searches % widths.length]);
    const end = start && search(gradient, start);
    if (end) found.push(end);
    searches++;
    if (searches % 16 === 0) await pause();
  }
  return { peaks: distinct(gradient, found, peaks), searches };
};
