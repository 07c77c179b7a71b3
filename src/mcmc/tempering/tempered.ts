import { checkCount, checkOptions, checkPositive, fail } from "../../core/check.ts";
import { foldHostKey, splitHostKey } from "../../core/key.ts";
import type { Gradient } from "../../engine/engine.ts";
import { kernelOn } from "../compiledKernel.ts";
import { type HmcOptions, hmc } from "../hmc.ts";
import { type ChainRun, type Point, type Progress, pointAt, progressOf, type TunableKernel } from "../kernel.ts";
import { type NutsOptions, nuts } from "../nuts.ts";
import { drawKeyOf, firstDrawOf } from "../plan.ts";
import { keepDraw } from "../records.ts";
import { stepSizeSearch } from "../stepSize.ts";
import { geometricLadder, type Ladder, roundTrips, swapRates } from "./ladder.ts";
import { fromMemory, toMemory } from "./memory.ts";
import { moveAll, type Rung, swapNeighbours } from "./rung.ts";
import { warmUpTempered } from "./warmup.ts";

/** What replicas move with between swaps. */
export type Moves =
  | { readonly name: "nuts"; readonly options?: NutsOptions }
  | { readonly name: "hmc"; readonly options?: HmcOptions };

export interface TemperedOptions {
  /** How many replicas: 10 unless said. */
  readonly rungs?: number;
  /** Temperature of the hottest, above 1: 100 unless said. */
  readonly hottest?: number;
  /** Temperatures from 1 up that are kept as they are, instead of a ladder that warm-up levels. */
  readonly temperatures?: readonly number[];
  /** NUTS unless said. */
  readonly moves?: Moves;
}

const optionNames = ["rungs", "hottest", "temperatures", "moves"] satisfies (keyof TemperedOptions)[];

const ladderOf = ({ rungs, hottest, temperatures }: TemperedOptions): Ladder => {
  if (temperatures === undefined) {
    checkCount("tempered: rungs", rungs ?? 10, 2);
    checkPositive("tempered: hottest", hottest ?? 100);
    if ((hottest ?? 100) <= 1) fail(`tempered: hottest: expected a temperature above 1, got ${hottest}`);
    return geometricLadder(rungs ?? 10, hottest ?? 100);
  }
  if (rungs !== undefined || hottest !== undefined)
    fail("tempered: give either temperatures, or rungs and hottest of a ladder that warm-up levels");
  const rise = temperatures.every((t, k) => (k === 0 ? t === 1 : t > temperatures[k - 1] && Number.isFinite(t)));
  if (temperatures.length < 2 || !rise)
    fail(`tempered: temperatures: expected 1 and then higher ones, rising, got ${temperatures.join(", ")}`);
  return temperatures.map((t) => 1 / t);
};

/** @throws FluvialError for a ladder that is none. */
export const checkLadder = (options: TemperedOptions): void => {
  ladderOf(options);
};

const movesOn = (gradient: Gradient, { name, options = {} }: Moves): TunableKernel => {
  const plain = name === "hmc" ? hmc(gradient, options) : nuts(gradient, options);
  const { compiled, metric } = plain;
  return compiled && (metric === "diagonal" || metric === "unit")
    ? Object.assign(kernelOn(compiled, gradient), { metric })
    : plain;
};

/** Draws of a chain whose warm-up is over. */
const drawing = (gradient: Gradient, kernelOf: TunableKernel) =>
  function* draw(
    rungs: readonly Rung[],
    points: Point[],
    [beginning, plan, records]: Parameters<ChainRun>,
  ): Generator<Progress, void> {
    const [drawKey, first] = [drawKeyOf(beginning), firstDrawOf(beginning)];
    const ladder = rungs.map(({ beta }) => beta);
    const tally = { rates: swapRates(rungs.length), trips: roundTrips(rungs.length) };
    const [{ stepSize, metric }] = rungs;
    const tuning = { stepSize, metric: metric.data };
    const memory = (): Float64Array =>
      toMemory(
        rungs,
        points.map(({ position }) => position),
      );
    const report = () => ({
      temperatures: ladder.map((beta) => 1 / beta),
      swapRates: tally.rates.rates(),
      roundTrips: [tally.trips.count()],
    });
    for (let i = 0; i < plan.draws; i++) {
      const key = foldHostKey(drawKey, first + i);
      const [cold] = moveAll(kernelOf, rungs, points, key);
      swapNeighbours(ladder, points, key, first + i, tally);
      keepDraw(records, i, points[0], cold, gradient.size);
      yield { ...progressOf(cold, stepSize), tuning, memory, report };
    }
  };

/**
 * Parallel tempering: replicas of the chain leave p(x)^β as it is, at inverse temperatures β from 1 down, and neighbours swap
 * places by Metropolis' rule, at even and odd rungs in turn. Hot replicas cross between modes, and what they find comes down the ladder.
 * Draws are those of β = 1. Warm-up gives each replica its step size and metric, and levels the ladder until neighbours swap equally
 * often. p is the density on the unconstrained scale, Jacobian included; p^β must be proper. Geyer 1991; Okabe et al. 2001; Syed,
 * Bouchard-Côté, Deligiannidis & Doucet 2022.
 *
 * The reports of the chains say `temperatures`, mean `swapRates` of neighbours, and `roundTrips` of replicas down from the hot end.
 * @throws FluvialError on an unknown option, or a ladder that is none.
 */
export const tempered = (gradient: Gradient, options: TemperedOptions = {}): TunableKernel => {
  checkOptions("tempered", options, optionNames);
  const { moves = { name: "nuts" }, temperatures } = options;
  const ladder = ladderOf(options);
  const kernelOf = movesOn(gradient, moves);
  const draw = drawing(gradient, kernelOf);
  const run: ChainRun = function* (beginning, plan, records) {
    const { after, start, key } = beginning;
    if (after) {
      const { rungs, positions } = fromMemory(after.memory, gradient.size);
      const points = positions.map((position) => pointAt(gradient, position));
      yield* draw(rungs, points, [beginning, plan, records]);
    } else {
      const ready = yield* warmUpTempered(kernelOf, stepSizeSearch(gradient), splitHostKey(key, 2)[0], start, plan, {
        ladder,
        fixed: temperatures !== undefined,
      });
      yield* draw(ready.rungs, ready.points, [beginning, plan, records]);
    }
  };
  const recipe = { name: "tempered" as const, options: { ...options, moves }, gradient };
  return Object.assign((tuning: Parameters<TunableKernel>[0]) => kernelOf(tuning), {
    metric: kernelOf.metric,
    run,
    recipe,
  });
};
