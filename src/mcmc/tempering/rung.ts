import { foldHostKey, type HostKey, hostUniforms } from "../../core/key.ts";
import type { Kernel, Point, Transition, TunableKernel } from "../kernel.ts";
import type { Metric } from "../metric.ts";
import { type Ladder, type RoundTrips, type SwapRates, swapChance } from "./ladder.ts";

/** One temperature, and what its replica moves with. */
export interface Rung {
  readonly beta: number;
  readonly stepSize: number;
  readonly metric: Metric;
}

/** What a sweep counts. */
export interface Tally {
  readonly rates: SwapRates;
  readonly trips: RoundTrips;
}

const kernelAt = (kernelOf: TunableKernel, { beta, stepSize, metric }: Rung): Kernel<Point, Transition> =>
  kernelOf({ stepSize, metric, inverseTemperature: beta });

/** One transition of each replica, in place. */
export const moveAll = (
  kernelOf: TunableKernel,
  rungs: readonly Rung[],
  points: Point[],
  key: HostKey,
): readonly Transition[] =>
  rungs.map((rung, k) => {
    const [next, transition] = kernelAt(kernelOf, rung).step(foldHostKey(key, k), points[k]);
    points[k] = next;
    return transition;
  });

/**
 * Tries swaps of neighbours, in place: those of even rungs and the ones after at even `turn`s, else those of odd ones. Okabe, Kawata, Okamoto &
 * Mikami 2001; Syed, Bouchard-Côté, Deligiannidis & Doucet 2022, whose replicas travel further by it than by random choice.
 */
export const swapNeighbours = (ladder: Ladder, points: Point[], key: HostKey, turn: number, tally: Tally): void => {
  const uniform = hostUniforms(foldHostKey(key, ladder.length));
  for (let k = turn % 2; k + 1 < ladder.length; k += 2) {
    const chance = swapChance(
      ladder,
      k,
      points.map(({ logDensity }) => logDensity),
    );
    tally.rates.note(k, chance);
    if (uniform() >= chance) continue;
    [points[k], points[k + 1]] = [points[k + 1], points[k]];
    tally.trips.swap(k);
  }
  tally.trips.look();
};
