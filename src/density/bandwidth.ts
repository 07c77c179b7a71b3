import { checkPositive, fail, suggest } from "../core/check.ts";
import type { HostKey } from "../core/key.ts";
import { range } from "../core/shape.ts";
import { shuffledPlaces } from "../core/shuffled.ts";
import { distancesFrom, logMeanKernel } from "./mixture.ts";
import type { Rows } from "./samples.ts";

/**
 * The width of a kernel in units of the samples' own spread: by the rules of Scott 1992 or Silverman 1986, a number, or the width under
 * which each row is likeliest given all others (Habbema, Hermans & van den Broek 1974).
 */
export type Bandwidth = "scott" | "silverman" | "validation" | number;

const rules: Readonly<Record<string, (count: number, size: number) => number>> = {
  scott: (count, size) => count ** (-1 / (size + 4)),
  silverman: (count, size) => ((count * (size + 2)) / 4) ** (-1 / (size + 4)),
};

/** Distances that the search for a width keeps, at the most. */
const mostDistances = 10_000_000;

const golden = (Math.sqrt(5) - 1) / 2;

/** Where a function of one peak is largest, to `tolerance`: the golden section (Kiefer 1953). */
const peakOf = (f: (x: number) => number, low: number, high: number, tolerance: number): number => {
  let [a, b] = [low, high];
  let [left, right] = [b - golden * (b - a), a + golden * (b - a)];
  let [atLeft, atRight] = [f(left), f(right)];
  while (b - a > tolerance) {
    if (atLeft > atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - golden * (b - a);
      atLeft = f(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + golden * (b - a);
      atRight = f(right);
    }
  }
  return (a + b) / 2;
};

/**
 * Mean log density of some whitened rows, each under kernels at all the others, as a function of log width and but for what does not depend
 * on it. Copies of a row are left out with it: they would make it the likelier the narrower the kernels, without end.
 */
const leaveOneOut = (all: Rows, places: readonly number[]): ((logWidth: number) => number) => {
  const { count, size } = all;
  const distances = new Float32Array(places.length * count);
  const least = places.map((place, i) => {
    const own = distances.subarray(i * count, (i + 1) * count);
    distancesFrom(all, place, all, own);
    for (let other = 0; other < count; other++) if (own[other] === 0) own[other] = Number.POSITIVE_INFINITY;
    return own.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  });
  return (logWidth) => {
    const width = Math.exp(logWidth);
    const logs = places.map((_, i) => logMeanKernel(distances, i * count, (i + 1) * count, least[i], width));
    return logs.reduce((a, b) => a + b, 0) / logs.length - size * logWidth;
  };
};

/** The width under which rows are likeliest, each by the kernels at the others: all rows, or as many at random as memory allows. */
const byValidation = (whitened: Rows, key: HostKey): number => {
  const { count, size } = whitened;
  const used = Math.min(count, Math.max(1, Math.floor(mostDistances / count)));
  const likelihood = leaveOneOut(whitened, shuffledPlaces(key, count).slice(0, used));
  // Coarse first: several peaks are rare, but possible.
  const rule = Math.log(rules.scott(count, size));
  const steps = range(13).map((i) => rule + (i - 8) * 0.5);
  const worths = steps.map(likelihood);
  const best = steps[worths.indexOf(Math.max(...worths))];
  return Math.exp(peakOf(likelihood, best - 0.5, best + 0.5, 1e-3));
};

/** The width for whitened rows. @throws FluvialError where the rule is unknown or the number not above 0. */
export const widthOf = (who: string, bandwidth: Bandwidth, whitened: Rows, key: HostKey): number => {
  if (typeof bandwidth === "number") {
    checkPositive(`${who}: bandwidth`, bandwidth);
    return bandwidth;
  }
  if (bandwidth === "validation") return byValidation(whitened, key);
  const known = [...Object.keys(rules), "validation"];
  if (!Object.hasOwn(rules, bandwidth))
    fail(
      `${who}: bandwidth: expected ${known.join(", ")} or a number, got ${JSON.stringify(bandwidth)}${suggest(String(bandwidth), known)}`,
    );
  return rules[bandwidth](whitened.count, whitened.size);
};
