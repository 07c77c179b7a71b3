import type { GuideSpec } from "../../core/density.ts";
import type { Fit } from "../../posterior/posterior.ts";
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

/** Whether its rows are corrected by weights that can be used. */
export const passes = ({ fit }: Tried): boolean => fit.correction.applied;

/** The regions of the posterior that chains found apart; 1 where that is not known, or the chains cannot be relied on. */
export const regionsOf = ({ check }: Pick<Known, "check">): number =>
  check && !check.told.doubt ? Math.max(1, check.basins.length) : 1;

/** The last fit by a guide of this name. */
export const fitBy = ({ tried }: Known, name: string): Fit | undefined =>
  tried.findLast(({ spec }) => spec.name === name)?.fit;
