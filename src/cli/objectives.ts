import type { Gaussian } from "../core/density.ts";
import type { Objective } from "../objectives/objective.ts";
import { parseSpec } from "./guides.ts";

/** Objectives by name; each checks its own options. */
export type ObjectiveTable = Readonly<Record<string, (options?: Record<string, never>) => Objective<Gaussian>>>;

/** Every objective with its options at their defaults, for help that loads nothing. */
export const objectiveForms: readonly string[] = [
  "elbo:draws=8",
  "stick-the-landing:draws=8",
  "gaussian-elbo:draws=8:prior=analytic",
  "iwae:samples=8:draws=1",
  "dreg:samples=8:draws=1",
  "renyi:alpha=0.5:samples=8:draws=1",
  "chi:order=2:samples=16:draws=1",
  "forward-kl:samples=64",
  "score-function:draws=16:baseline=leave-one-out",
];

/**
 * An objective as the command line writes it: "elbo", "iwae:samples=8". A guide that lacks what it needs refuses it when training begins.
 * @throws FluvialError where there is no such objective or option.
 */
export const parseObjective = (text: string, objectives: ObjectiveTable): Objective =>
  parseSpec(text, objectives, "objective") as unknown as Objective;
