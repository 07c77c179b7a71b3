import type { Family } from "./family.ts";
import type { Key } from "./key.ts";
import type { Shape, Tensor } from "./tensor.ts";

/** One density on ℝⁿ. z [...batch, size] → logDensity [...batch], log-Jacobians included. */
export interface Target<L = unknown> {
  readonly size: number;
  logDensity(z: Tensor): Tensor;
  /** Unconstrained z [...batch, size] → the model's own quantities, each [...batch, ...event]. */
  constrain(z: Tensor): L;
}

/** A target with its data still open: data are inputs of a step, never constants in it. */
export interface TargetFamily<L, D> {
  readonly size: number;
  at(data: D): Target<L>;
}

/**
 * A draw with the term that the bound subtracts. A tractable guide is a Density: logQ = log q(z). An auxiliary one is only a
 * Sampler: logQ = log q(z, u) − log r(u | z), and E[logQ] ≥ E[log q(z)].
 */
export interface Sampler {
  /** value [...batch, size], logQ [...batch]. */
  draw(key: Key, batch?: Shape): { readonly value: Tensor; readonly logQ: Tensor };
  /** The same draws with logQ computed, at whatever cost, where `draw` estimates it. */
  drawExactly?(key: Key, batch?: Shape): { readonly value: Tensor; readonly logQ: Tensor };
}

/** A sampler whose density is known anywhere: z [...batch, size] → [...batch]. */
export interface Density extends Sampler {
  logProb(z: Tensor): Tensor;
}

export type Guide<P, Q extends Sampler = Sampler, C extends readonly unknown[] = []> = Family<P, Q, C>;

/** What a user writes: `iaf({ layers: 4 })`. Name and options go into files and onto the command line. */
export interface GuideSpec<Q extends Sampler = Sampler, P = unknown> {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The learning rate that training starts from where the user says none. */
  readonly rate?: number;
  /** Whether `fit` trains it by the plain bound although it has a density, whose slopes may be too steep for stick-the-landing. */
  readonly plainBound?: boolean;
  /** The guide for this target: it knows the size. */
  for(target: Target): Guide<P, Q> | Promise<Guide<P, Q>>;
}

/** What a verb takes for a guide. Written out, so that TypeScript infers Q alike from Gaussian guides and from flows, and from lists of both. */
export interface GuideOf<Q extends Sampler = Sampler> {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly rate?: number;
  readonly plainBound?: boolean;
  for(target: Target): Guide<unknown, Q> | Promise<Guide<unknown, Q>>;
}
