import { checkCount, checkOptions, fail } from "../core/check.ts";
import { foldHostKey, type HostKey, hostKey } from "../core/key.ts";
import type { FlowOf } from "../flows/spec.ts";
import { entryOf } from "./entry.ts";
import type { BoundedDensity, DrawnRows, EngineFor, FittedDensity, StoredDensity } from "./fitted.ts";
import { checkPixels } from "./images.ts";
import { type AnyFlow, learntOf } from "./learnt.ts";
import { outlierScoresOf, typicalityOf } from "./outliers.ts";
import { type Programs, programsOf } from "./programs.ts";
import { contextOf, type Rows, rowsOf, type Samples } from "./samples.ts";
import { scoreOf } from "./score.ts";
import { stretchingOf } from "./stretching.ts";
import { densitySummary } from "./summary.ts";

/** Apart from the keys of training, whatever the seed. */
const drawing = -30;
/** Of the noise between pixels: the same at every call. */
const entering = -31;
const bounding = -33;
const using = -34;

/** Rows as a density takes them, with their contexts. */
interface Asked {
  readonly rows: Rows;
  readonly context: Rows | undefined;
}

const asked = (
  who: string,
  { size, images, context: length }: StoredDensity,
  samples: Samples,
  context: Samples | undefined,
): Asked => {
  const rows = rowsOf(who, samples, size);
  if (images) checkPixels(who, rows, images);
  return { rows, context: contextOf(who, context, length, rows.count) };
};

/** Programs made at the first call and kept. */
const lazily = (stored: StoredDensity, spec: AnyFlow, engineFor: EngineFor): (() => Programs) => {
  let made: Programs | undefined;
  return () => {
    const entry = entryOf(stored.standard, stored.images, stored.contextStandard);
    made ??= programsOf(stored.method, engineFor(), learntOf(spec, stored.size, stored.context, entry));
    return made;
  };
};

type Sample = FittedDensity["sample"];

const sampling =
  ({ size, context: length, parameters }: StoredDensity, programs: () => Programs): Sample =>
  (n, options = {}) => {
    checkOptions("sample", options, ["context", "seed"]);
    checkCount("sample: n", n);
    const context = contextOf("sample", options.context, length, n);
    const key = foldHostKey(hostKey(options.seed ?? 0), drawing);
    return { shape: [n, size], values: programs().sample(parameters, n, context, key) };
  };

const enteringKey = ({ seed }: StoredDensity): HostKey => foldHostKey(hostKey(seed), entering);

/** Rows to noise and back. */
const wayThrough = (stored: StoredDensity, programs: () => Programs): Pick<FittedDensity, "toNoise" | "toSamples"> => {
  const { parameters, size, context: length } = stored;
  const given = (rows: Rows, values: Float64Array): DrawnRows => ({ shape: [rows.count, size], values });
  return {
    toNoise: (samples, options = {}) => {
      checkOptions("toNoise", options, ["context"]);
      const { rows, context } = asked("toNoise", stored, samples, options.context);
      return given(rows, programs().toNoise(parameters, rows, context, enteringKey(stored)));
    },
    toSamples: (noise, options = {}) => {
      checkOptions("toSamples", options, ["context"]);
      const rows = rowsOf("toSamples", noise, size);
      const context = contextOf("toSamples", options.context, length, rows.count);
      return given(rows, programs().toSamples(parameters, rows, context, enteringKey(stored)));
    },
  };
};

/**
 * What a fitted density does, from what it is.
 * @param engineFor what it runs on, asked for at the first call.
 */
export const densityOf = (stored: Omit<StoredDensity, "kind">, spec: FlowOf, engineFor: EngineFor): FittedDensity => {
  const all = { ...stored, kind: "density" as const };
  const { parameters, size } = all;
  const programs = lazily(all, spec, engineFor);
  const logProb: FittedDensity["logProb"] = (samples, options = {}) => {
    checkOptions("logProb", options, ["context"]);
    const { rows, context } = asked("logProb", all, samples, options.context);
    return programs().logProb(parameters, rows, context, enteringKey(all));
  };
  const beside = (who: string): Float64Array =>
    all.heldOutLogProb ??
    fail(`${who}: this density was fitted without validation rows, and there is nothing to compare with`);
  return {
    ...all,
    spec,
    logProb,
    sample: sampling(all, programs),
    score: (samples, options) => scoreOf(logProb(samples, options), size),
    outlierScores: (samples, options) => {
      const validation = beside("outlierScores");
      return outlierScoresOf(logProb(samples, options), validation);
    },
    typicality: (samples, { context, ...options } = {}) => {
      checkOptions("typicality", options, ["batches", "seed"]);
      const validation = beside("typicality");
      return typicalityOf(logProb(samples, { ...(context && { context }) }), validation, options);
    },
    ...wayThrough(all, programs),
    lipschitz: (samples, options = {}) => {
      checkOptions("lipschitz", options, ["context"]);
      const { rows, context } = asked("lipschitz", all, samples, options.context);
      return stretchingOf(programs().stretching(parameters, rows, context, enteringKey(all)));
    },
    summary: () => densitySummary(all),
  };
};

/** log of the mean of exp over K estimates of each row. */
const logMeanExp = (estimates: readonly Float64Array[]): Float64Array =>
  estimates[0].map((_, row) => {
    const most = estimates.reduce((top, each) => Math.max(top, each[row]), Number.NEGATIVE_INFINITY);
    if (!Number.isFinite(most)) return most;
    return most + Math.log(estimates.reduce((sum, each) => sum + Math.exp(each[row] - most), 0) / estimates.length);
  });

/** As `densityOf`, of a flow with noise of its own. */
export const boundedDensityOf = (
  stored: Omit<StoredDensity, "kind">,
  spec: BoundedDensity["spec"],
  engineFor: EngineFor,
): BoundedDensity => {
  const all = { ...stored, kind: "bounded-density" as const };
  const programs = lazily(all, spec, engineFor);
  const lowerBound: BoundedDensity["lowerBound"] = (samples, options = {}) => {
    checkOptions("lowerBound", options, ["context", "draws", "seed"]);
    const { draws = 64, seed = 0 } = options;
    checkCount("lowerBound: draws", draws);
    const { rows, context } = asked("lowerBound", all, samples, options.context);
    const key = foldHostKey(hostKey(seed), bounding);
    return logMeanExp(
      Array.from({ length: draws }, (_, i) => programs().logProb(all.parameters, rows, context, foldHostKey(key, i))),
    );
  };
  return {
    ...all,
    spec,
    lowerBound,
    sample: sampling(all, programs),
    indexUse: (options = {}) => {
      checkOptions("indexUse", options, ["draws", "context", "seed"]);
      const { draws = 4_000, seed = 0 } = options;
      checkCount("indexUse: draws", draws, 2);
      const context = contextOf("indexUse", options.context, all.context, draws);
      const use = programs().indexUse(all.parameters, draws, context, foldHostKey(hostKey(seed), using));
      return Array.from({ length: use.length / 2 }, (_, i) => ({
        layer: i + 1,
        share: use[2 * i],
        nats: use[2 * i + 1],
      }));
    },
    score: (samples, options) => scoreOf(lowerBound(samples, options), all.size),
    summary: () => densitySummary(all),
  };
};
