import { checkCount, checkOptions, fail } from "../../core/check.ts";
import type { GuideSpec } from "../../core/density.ts";
import { foldHostKey, type HostKey, splitHostKey } from "../../core/key.ts";
import { pause } from "../../core/pause.ts";
import { disposeTree } from "../../core/tree.ts";
import { defaultEngine } from "../../engine/choose.ts";
import type { Engine } from "../../engine/engine.ts";
import { guideLabel } from "../../guides/index.ts";
import { condition } from "../../model/condition.ts";
import { bindData, type Coords, type DataFor } from "../../model/data.ts";
import type { Model } from "../../model/model.ts";
import type { Values } from "../../model/site.ts";
import type { Calibration } from "../../posterior/calibration.ts";
import { densityOf } from "../densityOf.ts";
import type { FitOptions } from "../fitting/fitOptions.ts";
import { nuts, type SamplerSpec } from "../sampling/samplers.ts";
import { verbKey } from "../verbKey.ts";
import { type Analyse, byFunction, byGuide, bySampler, type OwnMethod } from "./analyse.ts";
import { type Gathered, gather } from "./gather.ts";
import { calibrationRows, calibrationSummary, calibrationVerdict } from "./judge.ts";
import { measureOf } from "./measure.ts";
import { type AnyData, type Replications, replicationsOf, type TruthSource } from "./replications.ts";
import { thinningFrom } from "./thinning.ts";

export interface CalibrateProgress {
  /** Replications that are done, and all of them. */
  readonly done: number;
  readonly total: number;
  /** The calibration so far, as if it were stopped now. */
  soFar(): Calibration;
}

export interface CalibrateOptions {
  /** A sampler, a guide, or a function of data and seed that draws; nuts() unless said. */
  readonly method?: SamplerSpec | GuideSpec | OwnMethod;
  /** Data sets; 1,000 unless said. */
  readonly replications?: number;
  /** Draws that each true value is ranked among; 99 unless said. */
  readonly draws?: number;
  /** Transitions a draw, of a sampler: by the ESS of ten pilot runs unless said. */
  readonly thin?: number | "auto";
  /** Transitions of a sampler that adapt and are not kept; 500 unless said. */
  readonly warmup?: number;
  /** Options of `fit`, for a guide. */
  readonly fit?: Pick<FitOptions, "objective" | "steps" | "restarts" | "rate" | "beta" | "clip" | "minibatch">;
  /** What draws true values and data, where it is not the prior of the model itself: another model, or a function of a seed. */
  readonly truth?: TruthSource;
  /** The probability with which a right method passes; 0.99 unless said. */
  readonly level?: number;
  readonly seed?: number;
  /** Labels of named axes. */
  readonly coords?: Coords;
  readonly engine?: Engine;
  readonly onProgress?: (progress: CalibrateProgress) => void;
  /** Ends the run, which keeps the replications that are done. */
  readonly signal?: AbortSignal;
}

const optionNames: readonly string[] = [
  "method",
  "replications",
  "draws",
  "thin",
  "warmup",
  "fit",
  "truth",
  "level",
  "seed",
  "coords",
  "engine",
  "onProgress",
  "signal",
] satisfies (keyof CalibrateOptions)[];

const isSampler = (x: object): x is SamplerSpec => typeof (x as SamplerSpec).kernel === "function";
const isGuide = (x: object): x is GuideSpec => typeof (x as GuideSpec).for === "function";

const checkArguments = (options: CalibrateOptions): void => {
  checkOptions("calibrate", options, optionNames);
  const { method = nuts(), replications = 1, draws = 1, warmup = 0, thin = "auto", level = 0.99 } = options;
  if (typeof method !== "function" && !(typeof method === "object" && method && (isSampler(method) || isGuide(method))))
    fail(`calibrate: method: expected nuts(), a guide such as meanField(), or a function, got ${String(method)}`);
  const sampled = typeof method !== "function" && isSampler(method);
  for (const name of ["warmup", "thin"] as const)
    if (options[name] !== undefined && !sampled) fail(`calibrate: ${name} belongs to a sampler; leave it out`);
  if (options.fit !== undefined && (typeof method === "function" || sampled))
    fail("calibrate: fit belongs to a guide; leave it out");
  checkCount("calibrate: replications", replications);
  checkCount("calibrate: draws", draws);
  checkCount("calibrate: warmup", warmup, 0);
  if (thin !== "auto") checkCount("calibrate: thin", thin);
  if (!(level > 0 && level < 1)) fail(`calibrate: level: expected a number between 0 and 1, got ${level}`);
};

const labelOf = (method: SamplerSpec | GuideSpec | OwnMethod): string => {
  if (typeof method === "function") return method.name || "method";
  return isSampler(method) ? method.name : guideLabel(method);
};

/** Data sets whose chains say how much to thin. */
const pilots = 10;

/** What all replications share. */
interface Bench {
  readonly model: Model;
  readonly engine: Engine;
  readonly coords: Coords;
  readonly replications: Replications;
  readonly key: HostKey;
  readonly draws: number;
  readonly stops: () => boolean;
}

/** Data as tensors of the engine; the caller disposes of them. */
const tensorsOf = ({ model, engine, coords }: Bench, data: AnyData): Values => {
  const { data: host } = bindData(model as Model<Record<string, never>, Record<string, never>>, data as never, coords);
  return Object.fromEntries(
    Object.entries(host).map(([name, { values, shape, type }]) => [name, engine.tensor(values, shape, type)]),
  );
};

