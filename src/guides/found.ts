import type { HostTarget, Preparation } from "../core/density.ts";

/** A normal found on the host: loc [size], factor [size × size] lower, the covariance being L Lᵀ. */
export interface FoundNormal {
  readonly loc: Float64Array;
  readonly factor: Float64Array;
  readonly prepared: Preparation;
}

/** What finds a normal beside a posterior: `laplaceGuide()`, `pathfinder()`. */
export interface NormalFinder {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** @throws FluvialError where there is none to find. */
  find(host: HostTarget): FoundNormal;
}
