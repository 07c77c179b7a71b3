import type { GuideSpec } from "../core/density.ts";
import { flowSpecs, stochasticFlowSpecs } from "../flows/index.ts";
import { annealedHamiltonian } from "./annealedHamiltonian.ts";
import { factorised } from "./factorised.ts";
import { fullRank } from "./fullRank.ts";
import { hamiltonian } from "./hamiltonian.ts";
import { laplaceGuide } from "./laplace.ts";
import { lowRank } from "./lowRank.ts";
import { meanField } from "./meanField.ts";
import { mixtureGuide } from "./mixture.ts";
import { pathfinder } from "./pathfinder.ts";
import { type WhitenedOptions, whitened } from "./whitened.ts";

/** `whitened` as files and the command line have it: all options in one. */
const whitenedBy = ({
  guide = meanField(),
  ...options
}: WhitenedOptions & { readonly guide?: GuideSpec } = {}): GuideSpec => whitened(guide, options) as GuideSpec;

/** Every guide by the name that files and the command line use: the Gaussian ones, and every flow. */
export const guideSpecs: Readonly<Record<string, (options?: Record<string, never>) => GuideSpec>> = {
  "mean-field": meanField,
  "full-rank": fullRank,
  "low-rank": lowRank,
  laplace: laplaceGuide,
  pathfinder,
  whitened: whitenedBy,
  mixture: mixtureGuide,
  factorised,
  ...flowSpecs,
  ...stochasticFlowSpecs,
  hamiltonian,
  "annealed-hamiltonian": annealedHamiltonian,
};

export { specLabel as guideLabel } from "../core/label.ts";
export {
  annealedHamiltonian,
  factorised,
  fullRank,
  hamiltonian,
  laplaceGuide,
  lowRank,
  meanField,
  mixtureGuide,
  pathfinder,
  whitened,
};