/** Longer chains on a few data sets. */
const pilotRuns = async (bench: Bench, analyse: Analyse, count: number): Promise<Float64Array[]> => {
  const found: Float64Array[] = [];
  for (let index = 0; index < count; index++) {
    const { data } = bench.replications(index);
    const tensors = tensorsOf(bench, data);
    try {
      const analysis = await analyse(data, tensors, foldHostKey(bench.key, -1 - index));
      if (analysis?.z) found.push(analysis.z);
    } catch {
      // The replication itself will say what is wrong.
    } finally {
      disposeTree(tensors);
    }
  }
  return found;
};

interface Method {
  readonly analyse: Analyse;
  readonly thin: number;
  dispose(): void;
}

const samplerMethod = async (bench: Bench, sampler: SamplerSpec, options: CalibrateOptions): Promise<Method> => {
  const { engine, model, coords, draws, stops, replications } = bench;
  const conditioned = condition(model, replications(0).data, coords);
  const tensors = tensorsOf(bench, replications(0).data);
  const gradient = engine.gradient(densityOf(conditioned), conditioned.size, tensors);
  disposeTree(tensors);
  const { warmup = 500, thin = "auto", replications: count = 1_000 } = options;
  const runs = (thinning: number, kept: number): Analyse =>
    bySampler(gradient, sampler, { warmup, draws: kept, thin: thinning }, stops);
  const found =
    thin === "auto"
      ? thinningFrom(await pilotRuns(bench, runs(1, Math.max(400, 4 * draws)), Math.min(pilots, count)), gradient.size)
      : thin;
  return { analyse: runs(found, draws), thin: found, dispose: () => gradient.dispose() };
};

const methodOf = async (bench: Bench, options: CalibrateOptions): Promise<Method> => {
  const { method = nuts(), fit = {} } = options;
  const { model, draws, engine, coords } = bench;
  const nothing = (): void => {};
  if (typeof method === "function") return { analyse: byFunction(method, draws), thin: 1, dispose: nothing };
  if (isSampler(method)) return samplerMethod(bench, method, options);
  return { analyse: byGuide(model, method, draws, { fit, engine, coords }), thin: 1, dispose: nothing };
};

/** What was gathered, judged. */
const judged = (
  bench: Bench,
  gathered: Gathered,
  options: CalibrateOptions,
  run: { readonly thin: number; readonly began: number; readonly interrupted: boolean },
): Calibration => {
  const { method = nuts(), replications: asked = 1_000, level = 0.99, seed = 0 } = options;
  const rows = calibrationRows(gathered.ranks(), bench.draws, level);
  const p = Math.min(1, ...rows.map(({ adjustedP }) => adjustedP));
  const found = {
    kind: "calibration" as const,
    model: bench.model.name,
    method: labelOf(method),
    seed,
    engine: bench.engine.name,
    seconds: (performance.now() - run.began) / 1000,
    gradients: gathered.gradients(),
    divergences: gathered.divergences(),
    replications: gathered.done(),
    asked,
    interrupted: run.interrupted,
    draws: bench.draws,
    thin: run.thin,
    level,
    ranks: gathered.ranks(),
    rows,
    p,
    passed: rows.length > 0 && p > 1 - level,
    failures: gathered.failures(),
  };
  const told = { ...found, verdict: calibrationVerdict(found) };
  return { ...told, summary: () => calibrationSummary(told) };
};

/**
 * Simulation-based calibration of a method of inference on a model: true values are drawn from the prior and data from them, the method
 * infers the true values back, and each is ranked among its draws. The ranks of a right method are uniform. Ranked are all scalars of
 * latents and derived quantities, and the joint log-likelihood; what else shall be tested, of data too, can be derived in the model.
 * Talts et al. 2018; Säilynoja, Bürkner & Vehtari 2022 (bands); Modrák et al. 2023 (quantities that depend on data).
 * @param data what the model conditions on, covariates and sizes; of observations, which are simulated, only shapes and gaps count.
 * @throws FluvialError where the prior or the data cannot be drawn, an option is unknown, or the method fails on every data set.
 * @example (await calibrate(model, { x })).verdict
 */
export const calibrate = async <L, D, G>(
  model: Model<L, D, G>,
  data: Partial<DataFor<D>> = {},
  options: CalibrateOptions = {},
): Promise<Calibration> => {
  checkArguments(options);
  const began = performance.now();
  const { replications: count = 1_000, draws = 99, seed = 0, coords = {}, signal, onProgress } = options;
  const plain = model as unknown as Model;
  const engine = options.engine ?? defaultEngine();
  const [key, tieKey] = splitHostKey(verbKey("calibrate", seed), 2);
  const source = { count, seed, coords, engine };
  const replications = replicationsOf(plain, data as AnyData, options.truth, source);
  const bench = { model: plain, engine, coords, replications, key, draws, stops: () => signal?.aborted === true };
  const conditioned = condition(plain, replications(0).data, coords);
  const gathered = gather({ conditioned, measure: measureOf(engine, conditioned), draws, key: tieKey });
  const method = await methodOf(bench, options);
  const report = (interrupted: boolean): Calibration =>
    judged(bench, gathered, options, { thin: method.thin, began, interrupted });
  try {
    for (let index = 0; index < count && !bench.stops(); index++) {
      const { data: simulated, truth } = replications(index);
      const tensors = tensorsOf(bench, simulated);
      try {
        const analysis = await method.analyse(simulated, tensors, foldHostKey(key, index));
        if (analysis) gathered.add(index, truth, analysis, tensors);
      } catch (error) {
        if (!bench.stops()) gathered.fail(index, error);
      } finally {
        disposeTree(tensors);
      }
      onProgress?.({ done: index + 1, total: count, soFar: () => report(index + 1 < count) });
      if (index % 8 === 0) await pause();
    }
  } finally {
    method.dispose();
  }
  gathered.checkAny();
  return report(gathered.done() + gathered.failures().length < count);
};
