import type { GuideSpec } from "../core/density.ts";
import type { MetricKind } from "../mcmc/metric.ts";
import type { Coords } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import type { Objective } from "../objectives/objective.ts";
import type { Chains, Comparison, Fit } from "../posterior/posterior.ts";
import type { RawData } from "./data.ts";
import type { GuideTable } from "./guides.ts";
import type { ModelModule } from "./model.ts";
import type { ObjectiveTable } from "./objectives.ts";
import type { Streams } from "./streams.ts";

export interface FitReport {
  readonly step: number;
  readonly steps: number;
  readonly bound: number;
  readonly restart?: number;
}

export interface SampleReport {
  readonly done: number;
  readonly total: number;
  readonly divergences: number;
  readonly chains?: readonly { readonly phase: string }[];
  /** The chains so far. */
  soFar?(): Chains | undefined;
}

interface Common {
  readonly seed?: number;
  readonly draws?: number;
  readonly coords?: Coords;
}

export interface FitArguments extends Common {
  /** Left out where training goes on: that of the fit. */
  readonly guide?: GuideSpec | "auto";
  readonly from?: Fit;
  readonly budget?: number;
  readonly objective?: Objective;
  readonly steps?: number;
  readonly restarts?: number;
  readonly correct?: boolean;
  readonly onProgress: (report: FitReport) => void;
}

/** Options of NUTS. */
export interface SamplerArguments {
  readonly targetAcceptance?: number;
  readonly maxTreeDepth?: number;
  readonly metric?: MetricKind;
}

export interface SampleArguments extends Common {
  /** Left out where chains go on, with the sampler that they had. */
  readonly sampler?: SamplerArguments;
  readonly chains?: number;
  readonly warmup?: number;
  readonly resume?: Chains;
  readonly from?: Fit;
  readonly take?: readonly ("starts" | "metric")[];
  readonly neutra?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress: (report: SampleReport) => void;
}

export interface CompareArguments extends Common {
  readonly guides: Readonly<Record<string, GuideSpec | "auto">>;
  readonly sampler: SamplerArguments;
  readonly steps?: number;
  readonly chains?: number;
  readonly warmup?: number;
  readonly onProgress: (method: string, report: FitReport | SampleReport) => void;
}

/** What the commands ask of the library; each part loads when it is called. */
export interface Library {
  guides(): Promise<GuideTable>;
  objectives(): Promise<ObjectiveTable>;
  fit(model: Model, data: RawData, options: FitArguments): Promise<Fit>;
  sample(model: Model, data: RawData, options: SampleArguments): Promise<Chains>;
  compare(model: Model, data: RawData, options: CompareArguments): Promise<Comparison>;
  report(comparison: Comparison): Promise<string>;
}

/** The world around a command, as arguments. */
export interface Context extends Streams {
  readonly library: Library;
  loadModel(path: string): Promise<ModelModule>;
}
