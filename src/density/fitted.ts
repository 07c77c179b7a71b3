import type { Engine } from "../engine/engine.ts";
import type { FlowOf } from "../flows/spec.ts";
import type { StochasticFlowSpec } from "../flows/stochastic.ts";
import type { LayerIndexUse } from "../posterior/indexUse.ts";
import type { Plain } from "../posterior/posterior.ts";
import type { DensityHistory, Ending } from "./course.ts";
import type { ImageScale } from "./images.ts";
import type { OutlierScores, Typicality, TypicalityOptions } from "./outliers.ts";
import type { HostParameters } from "./parameters.ts";
import type { Samples } from "./samples.ts";
import type { Score } from "./score.ts";
import type { Standard } from "./standard.ts";
import type { Stretching } from "./stretching.ts";

/** What rows stand beside. */
export interface RowOptions {
  /** Contexts: as many rows, or one for all. */
  readonly context?: Samples;
}

export interface DrawOptions extends RowOptions {
  readonly seed?: number;
}

/** Rows that a density gives: [n, size]. */
export interface DrawnRows {
  readonly shape: readonly [number, number];
  readonly values: Float64Array;
}

/** What every estimate of a density does. */
export interface RowDensity {
  /** Numbers in a row. */
  readonly size: number;
  /** Nats, on the samples' own scale, a row each. @throws FluvialError where rows are not of this density's size, or not finite. */
  logProb(rows: Samples, options?: RowOptions): Float64Array;
  /** @throws FluvialError unless n is a whole number from 1. */
  sample(n: number, options?: DrawOptions): DrawnRows;
  /** The log-likelihood of rows with its standard error: for rows that the density was not fitted to, nor stopped by. */
  score(rows: Samples, options?: RowOptions): Score;
}

/** What a fitted density is, as plain data: all that a file holds. */
export interface StoredDensity {
  /** Whether its log density is known, or only a bound on it. */
  readonly kind: "density" | "bounded-density";
  /** The flow as the command line has it: "iaf:layers=2:hidden=32". */
  readonly method: string;
  readonly flow: { readonly name: string; readonly options: Readonly<Record<string, Plain>> };
  readonly size: number;
  /** The length of a context; 0 where there is none. */
  readonly context: number;
  readonly seed: number;
  /** What ran training. */
  readonly engine: string;
  readonly seconds: number;
  /** Steps taken, all restarts together. */
  readonly steps: number;
  readonly options: Readonly<Record<string, Plain>>;
  readonly history: DensityHistory;
  /** The flow's, at the check where the validation rows were likeliest. */
  readonly parameters: HostParameters;
  readonly standard: Standard;
  /** The same of contexts. */
  readonly contextStandard?: Standard;
  readonly images?: ImageScale;
  /** Of training rows, at most 10,000, at the kept parameters. */
  readonly training?: Score;
  /** Of the validation rows there. They chose where training stopped: a fair figure is the `score` of rows kept out of all this. */
  readonly heldOut?: Score;
  /** Log density of each validation row. */
  readonly heldOutLogProb?: Float64Array;
  readonly ending: Ending;
  readonly verdict: string;
}

/** What all fitted densities have. */
interface Fitted extends StoredDensity {
  /** The table of the scores and the verdict, as text. */
  summary(): string;
}

/** A density that a flow was fitted as: plain data, and what can be asked of it. Nothing to dispose. */
export interface FittedDensity extends Fitted, RowDensity {
  readonly kind: "density";
  readonly size: number;
  readonly spec: FlowOf;
  /** How odd each row is, beside the validation rows. @throws FluvialError where there are none. */
  outlierScores(rows: Samples, options?: RowOptions): OutlierScores;
  /** Whether rows taken together are like the samples. @throws FluvialError where there are no validation rows. */
  typicality(rows: Samples, options?: RowOptions & TypicalityOptions): Typicality;
  /** The noise that each row becomes, standard normal for rows like the samples. */
  toNoise(rows: Samples, options?: RowOptions): DrawnRows;
  /** The row that each piece of noise becomes: back from `toNoise`. */
  toSamples(noise: Samples, options?: RowOptions): DrawnRows;
  /** The largest stretching of the flow near rows, either way, and how far rows come back from where they started. */
  lipschitz(rows: Samples, options?: RowOptions): Stretching;
}

export interface BoundOptions extends DrawOptions {
  /** Draws of the flow's own noise for each row; 64 unless said. The bound tightens with more. */
  readonly draws?: number;
}

export interface IndexUseOfDensity extends DrawOptions {
  /** Draws that go through the layers: 4,000 unless said. */
  readonly draws?: number;
}

/**
 * A density of a flow with noise of its own. Only bounds on it are known, so that there is no `logProb`: with K draws, the logarithm of the
 * mean of K importance weights, whose expectation is at most log p and grows with K (Burda, Grosse & Salakhutdinov 2016, theorem 1).
 */
export interface BoundedDensity extends Fitted {
  readonly kind: "bounded-density";
  readonly spec: Pick<StochasticFlowSpec, "stochastic">;
  /** Nats, on the samples' own scale, a row each. */
  lowerBound(rows: Samples, options?: BoundOptions): Float64Array;
  sample(n: number, options?: DrawOptions): DrawnRows;
  /**
   * How much each layer of a `cif` uses its index, the layer next to the noise first. @throws FluvialError on a density of another flow.
   */
  indexUse(options?: IndexUseOfDensity): readonly LayerIndexUse[];
  /** The bound on the log-likelihood of rows, with its standard error over rows. */
  score(rows: Samples, options?: BoundOptions): Score;
}

/** What a density runs on. */
export type EngineFor = () => Engine;
