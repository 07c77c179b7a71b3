import type { Precision } from "../../core/double.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Shape } from "../../core/tensor.ts";
import type { Type } from "../graph/ops.ts";

/** Values row by row: of a real in the precision in force, of an int in 32 bits, of a bool 0 or 1. */
export type HostValues = Float64Array | Float32Array | Int32Array | Uint8Array;

export interface HostArray {
  readonly type: Type;
  readonly shape: Shape;
  readonly values: HostValues;
}

/** As it is outside `inDouble`, in which a program may be interpreted too. */
const Single = Float32Array;

const makers: { readonly [T in Type]: (size: number, precision: Precision) => HostValues } = {
  real: (size, precision) => (precision === "f64" ? new Float64Array(size) : new Single(size)),
  int: (size) => new Int32Array(size),
  bool: (size) => new Uint8Array(size),
};

/** An array of zeros. */
export const zeroArray = (type: Type, shape: Shape, precision: Precision): HostArray => ({
  type,
  shape,
  values: makers[type](sizeOf(shape), precision),
});

/** An array whose element number `flat` is `value(flat)`. Storing rounds a real to the precision and takes an int modulo 2³². */
export const arrayOf = (
  { type, shape }: { readonly type: Type; readonly shape: Shape },
  precision: Precision,
  value: (flat: number) => number,
): HostArray => {
  const made = zeroArray(type, shape, precision);
  for (let flat = 0; flat < made.values.length; flat++) made.values[flat] = value(flat);
  return made;
};

/** The index, axis by axis, of element number `flat`. */
export const indexOf = (flat: number, shape: Shape): number[] => {
  const index = new Array<number>(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
};

/** The number of the element at an index. */
export const flatOf = (index: readonly number[], shape: Shape): number =>
  shape.reduce((flat, n, axis) => flat * n + index[axis], 0);

/**
 * The elements that a reduction over `axes` puts together, in order: one list for each element of the result. Over a single axis
 * they are the lines along it.
 */
export const linesOf = (shape: Shape, axes: readonly number[]): number[][] => {
  const kept = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const result = kept.map((axis) => shape[axis]);
  const lines = Array.from({ length: sizeOf(result) }, (): number[] => []);
  for (let flat = 0; flat < sizeOf(shape); flat++) {
    const index = indexOf(flat, shape);
    lines[
      flatOf(
        kept.map((axis) => index[axis]),
        result,
      )
    ].push(flat);
  }
  return lines;
};
