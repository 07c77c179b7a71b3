import { fail } from "../../../core/check.ts";
import { hostCholesky } from "../../../core/cholesky.ts";
import type { AveragingState, CompiledNuts, Draws } from "../../compiledNuts.ts";
import {
  type DrawField,
  factorBytes,
  type NutsLayout,
  proposalBytes,
  type StateField,
  stateFields,
  stretchAt,
} from "./layout.ts";

type Numeric = (...args: number[]) => void;

/** What `emitNuts` makes a module export. */
export interface NutsExports {
  readonly transition: Numeric;
  readonly sample: Numeric;
  readonly adapt: Numeric;
}

/** Gives every stretch its own two ends and proposal. */
const linkStretches = (buffer: ArrayBufferLike, layout: NutsLayout): void => {
  const { rowBytes, maxTreeDepth, stretches, stretchBytes, buffers } = layout;
  const words = new Int32Array(buffer);
  const each = 2 * rowBytes + proposalBytes(rowBytes);
  for (let i = 0; i <= maxTreeDepth; i++) {
    const [stretch, own] = [stretches + i * stretchBytes, buffers + i * each];
    words[(stretch + stretchAt.first) / 4] = own;
    words[(stretch + stretchAt.last) / 4] = own + rowBytes;
    words[(stretch + stretchAt.proposal) / 4] = own + 2 * rowBytes;
  }
};

/** Writes the lower Cholesky factor of a covariance matrix as `DenseLayout` says. */
const writeFactor = (buffer: ArrayBufferLike, factorAt: number, covariance: Float64Array, size: number): void => {
  const factor =
    hostCholesky(covariance, size) ??
    fail("metric: the covariance matrix is not positive definite; use a diagonal one");
  const packed = new Float64Array(buffer, factorAt, factorBytes(size) / 8);
  for (let i = 0; i < size; i++) packed.set(factor.subarray(i * size, i * size + i + 1), factorBytes(i) / 8);
};

/** How the metric gets into memory: as two rows, or as a factor with both rows at 1. */
const metricSetter = (buffer: ArrayBufferLike, layout: NutsLayout): CompiledNuts["setMetric"] => {
  const { size, metric, dense, moving, position, slope } = layout;
  const [variances, scales] = [metric.variances, metric.scales].map((at) => new Float64Array(buffer, at, size));
  const words = new Int32Array(buffer);
  const moveAt = (rows: { readonly position: number; readonly slope: number }): void => {
    words[moving.position / 4] = rows.position;
    words[moving.slope / 4] = rows.slope;
    if (dense) words[dense.flag / 4] = rows === dense ? 1 : 0;
  };
  moveAt({ position, slope });
  const beta = new Float64Array(buffer, metric.beta, 1);
  beta[0] = 1;
  return (given, inverseTemperature = 1) => {
    beta[0] = inverseTemperature;
    if (given.kind === "diagonal") {
      variances.set(given.variances);
      for (let i = 0; i < size; i++) scales[i] = 1 / Math.sqrt(variances[i] * inverseTemperature);
      moveAt({ position, slope });
    } else {
      if (!dense) return fail(`sample: a compiled sampler of ${size} coordinates has no room for a dense metric`);
      writeFactor(buffer, dense.factor, given.covariance, size);
      variances.fill(1);
      scales.fill(1 / Math.sqrt(inverseTemperature));
      moveAt(dense);
    }
  };
};

const averagingOf = ([updates, shrinkTowards, meanError, logStep, logAverage]: Float64Array): AveragingState => ({
  updates,
  shrinkTowards,
  meanError,
  logStep,
  logAverage,
});

const drawsOf = (buffer: ArrayBufferLike, { size, capacity, draws, records }: NutsLayout) => {
  const record = (name: DrawField): Float64Array => new Float64Array(buffer, records[name], capacity);
  const rows = new Float64Array(buffer, draws, capacity * size);
  const all = {
    logDensity: record("logDensity"),
    energy: record("energy"),
    acceptance: record("acceptance"),
    treeDepth: record("treeDepth"),
    diverging: record("diverging"),
  } satisfies Record<DrawField, Float64Array>;
  return (count: number): Draws => ({
    draws: rows.subarray(0, count * size),
    logDensity: all.logDensity.subarray(0, count),
    energy: all.energy.subarray(0, count),
    acceptance: all.acceptance.subarray(0, count),
    treeDepth: all.treeDepth.subarray(0, count),
    diverging: all.diverging.subarray(0, count),
  });
};

/** The sampler of an instance whose module `emitNuts` wrote; it takes the layout's part of the memory into use. */
export const compiledNuts = (
  exports: NutsExports,
  { buffer }: { readonly buffer: ArrayBufferLike },
  layout: NutsLayout,
): CompiledNuts => {
  const { size, maxTreeDepth, capacity, state } = layout;
  linkStretches(buffer, layout);
  const row = (at: number): Float64Array => new Float64Array(buffer, at, size);
  const [position, slope] = [state.position, state.slope].map(row);
  const setMetric = metricSetter(buffer, layout);
  const fields = new Float64Array(buffer, state.fields, stateFields.length);
  const field = (name: StateField): number => fields[stateFields.indexOf(name)];
  const averaging = new Float64Array(buffer, layout.averaging, 6);
  const drawn = drawsOf(buffer, layout);
  return {
    maxTreeDepth,
    capacity,
    moveTo: (place) => {
      position.set(place.position);
      slope.set(place.gradient);
      fields[stateFields.indexOf("logDensity")] = place.logDensity;
    },
    place: () => ({ position: position.slice(), gradient: slope.slice(), logDensity: field("logDensity") }),
    takesDense: layout.dense !== undefined,
    setMetric,
    step: ([k0, k1], stepSize, depth) => {
      exports.transition(k0, k1, stepSize, depth);
      return {
        energy: field("energy"),
        acceptance: field("acceptance"),
        steps: field("steps"),
        treeDepth: field("treeDepth"),
        diverging: field("diverging") === 1,
      };
    },
    startAdapting: ({ updates, shrinkTowards, meanError, logStep, logAverage }, target) => {
      averaging.set([updates, shrinkTowards, meanError, logStep, logAverage, target]);
    },
    averaging: () => averagingOf(averaging),
    adapt: ([k0, k1], from, transitions, depth, gathers) => {
      exports.adapt(k0, k1, from, transitions, depth, gathers ? 1 : 0);
      return drawn(gathers ? transitions : 0).draws;
    },
    sample: ([k0, k1], from, transitions, depth, stepSize) => {
      exports.sample(k0, k1, from, transitions, depth, stepSize);
      return drawn(transitions);
    },
    gradients: () => field("gradients"),
  };
};
