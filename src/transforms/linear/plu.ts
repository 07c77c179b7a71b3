import { composed, type Linear } from "./linear.ts";
import { permutationLinear } from "./permutation.ts";
import { type TriangularParameters, triangularLinear, unitTriangularLinear } from "./triangular.ts";

/**
 * P L U x with a fixed permutation P, L lower with ones on its diagonal, U upper with a positive one. Below the diagonal `off` holds L,
 * above it U. log |det| is the sum of `logDiagonal`. Kingma & Dhariwal 2018, section 3.2.
 */
export const pluLinear = (parameters: TriangularParameters, order: readonly number[]): Linear =>
  composed([triangularLinear(parameters, false), unitTriangularLinear(parameters.off, true), permutationLinear(order)]);
