import { normalQuantile } from "../core/special/normal.ts";

/** A stream of standard normals from a stream of uniforms in (0, 1): the numbers that `normal` of ops gives, in its order. */
export const normalsFrom =
  (uniform: () => number): (() => number) =>
  () =>
    normalQuantile(uniform());

/** log(eᵃ + eᵇ) without overflow. */
export const logAddExp = (a: number, b: number): number => {
  const larger = Math.max(a, b);
  return larger === Number.NEGATIVE_INFINITY ? larger : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
};
