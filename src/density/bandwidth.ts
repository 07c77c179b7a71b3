import { checkPositive, fail, suggest } from "../core/check.ts";
import type { HostKey } from "../core/key.ts";
import { range } from "../core/shape.ts";
import { distancesFrom, logMeanKernel } from "./mixture.ts";
import { type Rows, rowsAt } from "./samples.ts";
import { shuffled } from "./split.ts";

/**
 * The width of a kernel in units of the samples' own spread: by the rules of Scott 1992 or Silverman 1986, a number, or the width under which
 * rows kept aside are likeliest.
 */
export type Bandwidth = "scott" | "silverman" | "validation" | number;

const rules: Readonly<Record<string, (count: number, size: number) => number>> = {
  scott: (count, size) => count ** (-1 / (size + 4)),
  silverman: (count, size) => ((count * (size + 2)) / 4) ** (-1 / (size + 4)),
};

/** Distances that the search for a width keeps, at the most. */
const mostDistances = 4_000_000;

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

/** Mean log density of some whitened rows under kernels of a width at others, as a function of log width, but for what does not depend on it. */
const heldOutLikelihood = (kept: Rows, points: Rows): ((logWidth: number) => number) => {
  const { count } = points;
  const distances = new Float64Array(kept.count * count);
  const least = Float64Array.from({ length: kept.count }, (_, row) =>
    distancesFrom(kept, row, points, distances.subarray(row * count, (row + 1) * count)),
  );
  return (logWidth) => {
    let sum = 0;
    for (let row = 0; row < kept.count; row++)
      sum += logMeanKernel(distances, row * count, (row + 1) * count, least[row], Math.exp(logWidth));
    return sum / kept.count - points.size * logWidth;
  };
};

/** The width that makes a tenth of the rows likeliest under kernels at the others. Where there are many rows, some are left out. */
const byValidation = (whitened: Rows, key: HostKey): number => {
  const { count, size } = whitened;
  const places = shuffled(key, count);
  const used = Math.min(count, Math.floor(Math.sqrt(mostDistances / 0.09)));
  const held = Math.max(1, Math.round(0.1 * used));
  const [kept, points] = [places.slice(0, held), places.slice(held, used)].map((own) => rowsAt(whitened, own));
  const rule = Math.log(rules.scott(used, size));
  const likelihood = heldOutLikelihood(kept, points);
  // Coarse first: several peaks are rare, but possible.
  const steps = range(25).map((i) => rule + (i - 16) * 0.25);
  const best = steps.reduce((a, b) => (likelihood(b) > likelihood(a) ? b : a));
  const peak = peakOf(likelihood, best - 0.25, best + 0.25, 1e-3);
  // For all rows rather than those used, by the rate of Scott's rule.
  return Math.exp(peak) * (count / points.count) ** (-1 / (size + 4));
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
