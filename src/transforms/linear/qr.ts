import { type HouseholderParameters, householderLinear } from "./householder.ts";
import { composed, type Linear } from "./linear.ts";
import { type TriangularParameters, triangularLinear } from "./triangular.ts";

/** Q R x: Q a product of reflections, R upper triangular with a positive diagonal. log |det| is the sum of `logDiagonal`. */
export const qrLinear = (parameters: TriangularParameters & HouseholderParameters): Linear =>
  composed([triangularLinear(parameters, false), householderLinear(parameters)]);
