import { checkCount, checkOptions, checkPositive } from "../core/check.ts";
import type { Density, Sampler } from "../core/density.ts";
import type { Activation } from "../nn/activations.ts";
import type { Layer } from "../nn/mlp.ts";
import type { Monotone } from "../transforms/monotone/monotone.ts";
import { rationalQuadratic } from "../transforms/monotone/rationalQuadratic.ts";
import { activationNamed, checkBins, widths } from "./options.ts";
import {
  type AutoregressiveParameters,
  autoregressiveLayers,
  checkedMaskedLayers,
  type MaskedLayersOptions,
} from "./parts/autoregressiveLayers.ts";
import { couplings } from "./parts/coupling.ts";
import { closedFlowSpec, type FlowSpec, flowSpec } from "./spec.ts";

interface SplineShape {
  /** Pieces of each spline: 8 unless said, 256 at the most. */
  readonly bins?: number;
  /** Where the splines end and the identity begins: 4 unless said. */
  readonly bound?: number;
}

export interface SplineOptions extends SplineShape, MaskedLayersOptions {
  /** 2 unless said. */
  readonly layers?: number;
}

export interface SplineCouplingOptions extends SplineShape {
  /** 4 unless said. Fewer than two leave a half as it comes. */
  readonly layers?: number;
  /** Widths of each network's hidden layers: [32] unless said. */
  readonly hidden?: number | readonly number[];
  /** Of the networks' units: "relu" unless said. */
  readonly activation?: Activation;
}

/** The options of the splines, with their defaults, and the map that they make. */
const splineOf = (
  who: string,
  { bins = 8, bound = 4 }: SplineShape,
): Required<SplineShape> & { monotone: Monotone } => {
  checkBins(`${who}: bins`, bins);
  checkPositive(`${who}: bound`, bound);
  return { bins, bound, monotone: rationalQuadratic(bins, bound) };
};

/**
 * Neural spline flow, autoregressive: each coordinate goes through a rational-quadratic spline whose knots a masked network makes of the
 * coordinates before it; the order of the coordinates is reversed between layers. Draws cost one pass and O(size · bins) for the splines and
 * their slopes; the inverse solves a quadratic equation a coordinate, in one turn each. Durkan, Bekasov, Murray & Papamakarios 2019.
 * @param options.hidden [32] unless said. @param options.activation "relu" unless said.
 * @throws FluvialError on unknown options, unless counts are whole numbers from 1 (bins from 2 to 256) and the bound is above 0, and on what
 * is no order; of `flow`, where the order is not one of so many coordinates.
 */
export const spline = (options: SplineOptions = {}): FlowSpec<Sampler, AutoregressiveParameters> => {
  const { activation = "relu" } = options;
  const checked = checkedMaskedLayers("spline", { ...options, activation }, ["layers", "bins", "bound"], [32]);
  const { layers = 2 } = options;
  checkCount("spline: layers", layers);
  const { monotone, ...shape } = splineOf("spline", options);
  return flowSpec({
    name: "spline",
    options: { layers, ...checked, ...shape },
    flow: (size, context = 0) => autoregressiveLayers("spline", layers, { ...checked, size, context, monotone }),
  });
};

/**
 * Neural spline flow, coupling: half of the coordinates go through rational-quadratic splines whose knots a network makes of the other half,
 * the halves in turn. One pass of each network either way, and O(size · bins) for the splines and their slopes. Durkan, Bekasov, Murray &
 * Papamakarios 2019.
 * @throws FluvialError on unknown options, and unless counts are whole numbers from 1 (bins from 2 to 256) and the bound is above 0.
 */
export const splineCoupling = (
  options: SplineCouplingOptions = {},
): FlowSpec<Density, readonly (readonly Layer[])[]> => {
  const who = "splineCoupling";
  checkOptions(who, options, ["layers", "bins", "bound", "hidden", "activation"]);
  const { layers = 4 } = options;
  checkCount(`${who}: layers`, layers);
  const hidden = widths(`${who}: hidden`, options.hidden ?? 32);
  const activation = activationNamed(who, options.activation ?? "relu");
  const { monotone, ...shape } = splineOf(who, options);
  return closedFlowSpec({
    name: "spline-coupling",
    plainBound: true,
    options: { layers, hidden, activation, ...shape },
    flow: (size, context = 0) => couplings(layers, { size, hidden, activation, monotone, context }),
  });
};
