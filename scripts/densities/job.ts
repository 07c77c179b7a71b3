/** One fit and its score. */
import type { DataSet, FlowSpec, Points } from "fluvial";
import { type GuideTable, parseGuide } from "../../src/cli/guides.ts";
import { specLabel } from "../../src/core/label.ts";
import { fitDensity } from "../../src/density/fitDensity.ts";
import type { BoundedDensity, FittedDensity } from "../../src/density/fitted.ts";
import { kernelDensity } from "../../src/density/kernelDensity.ts";
import { flowSpecs, type StochasticFlowSpec, stochasticFlowSpecs } from "../../src/flows/index.ts";
import { countOf } from "../jobs/measure.ts";
import { pictureOf, shown } from "../jobs/pictures.ts";
import { type Job, type Mean, pictureName, pictures, type Result } from "./results.ts";
import { type Task, taskOf } from "./sets.ts";

/** Every flow by name, those that have noise of their own too. */
export const everyFlow: GuideTable = { ...flowSpecs, ...stochasticFlowSpecs };

/** All that is asked of a density here. */
export interface Scored {
  logProb(rows: Points): Float64Array;
  sample(
    n: number,
    options: { readonly seed: number },
  ): { readonly shape: readonly number[]; readonly values: Float64Array };
}

export const meanOf = (values: readonly number[]): Mean => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, se: Math.sqrt(squares / (values.length - 1) / values.length) };
};

/** Of rows that belong together, as patches of one image do: every so many rows one of the same. Their means are what is independent. */
const groupMeans = (values: readonly number[], groups: number): number[] => {
  const each = values.length / groups;
  const sums = new Float64Array(groups);
  values.forEach((value, i) => {
    sums[i % groups] += value / each;
  });
  return [...sums];
};

export const scoresOf = (
  density: Scored,
  { test, truth, groups = test.shape[0] }: Task,
): Pick<Result, "test" | "shortfall" | "notFinite"> => {
  const logs = Array.from(density.logProb(test));
  const right = truth?.logDensity(test);
  return {
    test: meanOf(groupMeans(logs, groups)),
    ...(right && { shortfall: meanOf(logs.map((log, i) => right[i] - log)) }),
    notFinite: logs.filter((log) => !Number.isFinite(log)).length,
  };
};

const keepPicture = (job: Job, density: Scored, truth: DataSet): void => {
  const { values } = density.sample(shown, { seed: 5 });
  pictures.keep(pictureName(job), pictureOf(density, values, truth.logDensity, truth.bounds));
};

const firstRows = ({ shape, values }: Points, n: number): Points =>
  shape[0] <= n ? { shape, values } : { shape: [n, shape[1]], values: values.slice(0, n * shape[1]) };

/** What a job makes, beside its scores. */
interface Made {
  readonly density: Scored;
  readonly rest: Pick<Result, "label" | "parameters" | "ending" | "stretch" | "bound"> & { readonly steps: number };
}

const baselines: Readonly<Record<string, (task: Task) => Made>> = {
  truth: ({ truth }) => {
    if (!truth) throw new Error("the density of this set is not known");
    const density = {
      logProb: truth.logDensity,
      sample: (n: number, { seed }: { seed: number }) => truth.sample(n, seed),
    };
    return { density, rest: { label: "truth", parameters: 0, ending: "", steps: 0 } };
  },
  "kernel-density": ({ training }) => {
    const points = firstRows(training, 10_000);
    const density = kernelDensity(points, { bandwidth: "validation" });
    const label = `kernel-density:bandwidth=${density.bandwidth.toPrecision(3)}`;
    return { density, rest: { label, parameters: 0, ending: "", steps: 0 } };
  },
};

export const baselineNames: readonly string[] = Object.keys(baselines);

/** Draws of its own noise for each row of a flow that has such: the bound with so many is scored. */
const draws = 64;

/** A density known by a bound alone: below it the truth lies with the bound's own error. */
const bounded = (density: BoundedDensity): Scored => ({
  logProb: (rows) => density.lowerBound(rows, { draws, seed: 7 }),
  sample: (n, options) => density.sample(n, options),
});

const stretchOf = (density: FittedDensity, test: Points): Result["stretch"] => {
  const { toNoise, toSamples, inversionError } = density.lipschitz(firstRows(test, 1000));
  return { toNoise, toSamples, inversionError };
};

const fitted = async (job: Job, { training, validation, test }: Task): Promise<Made> => {
  const spec = parseGuide(job.flow, everyFlow);
  const { batch, steps, seed, seconds } = job;
  const signal = AbortSignal.timeout(1000 * seconds);
  const options = { validation, batch, steps, seed, signal };
  const density =
    "stochastic" in spec
      ? await fitDensity(spec as StochasticFlowSpec, training, options)
      : await fitDensity(spec as FlowSpec, training, options);
  const told = { label: specLabel(spec), parameters: countOf(density.parameters), ending: density.ending };
  const rest = { ...told, steps: density.steps };
  return density.kind === "density"
    ? { density, rest: { ...rest, stretch: stretchOf(density, test) } }
    : { density: bounded(density), rest: { ...rest, bound: true } };
};

/** Fits and scores; keeps what a picture of the plane needs. */
export const runJob = async (job: Job): Promise<Result> => {
  const task = taskOf(job.set);
  const began = performance.now();
  const { density, rest } = await (baselines[job.flow] ?? ((t: Task) => fitted(job, t)))(task);
  const seconds = (performance.now() - began) / 1000;
  const scores = scoresOf(density, task);
  const drawingBegan = performance.now();
  density.sample(1000, { seed: 6 });
  const drawing = (performance.now() - drawingBegan) / 1000;
  if (task.truth) keepPicture(job, density, task.truth);
  const { steps, ...told } = rest;
  return { ...job, ...told, ...scores, took: { steps, seconds, drawing } };
};
