import { checkCount, checkOptions } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import { range } from "../core/shape.ts";
import type { Layer } from "../nn/mlp.ts";
import { affineMonotone } from "../transforms/monotone/affine.ts";
import { chain } from "./chain.ts";
import type { Flow } from "./flow.ts";
import { widths } from "./options.ts";
import { autoregressive } from "./parts/autoregressive.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

/** Layers of masked affine maps, the order of the coordinates reversed from one to the next. */
export const affineAutoregressive = (
  size: number,
  layers: number,
  hidden: readonly number[],
  context = 0,
): Flow<readonly (readonly Layer[])[]> => {
  const upwards = range(size);
  const downwards = [...upwards].reverse();
  return chain(
    range(layers).map((i) =>
      autoregressive({ size, hidden, monotone: affineMonotone, context, order: i % 2 === 0 ? upwards : downwards }),
    ),
  );
};

/**
 * Inverse autoregressive flow: y_i = x_i exp(s_i(x_<i)) + t_i(x_<i), s and t from one masked network a layer; the order of the
 * coordinates is reversed between layers. Draws cost one pass, the density elsewhere one pass a coordinate. Kingma, Salimans, Jozefowicz,
 * Chen, Sutskever & Welling 2016.
 * @param options.layers 2 unless said; @param options.hidden widths of each masked network's hidden layers, [32] unless said.
 * @throws FluvialError on unknown options and unless layers and widths are whole numbers from 1.
 */
export const iaf = (
  options: { readonly layers?: number; readonly hidden?: number | readonly number[] } = {},
): FlowSpec<Sampler, readonly (readonly Layer[])[]> => {
  checkOptions("iaf", options, ["layers", "hidden"]);
  const { layers = 2 } = options;
  const hidden = widths("iaf", options.hidden ?? 32);
  checkCount("iaf: layers", layers);
  return {
    ...flowSpec({
      name: "iaf",
      options: { layers, hidden },
      flow: (size, context) => affineAutoregressive(size, layers, hidden, context),
    }),
    dataGo: "inverse",
  };
};
