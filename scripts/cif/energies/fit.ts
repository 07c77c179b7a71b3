/** One fit and what it lacks. */
import { annealing, cosine, elbo, type FitOptions, fit } from "fluvial";
import { densities } from "../../../models/densities/index.ts";
import { pictureOfDraws } from "../../energies/pictures.ts";
import { computed, countOf } from "../../jobs/measure.ts";
import type { PictureStore } from "../../jobs/pictures.ts";
import { type Cost, type Job, pictureName } from "../experiment.ts";
import { drawsForBound, firstWeight, guides, type Setting } from "./settings.ts";

export interface Fitted extends Cost {
  /** log Z − ELBO in nats, and its standard error. */
  readonly kl: number;
  readonly se: number;
  readonly khat: number;
}

export const run = async (job: Job<Setting>, pictures: PictureStore): Promise<Fitted> => {
  const { subject, row, setting, seed } = job;
  const { steps, draws, rate } = setting;
  const target = densities[subject];
  const began = computed();
  const fitted = await fit(target.model, {}, {
    guide: guides[row],
    ...{ steps, seed, rate: cosine(...rate, steps), beta: annealing(firstWeight, Math.max(1, Math.round(steps / 2))) },
    ...{ objective: elbo({ draws }), precision: "f32", draws: drawsForBound, correct: false },
  } as FitOptions);
  const seconds = computed() - began;
  if (seed === 1) pictures.keep(pictureName(job), pictureOfDraws(target, fitted.unconstrained.values));
  return {
    ...{ kl: target.logZ - fitted.elbo, se: fitted.elboSe, khat: fitted.khat },
    ...{ parameters: countOf(fitted.parameters), taken: fitted.steps, seconds },
  };
};
