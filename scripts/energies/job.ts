/** One fit and its score. */
import { annealing, cosine, elbo, type FitOptions, fit, guideSpecs } from "fluvial";
import { densities } from "../../models/densities/index.ts";
import { type GuideTable, parseGuide } from "../../src/cli/guides.ts";
import { computed, countOf } from "../jobs/measure.ts";
import { pictureOfDraws } from "./pictures.ts";
import { type Job, pictureName, pictures, type Result } from "./results.ts";
import { drawsForBound, type Setting } from "./settings.ts";

/** What `fit` is told beyond the guide: nothing where it is left to itself. */
const optionsOf = ({ steps, draws, rate, annealing: rising, precision, restarts }: Setting): FitOptions =>
  steps === undefined
    ? {}
    : {
        steps,
        ...(draws !== undefined && { objective: elbo({ draws }) }),
        ...(rate && { rate: cosine(...rate, steps) }),
        ...(rising !== undefined && { beta: annealing(0.01, rising) }),
        ...(precision && { precision }),
        ...(restarts !== undefined && { restarts }),
      };

export const runJob = async (job: Job): Promise<Result> => {
  const target = densities[job.energy];
  const guide = parseGuide(job.setting.guide, guideSpecs as unknown as GuideTable);
  const began = computed();
  const options = { ...optionsOf(job.setting), guide, seed: job.seed, draws: drawsForBound, correct: false };
  const fitted = await fit(target.model, {}, options);
  const seconds = computed() - began;
  if (job.seed === 1) pictures.keep(pictureName(job), pictureOfDraws(target, fitted.unconstrained.values));
  const { elboSe: se, khat, steps } = fitted;
  return { ...job, kl: target.logZ - fitted.elbo, se, khat, parameters: countOf(fitted.parameters), steps, seconds };
};
