/** One density, its score on fresh points, and its picture. */
import { type DataSet, type FlowSpec, fitDensity } from "fluvial";
import type { BoundedDensity, FittedDensity } from "../../../src/density/fitted.ts";
import type { StochasticFlowSpec } from "../../../src/flows/stochastic.ts";
import { meanOf, type Scored, scoresOf } from "../../densities/job.ts";
import type { Mean } from "../../densities/results.ts";
import { type Task, taskOf } from "../../densities/sets.ts";
import { computed, countOf } from "../../jobs/measure.ts";
import { type PictureStore, pictureOf, shown } from "../../jobs/pictures.ts";
import { type Cost, type Job, pictureName } from "../experiment.ts";
import { drawsForBound, flows, type Setting } from "./settings.ts";

export interface Fitted extends Cost {
  /** Nats a point; of a CIF its bound with many draws. */
  readonly test: Mean;
  /** Mean of log p − log q over the same points. */
  readonly shortfall: Mean;
  /** Of a CIF: the bound with one draw. */
  readonly elbo?: Mean;
  /** Test points where the log density was no finite number. */
  readonly notFinite: number;
  readonly ending: string;
}

/** Aborts when this process has computed so long, looked at now and then. */
const signalAfter = (seconds: number): { readonly signal: AbortSignal; readonly clear: () => void } => {
  const controller = new AbortController();
  const until = computed() + seconds;
  const timer = setInterval(() => {
    if (computed() >= until) controller.abort();
  }, 100);
  return { signal: controller.signal, clear: () => clearInterval(timer) };
};

type Density = FittedDensity | BoundedDensity;

const trained = async ({ row, setting, seed }: Job<Setting>, { training, validation }: Task): Promise<Density> => {
  const { steps, batch, rate, seconds } = setting;
  const spec = flows[row];
  const timed = seconds === undefined ? undefined : signalAfter(seconds);
  const options = { validation, steps, batch, rate, seed, ...(timed && { signal: timed.signal }) };
  try {
    return "stochastic" in spec
      ? await fitDensity(spec as StochasticFlowSpec, training, options)
      : await fitDensity(spec as FlowSpec, training, options);
  } finally {
    timed?.clear();
  }
};

/** With so many draws of the indices for each point, where there are indices. */
const scoredWith = (density: Density, draws: number): Scored =>
  density.kind === "density"
    ? density
    : {
        logProb: (rows) => density.lowerBound(rows, { draws, seed: 7 }),
        sample: (n, options) => density.sample(n, options),
      };

export const run = async (job: Job<Setting>, pictures: PictureStore): Promise<Fitted> => {
  const task = taskOf(job.subject);
  const truth = task.truth as DataSet;
  const began = computed();
  const density = await trained(job, task);
  const seconds = computed() - began;
  const scored = scoredWith(density, drawsForBound);
  if (job.seed === 1 && job.setting.seconds === undefined) {
    const points = density.sample(shown, { seed: 5 });
    pictures.keep(pictureName(job), pictureOf(scored, points.values, truth.logDensity, truth.bounds));
  }
  const { test, shortfall, notFinite } = scoresOf(scored, task);
  return {
    ...{ test, shortfall: shortfall as Mean, notFinite, ending: density.ending },
    ...(density.kind !== "density" && { elbo: meanOf([...density.lowerBound(task.test, { draws: 1, seed: 8 })]) }),
    ...{ parameters: countOf(density.parameters), taken: density.steps, seconds },
  };
};
