import { levelled, type MeanAndError, meanAndError, recentOf } from "./level.ts";

/** What training is to do next. */
export interface Order {
  /** Keep the present state: it is the best so far. */
  readonly keep?: boolean;
  /** Go back to the state that was kept. */
  readonly goBack?: boolean;
  /** Multiply the rate by this. */
  readonly slowDown?: number;
  /** Training is over: the bound has levelled off at the lowest rate, or has fallen too often. */
  readonly end?: "levelled" | "fell";
}

/** The course of training as seen in its bound. */
export interface Stages {
  /** Finite values of the bound, one a step. */
  take(bound: Float64Array): Order;
  /** What was taken so far says nothing any more. */
  startAgain(): void;
  /** What to do where the steps are used up. */
  cutShort(): Order;
}

/** The rate is lowered by this factor each time the bound has levelled off, and training ends when it has done so at the last. */
const factors = [0.3, 0.3, 0.3, 0.3];
/** Where the bound falls, the guide is coming apart at this rate: it is lowered by this factor. */
const afterFall = 0.3;
const mostFalls = 4;
/** Standard errors that a fall must exceed to be one: chance alone gives such a fall once in 30,000 times. */
const beyondChance = 4;
/** A fall that no one would mind, in nats. */
const negligible = 1e-3;

const isBelow = (now: MeanAndError, before: MeanAndError): boolean =>
  before.mean - now.mean > Math.max(beyondChance * Math.hypot(now.error, before.error), negligible);

/** Stages of falling rates, each until the bound has levelled off; back to the best of them where it falls. */
export const stagesOf = (): Stages => {
  let since: number[] = [];
  let stage = 0;
  let falls = 0;
  let best: MeanAndError | undefined;

  const fell = (recent: MeanAndError | undefined): boolean => !!best && !!recent && isBelow(recent, best);
  const back = (): Order => {
    since = [];
    falls += 1;
    return falls >= mostFalls ? { goBack: true, end: "fell" } : { goBack: true, slowDown: afterFall };
  };
  return {
    take: (bound) => {
      for (const value of bound) since.push(value);
      const recent = recentOf(since);
      if (fell(recent)) return back();
      if (!levelled(Float64Array.from(since))) return {};
      const now = recent as MeanAndError;
      const keep = !best || now.mean >= best.mean - now.error;
      if (keep) best = now;
      since = [];
      stage += 1;
      if (stage > factors.length) return { ...(keep ? { keep } : { goBack: true }), end: "levelled" };
      return { keep, slowDown: factors[stage - 1] };
    },
    startAgain: () => {
      since = [];
      best = undefined;
    },
    cutShort: () =>
      best && since.length > 0 && isBelow(meanAndError(Float64Array.from(since.slice(-450))), best)
        ? { goBack: true }
        : {},
  };
};
