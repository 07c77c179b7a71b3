import type { Precision } from "./double.ts";
import type { Family } from "./family.ts";
import type { HostGradient } from "./hostGradient.ts";
import type { HostKey, Key } from "./key.ts";
import type { Scalar, Shape, Tensor, TensorLike } from "./tensor.ts";

/** One density on ℝⁿ. z [...batch, size] → logDensity [...batch], log-Jacobians included. */
export interface Target<L = unknown> {
  readonly size: number;
  logDensity(z: Tensor): Tensor;
  /** Unconstrained z [...batch, size] → the model's own quantities, each [...batch, ...event]. */
  constrain(z: Tensor): L;
  /** A part of the log density whose mean under a normal guide has a closed form; left out where there is none. */
  normalPart?(): NormalPart;
  /** The latents that z is made of, where the target has such; for guides that treat them apart. */
  latents?(): readonly LatentPlace[];
}

/** Where one latent stands in the unconstrained vector: `size` numbers from `from` on. */
export interface LatentPlace {
  readonly name: string;
  /** On its own scale. */
  readonly shape: Shape;
  readonly from: number;
  readonly size: number;
  /** The set that it lies in; left out where that moves with other latents, or z is not what the set is reached from. */
  readonly support?: {
    readonly name: string;
    readonly rank: number;
    contains(x: Tensor): Tensor;
    readonly bounds?: readonly TensorLike[];
  };
}

/** Σ log N(z_i | loc_i, scale_i) over the coordinates i where `counts` is 1; it is 0 elsewhere, with loc 0 and scale 1. All [size]. */
export interface NormalPart {
  readonly loc: Tensor;
  readonly scale: Tensor;
  readonly counts: Tensor;
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
  /**
   * Draws in equal parts from several components, for guides that are mixtures: value [draws, size], logQ [draws] under the whole mixture,
   * and logShare [draws], whose exponentials add up to 1 and depend on the weights: Σ share · f has the mean E_q[f].
   */
  stratified?(key: Key, draws: number): { readonly value: Tensor; readonly logQ: Tensor; readonly logShare: Tensor };
  /**
   * For a sampler with noise u of its own: a path back from any z [...batch, size], as log q(z, u) − log r(u | z) [...batch] of a u drawn
   * from r. Its exponential has the mean q(z).
   */
  retrace?(z: Tensor, key: Key): Tensor;
  /** For a sampler with noise u of its own: draws for objectives that leave the score of q(z, u) out of their gradient. */
  drawPath?(key: Key, batch?: Shape): PathDraw;
  /** Of a continuously indexed flow: how much each layer uses its index, by so many draws. */
  indexUse?(key: Key, draws: number): IndexUse;
  /** Where a draw is a map of standard normal noise [...batch, size] that goes both ways: that map, with its log-determinant. */
  through?(noise: Tensor): { readonly value: Tensor; readonly logDet: Tensor };
}

/** How much the layers of a continuously indexed flow use their indices, [layers] each. */
export interface IndexUse {
  /** The part of the variance of what a layer gives that its index alone makes, from 0, where it is not used, to 1. */
  readonly share: Tensor;
  /** E[log r(u | y) − log q(u | x)]: by how much more, in nats, y tells of the index than x did, as far as r sees it. */
  readonly nats: Tensor;
}

/** A draw z [...batch, size] with noise u of its own, and what its bound is made of, [...batch] each. Roeder, Wu & Duvenaud 2017. */
export interface PathDraw {
  readonly value: Tensor;
  /** log q(z, u), with the gradient that follows z and u, not the parameters. */
  readonly logJoint: Tensor;
  /** log r(u | z), with its whole gradient. */
  readonly logBack: Tensor;
  /** log r(u | z), with the gradient by the parameters alone, z and u held. */
  logBackHere(): Tensor;
}

/** A sampler with noise of its own that can leave its score out. */
export type PathSampler = Sampler & Required<Pick<Sampler, "drawPath">>;

/** A sampler whose density is known anywhere: z [...batch, size] → [...batch]. */
export interface Density extends Sampler {
  logProb(z: Tensor): Tensor;
}

/** A normal density, and what is known of it in closed form. */
export interface Gaussian extends Density {
  /** loc, variances [size]. */
  moments(): { readonly loc: Tensor; readonly variances: Tensor };
  /** −E[log q], in nats. */
  entropy(): Scalar;
}

export interface Guide<P, Q extends Sampler = Sampler, C extends readonly unknown[] = []> extends Family<P, Q, C> {
  /** What was done to make it, before any training. */
  readonly prepared?: Preparation;
}

/** What a guide that looks at the posterior beforehand has to tell. */
export interface Preparation {
  /** Evaluations of the gradient of the log density. */
  readonly gradients: number;
  /** Whether its search came to an end. */
  readonly converged: boolean;
  /** What the user should know of it. */
  readonly note?: string;
}

/** A target as the host sees it: what a guide may look at before it is trained. */
export interface HostTarget {
  readonly gradient: HostGradient;
  /** A start with finite value and slope, dispersed around 0 at random; another one for every index. */
  start(index: number): Float64Array;
  readonly key: HostKey;
  /** What the gradient is computed in: f64 unless said. */
  readonly precision?: Precision;
}

/** What a user writes: `iaf({ layers: 4 })`. Name and options go into files and onto the command line. */
export interface GuideSpec<Q extends Sampler = Sampler, P = unknown> {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The learning rate that training starts from where the user says none. */
  readonly rate?: number;
  /** Draws a step that it is trained with where the user names no objective; 8 unless said. */
  readonly draws?: number;
  /** Components that draw in equal parts, of a mixture: a step has at least one draw of each. */
  readonly strata?: number;
  /** Whether `fit` trains it by the plain bound although it has a density, whose slopes may be too steep for stick-the-landing. */
  readonly plainBound?: boolean;
  /** Gradients of the log density that a draw itself looks at, before the objective looks at any: 0 unless said. */
  readonly gradientsPerDraw?: number;
  /** Whether it is complete as `for` made it, so that `fit` trains nothing. */
  readonly ready?: boolean;
  /**
   * The guide for this target: it knows the size.
   * @throws FluvialError where it cannot fit the target, or needs the host's view and is not given it.
   */
  for(target: Target, host?: HostTarget): Guide<P, Q> | Promise<Guide<P, Q>>;
}

/** What a verb takes for a guide. Written out, so that TypeScript infers Q alike from Gaussian guides and from flows, and from lists of both. */
export interface GuideOf<Q extends Sampler = Sampler> {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly rate?: number;
  readonly plainBound?: boolean;
  readonly gradientsPerDraw?: number;
  readonly ready?: boolean;
  for(target: Target, host?: HostTarget): Guide<unknown, Q> | Promise<Guide<unknown, Q>>;
}
