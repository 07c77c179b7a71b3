import type { GuideSpec } from "../../core/density.ts";
import type { Fit } from "../../posterior/posterior.ts";
import { nearlyEven, weightShareOf } from "../fitting/weightShare.ts";
import type { Check } from "./check.ts";
import type { Judgement } from "./judge.ts";

/** A rung that was fitted. */
export interface Tried {
  readonly spec: GuideSpec;
  readonly fit: Fit;
  /** What the independent check made of it; undefined where it did not come to that. */
  readonly judged?: Judgement;
}

/** What is known of a posterior so far. */
export interface Known {
  /** Unconstrained numbers. */
  readonly size: number;
  readonly tried: readonly Tried[];
  readonly check?: Check;
}

/** Whether k-hat and the fit's own corrected rows have nothing against it. */
export const isGood = ({ fit }: Tried): boolean => fit.verdict.startsWith("Good");

/**
 * Whether its weights are nearly even though k-hat fails: about a tail that adds next to nothing where the guide's draws lie. What k-hat
 * fears there, mass that they never come to, is what the independent check looks for.
 */
export const isEven = ({ fit }: Pick<Tried, "fit">): boolean =>
  !fit.correction.applied && weightShareOf(fit.logRatios) > nearlyEven;

/** Whether its rows are corrected by weights that can be used, or need no correction. */
export const passes = ({ fit }: Tried): boolean => fit.correction.applied || isEven({ fit });

/** The regions of the posterior that chains found apart; 1 where that is not known, or the chains cannot be relied on. */
export const regionsOf = ({ check }: Pick<Known, "check">): number =>
  check && !check.told.doubt ? Math.max(1, check.basins.length) : 1;

/** Nats a coordinate by which the bound of a normal may lie below the best weights of its draws before it is no scale for anything. */
const hopelessGap = 100;

/** The normal at the mode, where it is of use: in a direction in which the posterior is flat or bent round, its draws lie nowhere near the mass. */
export const usableLaplace = (known: Known): Fit | undefined => {
  const found = fitBy(known, "laplace");
  if (!found) return undefined;
  const most = found.logRatios.reduce((top, ratio) => Math.max(top, ratio), Number.NEGATIVE_INFINITY);
  return most - found.elbo <= hopelessGap * known.size ? found : undefined;
};

/** The last fit by a guide of this name. */
export const fitBy = ({ tried }: Known, name: string): Fit | undefined =>
  tried.findLast(({ spec }) => spec.name === name)?.fit;
