import type { Shape } from "../core/tensor.ts";
import type { Draws } from "./draws.ts";

/** A statistic of the data beside its distribution under the model. */
export interface PredictiveRow {
  /** "mean(y)". */
  readonly name: string;
  readonly site: string;
  readonly statistic: string;
  /** The statistic of the observed data. */
  readonly observed: number;
  /** Of the replicated data. */
  readonly mean: number;
  readonly sd: number;
  readonly q5: number;
  readonly q50: number;
  readonly q95: number;
  /** The share of replications whose statistic is above the observed one, and half of those where it is equal. */
  readonly p: number;
  /** Monte Carlo standard error of p. */
  readonly pMcse: number;
}

/** One observed site and its replications. Missing values are in neither. */
export interface SiteCheck {
  /** The observed values, row by row. */
  readonly observed: Float64Array;
  /** Their shape; that of a row where some values are missing. */
  readonly shape: Shape;
  /** "y[3]". */
  readonly names: readonly string[];
  /** [1, replications, ...shape] */
  readonly replicated: Draws;
  /** Each statistic of each replication. */
  readonly statistics: Readonly<Record<string, Float64Array>>;
  /** Where each observation stands among its replications, in [0, 1]; ties broken at random. */
  readonly pit: Float64Array;
  /** The p-value of `pit` against uniformity. From a posterior that has seen the data it is too large, if anything. */
  readonly pitP: number;
}

/** Observed data beside what the model would produce. */
export interface PredictiveCheck {
  readonly of: "prior" | "posterior";
  readonly model: string;
  readonly replications: number;
  readonly rows: readonly PredictiveRow[];
  readonly sites: Readonly<Record<string, SiteCheck>>;
  readonly warnings: readonly string[];
  readonly verdict: string;
  summary(): string;
}

/** Where each observation stands in what the model predicts of it from all others. */
export interface LooPit {
  readonly site: string;
  readonly names: readonly string[];
  /** In [0, 1]; uniform where the model is right. */
  readonly pit: Float64Array;
  /** Of the weights of leaving each out. */
  readonly khat: Float64Array;
  /** The p-value of `pit` against uniformity. */
  readonly p: number;
  readonly warnings: readonly string[];
}
