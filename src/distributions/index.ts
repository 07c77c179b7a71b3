import * as all from "./all.ts";

export * from "./all.ts";
export type { Continuous, Cumulative, Distribution, Moments, Parameter } from "./distribution.ts";
export type { Matrix, Spread, SquareSpread } from "./spread.ts";

/** Every constructor by its name. */
export const distributions: typeof all = all;
