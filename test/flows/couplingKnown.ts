import { readFileSync } from "node:fs";
import { fromHost, type Tensor } from "../../src/core/tensor.ts";

/** A tensor as scripts/reference/coupling.py writes it. */
export interface Stored {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface StoredLayer {
  readonly w: Stored;
  readonly b: Stored;
}

interface Known {
  readonly moments: { readonly x: Stored; readonly mean: Stored; readonly sd: Stored };
  readonly squeeze: { readonly image: readonly [number, number, number]; readonly value: Stored };
  readonly network: {
    readonly x: Stored;
    readonly hidden: readonly number[];
    readonly blocks: number;
    readonly filters: readonly StoredLayer[];
    readonly value: Stored;
  };
  readonly coupling: {
    readonly x: Stored;
    readonly layers: readonly StoredLayer[];
    readonly value: Stored;
    readonly logDet: Stored;
  };
}

/** numpy's and scipy's values. */
export const known: Known = JSON.parse(
  readFileSync(new URL("../known/flows/coupling.json", import.meta.url), "utf8"),
) as Known;

export const tensorOf = ({ shape, values }: Stored): Tensor => fromHost(values, shape);
export const layersOf = (layers: readonly StoredLayer[]): { readonly w: Tensor; readonly b: Tensor }[] =>
  layers.map(({ w, b }) => ({ w: tensorOf(w), b: tensorOf(b) }));

/** The largest distance of two lists, in units of 1 + the size of what is wanted; NaN where there is one. */
export const apart = (got: ArrayLike<number>, want: ArrayLike<number>): number =>
  got.length === want.length
    ? Array.from(want, (w, i) => Math.abs(got[i] - w) / (1 + Math.abs(w))).reduce((a, b) => Math.max(a, b), 0)
    : Number.NaN;
