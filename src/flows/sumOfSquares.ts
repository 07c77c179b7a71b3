import { checkCount, checkPositive } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import { sumOfSquares as squares } from "../transforms/monotone/sumOfSquares.ts";
import {
  type AutoregressiveParameters,
  autoregressiveLayers,
  checkedMaskedLayers,
  type MaskedLayersOptions,
} from "./parts/autoregressiveLayers.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

export interface SumOfSquaresOptions extends MaskedLayersOptions {
  /** 2 unless said. */
  readonly layers?: number;
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
 * Jaini, Selby & Yu 2019.
 * @param options.hidden [32] unless said.
 * @throws FluvialError on unknown options, unless counts are whole numbers from 1 and the bound is above 0, and on what is no order.
 */
export const sumOfSquares = (options: SumOfSquaresOptions = {}): FlowSpec<Sampler, AutoregressiveParameters> => {
  const who = "sumOfSquares";
  const checked = checkedMaskedLayers(who, options, ["layers", "polynomials", "degree", "bound"], [32]);
  const { layers = 2, polynomials = 2, degree = 3, bound = 5 } = options;
  checkCount(`${who}: layers`, layers);
  checkCount(`${who}: polynomials`, polynomials);
  checkCount(`${who}: degree`, degree);
  checkPositive(`${who}: bound`, bound);
  const monotone = squares(polynomials, degree, bound);
  return flowSpec({
    name: "sum-of-squares",
    options: { layers, ...checked, polynomials, degree, bound },
    flow: (size, context = 0) => autoregressiveLayers(who, layers, { ...checked, size, context, monotone }),
  });
};
