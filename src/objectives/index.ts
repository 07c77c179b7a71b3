import type { Gaussian } from "../core/density.ts";
import { chi } from "./chi.ts";
import { dreg } from "./dreg.ts";
import { elbo } from "./elbo.ts";
import { forwardKl } from "./forwardKl.ts";
import { gaussianElbo } from "./gaussianElbo.ts";
import { iwae } from "./iwae.ts";
import type { Objective } from "./objective.ts";
import { renyi } from "./renyi.ts";
import { scoreFunction } from "./scoreFunction.ts";
import { stickTheLanding } from "./stickTheLanding.ts";

/**
 * Every objective by the name that files and the command line use. Each takes a Gaussian guide; where one needs less, its own type says
 * so, and a guide that lacks what it needs is refused at the first step.
 */
export const objectiveSpecs: Readonly<Record<string, (options?: Record<string, never>) => Objective<Gaussian>>> = {
  elbo,
  "stick-the-landing": stickTheLanding,
  "gaussian-elbo": gaussianElbo,
  iwae,
  dreg,
  renyi,
  chi,
  "forward-kl": forwardKl,
  "score-function": scoreFunction,
};

export type { ChiOptions } from "./chi.ts";
export type { GaussianElboOptions } from "./gaussianElbo.ts";
export type { MultiSampleOptions } from "./iwae.ts";
export type { RenyiOptions } from "./renyi.ts";
export type { ScoreFunctionOptions } from "./scoreFunction.ts";
export type { Objective };
export { chi, dreg, elbo, forwardKl, gaussianElbo, iwae, renyi, scoreFunction, stickTheLanding };
