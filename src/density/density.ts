import { checkCount, checkOptions, fail } from "../core/check.ts";
import { foldHostKey, hostKey } from "../core/key.ts";
import type { FlowOf } from "../flows/spec.ts";
import { entryOf } from "./entry.ts";
import type { EngineFor, FittedDensity, RowDensity, StoredDensity } from "./fitted.ts";
import { checkPixels } from "./images.ts";
import { learntOf } from "./learnt.ts";
import { outlierScoresOf, typicalityOf } from "./outliers.ts";
import { type Programs, programsOf } from "./programs.ts";
import { contextOf, type Rows, rowsOf, type Samples } from "./samples.ts";
import { scoreOf } from "./score.ts";
import { densitySummary } from "./summary.ts";

/** Apart from the keys of training, whatever the seed. */
const drawing = -30;
/** Of the noise between pixels: the same at every call. */
const entering = -31;

/** Rows as this density takes them. */
const checkedRows = (who: string, { size, images }: StoredDensity, samples: Samples): Rows => {
  const rows = rowsOf(who, samples, size);
  if (images) checkPixels(who, rows, images);
  return rows;
};

const faceOf = (stored: StoredDensity, programs: () => Programs): RowDensity => {
  const { size, context: length, parameters } = stored;
  const logProb: RowDensity["logProb"] = (samples, options = {}) => {
    checkOptions("logProb", options, ["context"]);
    const rows = checkedRows("logProb", stored, samples);
    const context = contextOf("logProb", options.context, length, rows.count);
    return programs().logProb(parameters, rows, context, foldHostKey(hostKey(stored.seed), entering));
  };
  return {
    size,
    logProb,
    sample: (n, options = {}) => {
      checkOptions("sample", options, ["context", "seed"]);
      checkCount("sample: n", n);
      const context = contextOf("sample", options.context, length, n);
      const key = foldHostKey(hostKey(options.seed ?? 0), drawing);
      return { shape: [n, size], values: programs().sample(parameters, n, context, key) };
    },
    score: (samples, options) => scoreOf(logProb(samples, options), size),
  };
};

/**
 * What a fitted density does, from what it is.
 * @param engineFor what it runs on, asked for at the first call.
 */
export const densityOf = (stored: StoredDensity, spec: FlowOf, engineFor: EngineFor): FittedDensity => {
  let made: Programs | undefined;
  const programs = (): Programs => {
    const learnt = learntOf(spec, stored.size, stored.context, entryOf(stored.standard, stored.images));
    made ??= programsOf(stored.method, engineFor(), learnt);
    return made;
  };
  const face = faceOf(stored, programs);
  const beside = (who: string): Float64Array =>
    stored.heldOutLogProb ??
    fail(`${who}: this density was fitted without validation rows, and there is nothing to compare with`);
  return {
    ...stored,
    ...face,
    spec,
    outlierScores: (rows, options) => {
      const validation = beside("outlierScores");
      return outlierScoresOf(face.logProb(rows, options), validation);
    },
    typicality: (rows, { context, ...options } = {}) => {
      checkOptions("typicality", options, ["batches", "seed"]);
      const validation = beside("typicality");
      return typicalityOf(face.logProb(rows, { ...(context && { context }) }), validation, options);
    },
    summary: () => densitySummary(stored),
  };
};
