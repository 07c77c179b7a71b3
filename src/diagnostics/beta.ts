import { incompleteBeta } from "../core/special/beta.ts";

/** The p-quantile of Beta(a, b), by bisection to the last bit: exact rather than quick. */
export const betaQuantile = (p: number, a: number, b: number): number => {
  let low = 0;
  let high = 1;
  for (let middle = 0.5; low < middle && middle < high; middle = (low + high) / 2) {
    if (incompleteBeta(a, b, middle) < p) low = middle;
    else high = middle;
  }
  return high;
};
