/** One fit, and how far it lies from the reference draws. */
import { posteriors } from "../../models/posteriordb/index.ts";
import { parseGuide } from "../../src/cli/guides.ts";
import { khatThreshold } from "../../src/diagnostics/psis.ts";
import { guideSpecs } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";
import type { FitOptions } from "../../src/infer/fitting/fitOptions.ts";
import { sample } from "../../src/infer/sample.ts";
import type { Fit } from "../../src/posterior/posterior.ts";
import { dataFor } from "../../test/posteriordb/published.ts";
import { referenceDraws } from "../../test/posteriordb/reference.ts";
import { errorsOf, momentsOf } from "./errors.ts";
import type { Job, Result } from "./results.ts";

type Draws = Parameters<typeof momentsOf>[0];

const fitted = async ({ posterior, guide, seed }: Job): Promise<Fit> => {
  const model = posteriors[posterior];
  const spec = guide === "auto" ? guide : parseGuide(guide, guideSpecs);
  return fit(model, dataFor(model, posterior) as never, { guide: spec as FitOptions["guide"], seed }) as Promise<Fit>;
};

const rowsMoments = ({ rows }: Fit) => new Map(rows.map(({ name, mean, sd }) => [name, { mean, sd }]));

const ofFit = (made: Fit, reference: ReturnType<typeof momentsOf>): Result["fit"] => {
  const { elbo, elboSe, khat, converged, steps, correction } = made;
  const threshold = khatThreshold(made.logRatios.length);
  const corrected = { ...errorsOf(rowsMoments(made), reference), uncorrected: correction.uncorrected.length };
  return { elbo, elboSe, khat, threshold, converged, steps, ...(correction.applied && { corrected }) };
};

const measured = async (job: Job): Promise<Result> => {
  const { posterior, guide, seed } = job;
  const reference = momentsOf(referenceDraws(posterior) as Draws);
  const model = posteriors[posterior];
  const made = guide === "nuts" ? await sample(model, dataFor(model, posterior) as never, { seed }) : await fitted(job);
  const { method, gradients, seconds, verdict } = made;
  return {
    ...{ ...job, method, gradients, seconds, verdict },
    own: errorsOf(momentsOf(made.draws as Draws), reference),
    ...(made.kind === "fit" && { fit: ofFit(made as Fit, reference) }),
  };
};

let warm = false;

/** A first fit takes longer, as the machine gets to know the program: one that is not counted goes before. */
const warmUp = async (posterior: string): Promise<void> => {
  if (warm) return;
  warm = true;
  const model = posteriors[posterior];
  await fit(model, dataFor(model, posterior) as never, { steps: 100 });
};

/** Fits or samples, and measures the outcome. */
export const runJob = async (job: Job): Promise<Result> => {
  await warmUp(job.posterior);
  return await measured(job);
};
