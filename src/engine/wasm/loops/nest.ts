import type { Shape } from "../../../core/tensor.ts";

/** A loop nest with the strides of every stream along its axes. */
export interface Nest {
  readonly dims: readonly number[];
  /** For each stream, its strides. */
  readonly strides: readonly (readonly number[])[];
}

/** Merges neighbouring axes that every stream can walk as one. */
export const collapse = (shape: Shape, strides: readonly (readonly number[])[]): Nest => {
  const dims: number[] = [];
  const merged: number[][] = strides.map(() => []);
  shape.forEach((n, axis) => {
    const last = dims.length - 1;
    const joins = last >= 0 && strides.every((own, i) => merged[i][last] === own[axis] * n);
    if (joins) {
      dims[last] *= n;
      strides.forEach((own, i) => {
        merged[i][last] = own[axis];
      });
    } else {
      dims.push(n);
      strides.forEach((own, i) => {
        merged[i].push(own[axis]);
      });
    }
  });
  return { dims, strides: merged };
};
