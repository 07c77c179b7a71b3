import { interval } from "./bounds.ts";
import type { Support } from "./support.ts";

/**
 * Angles from −π to π: an interval, by a scaled sigmoid, so that a uniform angle is logistic on the free scale. The seam at ±π lies at
 * infinity there: a sampler does not cross it. (2 atan x has the same seam, and makes a uniform angle Cauchy: with tails that Hamiltonian
 * Monte Carlo leaves but slowly.)
 */
export const circular: Support = { ...interval(-Math.PI, Math.PI), name: "angles from −π to π" };
