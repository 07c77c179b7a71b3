import type { Density, GuideSpec, Sampler } from "../core/density.ts";
import type { Flow } from "./flow.ts";
import { type FlowGuideParameters, flowDensityGuide, flowDraws, flowGuide, networkRate } from "./guide.ts";

/**
 * A flow as a user writes it: `maf({ layers: 5 })`. It is a guide as it stands, its map taking noise to draws, and with `fitDensity` a
 * density of samples.
 */
export type FlowSpec<Q extends Sampler = Sampler, P = unknown> = GuideSpec<Q, FlowGuideParameters<P>> & FlowOf<P>;

/** What a flow is beside a guide. */
export interface FlowOf<P = unknown> {
  /**
   * Which way samples go to become noise where the flow is fitted to them: through `inverse`, as the flow stands, or through `forward`,
   * where that is the way that is a formula.
   */
  readonly dataGo: "inverse" | "forward";
  /** Whether its inverse is a formula. */
  readonly closed: boolean;
  /** The learning rate that `fitDensity` starts from where the user says none. */
  readonly densityRate?: number;
  /**
   * The flow over vectors of `size`, looking at contexts of length `context`, 0 unless said.
   * @throws FluvialError where there is no such flow over vectors of this size, or none that looks at a context.
   */
  flow(size: number, context?: number): Flow<P>;
}

/** What tells one flow from another. */
export interface FlowParts<P> {
  readonly name: string;
  /** Plain values, defaults filled in: they go into files. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Learning rate as a guide; 0.01 unless said, as suits networks. */
  readonly rate?: number;
  /** Whether the slopes of its log density may be too steep for stick-the-landing. */
  readonly plainBound?: boolean;
  /** Learning rate with `fitDensity`, where the usual one does not suit. */
  readonly densityRate?: number;
  /** As in `FlowOf`: "inverse" where that is a formula, and "forward" where it is found by steps, unless said. */
  readonly dataGo?: "inverse" | "forward";
  flow(size: number, context?: number): Flow<P>;
}

/** A flow whose inverse is found by steps: as a guide it knows its density at its own draws. */
export const flowSpec = <P>(parts: FlowParts<P>): FlowSpec<Sampler, P> => ({
  rate: networkRate,
  draws: flowDraws,
  dataGo: "forward",
  closed: false,
  ...parts,
  for: ({ size }) => flowGuide(size, parts.flow(size)),
});

/** A flow whose inverse is a formula: as a guide it knows its density anywhere. */
export const closedFlowSpec = <P>(parts: FlowParts<P>): FlowSpec<Density, P> => ({
  rate: networkRate,
  draws: flowDraws,
  dataGo: "inverse",
  closed: true,
  ...parts,
  for: ({ size }) => flowDensityGuide(size, parts.flow(size)),
});
