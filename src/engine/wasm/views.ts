import type { Node } from "../graph/ops.ts";
import { type Access, rowMajor } from "../schedule/access.ts";
import { type Context, type View, widthOf } from "./context.ts";
import type { Place } from "./places.ts";

/** What an access reads, in memory. */
export const viewOf = ({ precision }: Context, { root, shape, strides, offset }: Access, place: Place): View => ({
  type: root.type,
  shape,
  strides,
  offset: place.offset + offset * widthOf(root.type, precision),
  base: place.base,
});

/** A whole buffer, row by row. */
export const bufferView = ({ type, shape }: Pick<Node, "type" | "shape">, { offset, base }: Place): View => ({
  type,
  shape,
  strides: rowMajor(shape),
  offset,
  base,
});

/** Whether a view reads neighbouring elements, row by row. */
export const isRowMajor = ({ shape, strides }: View): boolean =>
  rowMajor(shape).every((stride, axis) => shape[axis] === 1 || stride === strides[axis]);

/** Part of a view along one axis. */
export const partOf = ({ precision }: Context, view: View, axis: number, begin: number, length: number): View => ({
  ...view,
  shape: view.shape.map((n, i) => (i === axis ? length : n)),
  offset: view.offset + begin * view.strides[axis] * widthOf(view.type, precision),
});
