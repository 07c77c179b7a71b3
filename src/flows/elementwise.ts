import { checkOptions } from "../core/check.ts";
import type { Density, Sampler } from "../core/density.ts";
import { type ConditionedParameters, conditioned } from "./conditioned.ts";
import { type ElementwiseParameters, elementwise as layer } from "./parts/elementwise.ts";
import { type ClosedMapName, type MapName, type MapOptions, mapNamed } from "./parts/maps.ts";
import { closedFlowSpec, type FlowParts, type FlowSpec, flowSpec } from "./spec.ts";

export interface ElementwiseOptions<M extends MapName = MapName> extends MapOptions {
  /** "rational-quadratic" unless said. */
  readonly map?: M;
}

/** The numbers of each coordinate's map; behind a context, those of the network that gives them too. */
type Parameters = ElementwiseParameters | ConditionedParameters<ElementwiseParameters>;

/**
 * Each coordinate through an increasing map of its own, whatever the others are: marginals of any form, no dependence. As layers
 * between others, or conditional on a context. Both ways are one pass; where the map is a mixture of sigmoids or a sum of squares, the
 * inverse is a root of one variable a coordinate.
 *
 * | map | its options | on the line |
 * |---|---|---|
 * | "affine" | | a line |
 * | "leaky-relu" | | two half-lines that meet at a corner |
 * | "piecewise-linear" | bins, bound | a polygon on ±bound, lines beyond |
 * | "rational-quadratic" | bins, bound | a smooth spline on ±bound, the identity beyond |
 * | "sigmoid-mixture" | units | smooth, lines far out |
 * | "sum-of-squares" | polynomials, degree, bound | a polynomial on ±bound, lines beyond |
 *
 * @throws FluvialError on an unknown map, on options that it does not take, and unless counts are whole numbers from 1 (bins from 2 to 256)
 * and the bound is above 0.
 */
export const elementwise = <M extends MapName = "rational-quadratic">(
  options: ElementwiseOptions<M> = {},
): FlowSpec<M extends ClosedMapName ? Density : Sampler, Parameters> => {
  const who = "elementwise";
  checkOptions(who, options, ["map", "bins", "bound", "units", "polynomials", "degree"]);
  const { map = "rational-quadratic", ...rest } = options;
  const { monotone, closed, options: own } = mapNamed(who, map, rest);
  const specOf: (parts: FlowParts<Parameters>) => FlowSpec<Sampler, Parameters> = closed ? closedFlowSpec : flowSpec;
  return specOf({
    name: "elementwise",
    options: { map, ...own },
    flow: (size, context = 0) => conditioned(who, layer(size, monotone), context),
  }) as FlowSpec<M extends ClosedMapName ? Density : Sampler, Parameters>;
};
