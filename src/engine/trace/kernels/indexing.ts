import type * as tf from "#tfjs";
import { range, sizeOf } from "../../../core/shape.ts";
import { binary, cast, compare, full, mul, reshape, select, spread, sum, toReal } from "../../graph/build.ts";
import { constant, make, type Node } from "../../graph/node.ts";
import { type Lowerings, lower } from "../lowering.ts";
import { typeOf } from "../types.ts";
import { axesOf } from "./reductions.ts";

const ints = (values: readonly number[]): Node => constant(Float64Array.from(values), [values.length], "int");

const gather = (x: Node, indices: Node, axis: number, batch: number): Node =>
  make("gather", [x, cast(indices, "int")], { axis, batch });

/** The elements that are listed, along one axis. */
export const gatherAlong = (x: Node, axis: number, indices: readonly number[]): Node =>
  gather(x, ints(indices), axis, 0);

/** Where tuples of indices [..., k] into the first k axes point when these axes are one. */
const flatIndices = (indices: Node, lengths: readonly number[]): Node => {
  const strides = lengths.map((_, i) => sizeOf(lengths.slice(i + 1)));
  return sum(mul(cast(indices, "int"), ints(strides)), [indices.shape.length - 1]);
};

const gatherNd = (x: Node, indices: Node): Node => {
  const depth = indices.shape[indices.shape.length - 1];
  const [lengths, rest] = [x.shape.slice(0, depth), x.shape.slice(depth)];
  return gather(reshape(x, [sizeOf(lengths), ...rest]), flatIndices(indices, lengths), 0, 0);
};

const scatterNd = (indices: Node, updates: Node, shape: readonly number[]): Node => {
  const depth = indices.shape[indices.shape.length - 1];
  const [lengths, rest] = [shape.slice(0, depth), shape.slice(depth)];
  const flat = flatIndices(indices, lengths);
  const rows = reshape(updates, [...flat.shape, ...rest]);
  return reshape(make("scatterAdd", [rows, flat], { axis: 0, batch: 0, length: sizeOf(lengths) }), shape);
};

const oneHot = (indices: Node, { depth, onValue, offValue, dtype }: tf.OneHotAttrs): Node => {
  const type = typeOf(dtype ?? "int32");
  const at = reshape(cast(indices, "int"), [...indices.shape, 1]);
  return select(binary("equal", at, ints(range(depth))), full(onValue, [], type), full(offValue, [], type));
};

/** x along a diagonal, zeros beside it. */
const diagonal = (x: Node): Node => {
  const n = sizeOf(x.shape);
  const own = compare("equal", reshape(ints(range(n)), [n, 1]), ints(range(n)));
  const rows = spread(reshape(x, [1, n]), [n, n]);
  return reshape(select(own, rows, full(0, [n, n], x.type)), [...x.shape, ...x.shape]);
};

export const indexing: Lowerings = {
  GatherV2: lower<tf.GatherV2Attrs>(({ x, indices }, { axis, batchDims }) =>
    gather(x, indices, axesOf(axis, x)[0], batchDims ?? 0),
  ),
  GatherNd: lower(({ params, indices }) => gatherNd(params, indices)),
  ScatterNd: lower<tf.ScatterNdAttrs>(({ indices, updates }, { shape }) => scatterNd(indices, updates, shape)),
  UnsortedSegmentSum: lower<tf.UnsortedSegmentSumAttrs>(({ x, segmentIds }, { numSegments }) =>
    make("scatterAdd", [toReal(x), cast(segmentIds, "int")], { axis: 0, batch: 0, length: numSegments }),
  ),
  OneHot: lower<tf.OneHotAttrs>(({ indices }, attributes) => oneHot(indices, attributes)),
  Diag: lower(({ x }) => diagonal(x)),
};
