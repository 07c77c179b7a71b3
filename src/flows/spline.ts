import { checkCount, checkOptions, checkPositive } from "../core/check.ts";
import type { Density, Sampler } from "../core/density.ts";
import { range } from "../core/shape.ts";
import type { Layer } from "../nn/mlp.ts";
import { rationalQuadratic } from "../transforms/monotone/rationalQuadratic.ts";
import { chain } from "./chain.ts";
import { widths } from "./options.ts";
import { autoregressive } from "./parts/autoregressive.ts";
import { couplings } from "./parts/coupling.ts";
import { closedFlowSpec, type FlowSpec, flowSpec } from "./spec.ts";

export interface SplineOptions {
  /** 2 unless said; of couplings 4. */
  readonly layers?: number;
  /** Pieces of each spline: 8 unless said. */
  readonly bins?: number;
  /** Where the splines end and the identity begins: 4 unless said. */
  readonly bound?: number;
  /** Widths of each network's hidden layers: [32] unless said. */
  readonly hidden?: number | readonly number[];
}

const checked = (
  who: string,
  options: SplineOptions,
): Required<SplineOptions> & { readonly hidden: readonly number[] } => {
  checkOptions(who, options, ["layers", "bins", "bound", "hidden"]);
  const { layers = 2, bins = 8, bound = 4 } = options;
  checkCount(`${who}: layers`, layers);
  checkCount(`${who}: bins`, bins, 2);
  checkPositive(`${who}: bound`, bound);
  return { layers, bins, bound, hidden: widths(who, options.hidden ?? 32) };
};

/**
 * Neural spline flow, autoregressive: each coordinate goes through a rational-quadratic spline whose knots a masked network makes of the
 * coordinates before it. One way costs one pass, the other one pass a coordinate. Durkan, Bekasov, Murray & Papamakarios 2019.
 * @throws FluvialError on unknown options, and unless counts are whole numbers (bins from 2) and the bound is above 0.
 */
export const spline = (options: SplineOptions = {}): FlowSpec<Sampler, readonly (readonly Layer[])[]> => {
  const { layers, bins, bound, hidden } = checked("spline", options);
  const monotone = rationalQuadratic(bins, bound);
  return flowSpec({
    name: "spline",
    options: { layers, bins, bound, hidden },
    flow: (size, context = 0) => {
      const upwards = range(size);
      const orders = [upwards, [...upwards].reverse()];
      return chain(range(layers).map((i) => autoregressive({ size, hidden, monotone, context, order: orders[i % 2] })));
    },
  });
};

/**
 * Neural spline flow, coupling: half of the coordinates go through rational-quadratic splines whose knots a network makes of the other half,
 * the halves in turn. One pass either way. Durkan, Bekasov, Murray & Papamakarios 2019.
 * @throws FluvialError as `spline` does.
 */
export const splineCoupling = (options: SplineOptions = {}): FlowSpec<Density, readonly (readonly Layer[])[]> => {
  const { layers, bins, bound, hidden } = checked("splineCoupling", { layers: 4, ...options });
  const monotone = rationalQuadratic(bins, bound);
  return closedFlowSpec({
    name: "spline-coupling",
    plainBound: true,
    options: { layers, bins, bound, hidden },
    flow: (size, context = 0) => couplings(layers, { size, hidden, monotone, context }),
  });
};
