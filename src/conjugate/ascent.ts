import { checkCount, checkOptions, checkPositive, fail, showAny } from "../core/check.ts";

/** A mean-field posterior with closed updates. */
export interface AscentProblem<F> {
  /** The factors to start from. */
  readonly init: F;
  /** Each gives the factors with one of them at its best, the others held: run in turn. Their names go into errors. */
  readonly updates: Readonly<Record<string, (factors: F) => F>>;
  /** The evidence lower bound in nats, constants and all. */
  readonly bound: (factors: F) => number;
}

export interface AscentOptions {
  /** Rounds of all updates at the most: 1,000 unless said. */
  readonly sweeps?: number;
  /** Done once a round gains no more than this times max(1, |bound|): 1e-12 unless said. */
  readonly tolerance?: number;
}

/** Where coordinate ascent ended. */
export interface Ascended<F> {
  readonly factors: F;
  readonly bound: number;
  /** The bound after every round. */
  readonly bounds: Float64Array;
  /** Whether the last round gained nothing to speak of. */
  readonly converged: boolean;
}

/** A fall of the bound that rounding alone does not make, in parts of the bound. */
const beyondRounding = 1e-9;

const checkBound = (update: string, bound: number, before: number): void => {
  if (!Number.isFinite(bound)) fail(`coordinate ascent: the bound is ${showAny(bound)} after the update of ${update}`);
  if (before - bound > beyondRounding * Math.max(1, Math.abs(before)))
    fail(
      `coordinate ascent: the bound fell from ${before} to ${bound} by the update of ${update}: that update, or the bound, is not that of this model`,
    );
};

/** @throws FluvialError on what is no problem, and on options that are out of range. */
const checkProblem = <F>(problem: AscentProblem<F>, options: AscentOptions): void => {
  if (problem === null || typeof problem !== "object")
    fail(`coordinate ascent: expected { init, updates, bound }, got ${showAny(problem)}`);
  const { updates, bound } = problem;
  checkOptions("coordinate ascent", options, ["sweeps", "tolerance"]);
  if (options.sweeps !== undefined) checkCount("coordinate ascent: sweeps", options.sweeps);
  if (options.tolerance !== undefined) checkPositive("coordinate ascent: tolerance", options.tolerance);
  if (Object.keys(updates ?? {}).length === 0)
    fail("coordinate ascent: expected updates: { name: (factors) => factors }");
  for (const [name, update] of Object.entries(updates))
    if (typeof update !== "function")
      fail(`coordinate ascent: updates: ${name}: expected a function of the factors, got ${showAny(update)}`);
  if (typeof bound !== "function") fail(`coordinate ascent: bound: expected a function, got ${showAny(bound)}`);
};

/**
 * Mean-field variational inference by closed updates of one factor after the other, until the bound levels off. No update can lower the
 * bound where it is right, which is looked at after every one. Bishop 2006, section 10.1.1; Blei, Kucukelbir & McAuliffe 2017, algorithm 1.
 * The end is a local maximum, which depends on the start where there are several.
 * @throws FluvialError where the bound falls beyond rounding or is no number: it names the update.
 */
export const coordinateAscent = <F>(problem: AscentProblem<F>, options: AscentOptions = {}): Ascended<F> => {
  checkProblem(problem, options);
  const { sweeps = 1000, tolerance = 1e-12 } = options;
  const bounds: number[] = [];
  let factors = problem.init;
  let bound = Number.NEGATIVE_INFINITY;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const before = bound;
    for (const [name, update] of Object.entries(problem.updates)) {
      factors = update(factors);
      const next = problem.bound(factors);
      checkBound(name, next, bound);
      bound = next;
    }
    bounds.push(bound);
    if (bound - before <= tolerance * Math.max(1, Math.abs(bound)))
      return { factors, bound, bounds: Float64Array.from(bounds), converged: true };
  }
  return { factors, bound, bounds: Float64Array.from(bounds), converged: false };
};
