import { checkCount, checkOptions, checkPositive } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import type { Layer } from "../nn/mlp.ts";
import { sumOfSquares as squares } from "../transforms/monotone/sumOfSquares.ts";
import { widths } from "./options.ts";
import { alternating } from "./parts/alternating.ts";
import { autoregressive } from "./parts/autoregressive.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

export interface SumOfSquaresOptions {
  /** 2 unless said. */
  readonly layers?: number;
  /** Widths of each masked network's hidden layers: [32] unless said. */
  readonly hidden?: number | readonly number[];
  /** How many polynomials are squared and added: 2 unless said, which is all that such sums can make. */
  readonly polynomials?: number;
  /** Their degree: 3 unless said. */
  readonly degree?: number;
  /** Beyond ±bound a map goes straight on: 5 unless said. */
  readonly bound?: number;
}

/**
 * Sum-of-squares polynomial flow: y_i = c + ∫₀ Σ_m p_m(t)² dt up to x_i, c and the coefficients of the polynomials p_m from a masked
 * network of the coordinates before i; the order of the coordinates is reversed between layers. Within ±bound a polynomial of degree
 * 2 · degree + 1, beyond it a line. Forward costs one pass; the inverse goes coordinate by coordinate, each a root of one variable.
 * Jaini, Selby & Yu 2019, section 4.
 * @throws FluvialError on unknown options, and unless counts are whole numbers from 1 and the bound is above 0.
 */
export const sumOfSquares = (options: SumOfSquaresOptions = {}): FlowSpec<Sampler, readonly (readonly Layer[])[]> => {
  const who = "sumOfSquares";
  checkOptions(who, options, ["layers", "hidden", "polynomials", "degree", "bound"]);
  const { layers = 2, polynomials = 2, degree = 3, bound = 5 } = options;
  const hidden = widths(who, options.hidden ?? 32);
  checkCount(`${who}: layers`, layers);
  checkCount(`${who}: polynomials`, polynomials);
  checkCount(`${who}: degree`, degree);
  checkPositive(`${who}: bound`, bound);
  const monotone = squares(polynomials, degree, bound);
  return flowSpec({
    name: "sum-of-squares",
    options: { layers, hidden, polynomials, degree, bound },
    flow: (size, context) =>
      alternating(size, layers, (order) => autoregressive({ size, hidden, monotone, context, order })),
  });
};
