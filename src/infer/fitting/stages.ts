import { levelled, type MeanAndError, meanAndError, recentOf, shortest } from "./level.ts";

/** What training is to do next. */
export interface Order {
  /** Keep the present state: it is the best so far. */
  readonly keep?: boolean;
  /** Go back to the state that was kept. */
  readonly goBack?: boolean;
  /** Multiply the rate by this. */
  readonly slowDown?: number;
  /** Training is over. */
  readonly end?: boolean;
}

/** The course of training as seen in its bound. */
export interface Stages {
  /** Finite values of the bound, one a step. */
  take(bound: ArrayLike<number>): Order;
  /** What was taken so far says nothing any more; so many steps are gone. */
  startAgain(gone: number): void;
  /** Whether the bound has levelled off, at the first rate and at the last; of a schedule, in its last third. */
  converged(): boolean;
  /** Whether training ended because the bound fell at every rate. */
  fell(): boolean;
}

/** What a course of stages depends on. */
export interface StageOptions {
  /** Steps at the most. */
  readonly steps: number;
  /** The rate to start from, where it is a number; a schedule is followed to its end. */
  readonly rate?: number;
  /** Whether what is watched may fall while the guide gets better: then the latest state is the best. */
  readonly mayFall?: boolean;
}

/** The rate of each stage as a part of that before it. */
const factors = [0.3, 0.3, 0.3, 0.3];
/** The parts of all steps that stages take at the most: the rate comes down in time even where the bound keeps rising. */
const shares = [0.5, 0.125, 0.125, 0.125, 0.125];
/** A third of the first stage holds so many steps that their rates add up to this, within limits. */
const travel = 25;
const longest = 1000;
/** Later stages settle what noise is left: they need hold less of the bound. */
const later = 1 / 3;
/** Where the bound falls, the guide is coming apart at this rate: it is lowered by this factor. */
const afterFall = 0.3;
const mostFalls = 4;
/** Standard errors that a fall must exceed to be one: chance alone gives such a fall once in 30,000 times. */
const beyondChance = 4;
/** A fall, in nats, as a guide has that wanders at a large rate; where it is over, the best state is taken again. */
const wandering = 0.5;

const isBelow = (now: MeanAndError, before: MeanAndError, atLeast: number): boolean =>
  before.mean - now.mean > Math.max(beyondChance * Math.hypot(now.error, before.error), atLeast);

const widthOf = (rate: number, stage: number): number => {
  const first = Math.min(longest, Math.max(shortest, Math.round(travel / rate)));
  return stage === 0 ? first : Math.max(shortest, Math.round(first * later));
};

/** Steps from one look at the bound, for a state worth keeping, to the next. */
const look = 500;

/**
 * Stages of falling rates, each until the bound has levelled off or its share of the steps is used up; back to the best state where the
 * bound falls. A schedule is one stage, which goes on to the end.
 */
export const stagesOf = ({ steps, rate, mayFall = false }: StageOptions): Stages => {
  let left = steps;
  let allowed = steps * shares[0];
  let since: number[] = [];
  let stage = 0;
  let falls = 0;
  let hurried = false;
  let converged = false;
  let best: MeanAndError | undefined;

  const hasFallen = (now: MeanAndError, before: MeanAndError, atLeast: number): boolean =>
    !mayFall && isBelow(now, before, atLeast);
  const back = (): Order => {
    since = [];
    falls += 1;
    return { goBack: true, slowDown: afterFall, ...(falls >= mostFalls && { end: true }) };
  };
  /** Keeps what is no worse than the best. */
  const settle = (recent: MeanAndError, by: number = recent.error): Order => {
    const keep = mayFall || !best || recent.mean >= best.mean - by;
    if (keep) best = recent;
    return keep ? { keep } : {};
  };
  const next = (recent: MeanAndError): Order => {
    const settled = best && hasFallen(recent, best, 0) ? { goBack: true } : settle(recent);
    since = [];
    stage += 1;
    allowed = (left * shares[stage]) / shares.slice(stage).reduce((sum, share) => sum + share, 0);
    if (stage <= factors.length) return { ...settled, slowDown: factors[stage - 1] };
    converged = !hurried && falls === 0;
    return { ...settled, end: true };
  };
  return {
    take: (bound) => {
      for (let i = 0; i < bound.length; i++) since.push(bound[i]);
      left -= bound.length;
      const recent = recentOf(since);
      // The very beginning is the first state worth going back to: what comes apart at once ends no worse.
      if (!recent) return best || bound.length < 2 ? {} : settle(meanAndError(bound));
      if (best && hasFallen(recent, best, wandering)) return back();
      if (rate !== undefined && levelled(since, widthOf(rate, stage))) return next(recent);
      const late = rate !== undefined && stage < factors.length && since.length >= allowed;
      hurried ||= late && stage === 0;
      if (late) return next(recent);
      return since.length % look < bound.length ? settle(recent, 0) : {};
    },
    startAgain: (gone) => {
      left -= gone;
      allowed = left * shares[0];
      since = [];
      best = undefined;
    },
    converged: () => (rate === undefined ? falls === 0 && levelled(since) : converged),
    fell: () => falls >= mostFalls,
  };
};
