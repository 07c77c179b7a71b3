/** One fit, its bound and the modes that it covers. */
import { constant, elbo, type FitOptions, fit } from "fluvial";
import { densities } from "../../../models/densities/index.ts";
import { latticeDeviation } from "../../../models/densities/mixtures.ts";
import { pictureOfDraws } from "../../energies/pictures.ts";
import { computed, countOf } from "../../jobs/measure.ts";
import type { PictureStore } from "../../jobs/pictures.ts";
import { type Cost, type Job, pictureName } from "../experiment.ts";
import { guideSpec, type Kind } from "./guide.ts";
import { modesCovered } from "./modes.ts";
import { drawsForBound, lattices, type Setting } from "./settings.ts";

export interface Fitted extends Cost {
  /** Nats, and its standard error: 0 at best, as the target is normalised. */
  readonly elbo: number;
  readonly se: number;
  readonly khat: number;
  readonly modes: number;
}

export const run = async (job: Job<Setting>, pictures: PictureStore): Promise<Fitted> => {
  const { subject, row, setting, seed } = job;
  const { base, steps, draws, rate, clip } = setting;
  const target = densities[subject];
  const began = computed();
  const fitted = await fit(target.model, {}, {
    guide: guideSpec(row as Kind, base),
    ...{ steps, seed, clip, rate: constant(rate), objective: elbo({ draws }) },
    ...{ precision: "f32", draws: drawsForBound, correct: false },
  } as FitOptions);
  const seconds = computed() - began;
  const { values } = fitted.unconstrained;
  if (seed === 1) pictures.keep(pictureName(job), pictureOfDraws(target, values));
  return {
    ...{ elbo: fitted.elbo, se: fitted.elboSe, khat: fitted.khat },
    modes: modesCovered(values, lattices[subject].centres, latticeDeviation),
    ...{ parameters: countOf(fitted.parameters), taken: fitted.steps, seconds },
  };
};
