/** Kernels that put the same elements into another form, and those that make tensors from nothing. */
import * as tf from "#tfjs";
import { range } from "../../../core/shape.ts";
import type { Shape } from "../../../core/tensor.ts";
import { cast, concat, full, pad, reshape, slice, sliceAlong, spread, transpose } from "../../graph/build.ts";
import { constant, make, type Node } from "../../graph/node.ts";
import { cannotTrace } from "../cannotTrace.ts";
import { type Lowerings, lower, lowerList } from "../lowering.ts";
import { typeOf } from "../types.ts";
import { alike } from "./elementwise.ts";
import { gatherAlong } from "./indexing.ts";
import { axesOf } from "./reductions.ts";

const inserted = (shape: Shape, axis: number): number[] => [...shape.slice(0, axis), 1, ...shape.slice(axis)];
const removed = (shape: Shape, axis: number): number[] => shape.filter((_, i) => i !== axis);

const expand = (x: Node, axis: number): Node =>
  reshape(x, inserted(x.shape, axis < 0 ? axis + x.shape.length + 1 : axis));

/** Repeats every axis as often as it says: [n] as [1, n], spread to [reps, n], read as [reps · n]. */
const tile = (x: Node, reps: readonly number[]): Node => {
  const lengths = x.shape.map((n, i) => n * reps[i]);
  if (x.shape.every((n, i) => n === 1 || reps[i] === 1)) return spread(x, lengths);
  const apart = reshape(
    x,
    x.shape.flatMap((n) => [1, n]),
  );
  return reshape(
    spread(
      apart,
      x.shape.flatMap((n, i) => [reps[i], n]),
    ),
    lengths,
  );
};

/** As tfjs: tensors without elements are left out, whatever their other axes. */
const join = (parts: readonly Node[], axis: number): Node => {
  const filled = parts.filter(({ shape }) => !shape.includes(0));
  return concat(alike(...(filled.length === 0 ? parts : filled)), axis);
};

const split = (x: Node, sizes: readonly number[], axis: number): Node[] => {
  let begin = 0;
  return sizes.map((size) => {
    const part = sliceAlong(x, axis, begin, size);
    begin += size;
    return part;
  });
};

const unpack = (x: Node, axis: number): Node[] =>
  split(x, Array(x.shape[axis]).fill(1), axis).map((part) => reshape(part, removed(x.shape, axis)));

const stridedSlice = (x: Node, attributes: tf.StridedSliceAttrs): Node => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  const backwards = range(x.shape.length).filter((axis) => info.strides[axis] < 0);
  const turned = backwards.length > 0 ? make("reverse", [x], { axes: backwards }) : x;
  const from = info.begin.map((at, axis) => (info.strides[axis] < 0 ? x.shape[axis] - 1 - at : at));
  const steps = info.strides.map(Math.abs);
  const lengths = x.shape.map((_, axis) =>
    Math.max(0, Math.ceil((info.end[axis] - info.begin[axis]) / info.strides[axis])),
  );
  return reshape(slice(turned, from, lengths, steps), info.finalShape);
};

/** The index of what a mirrored axis shows. */
const mirrored = (n: number, [before, after]: readonly [number, number], offset: number): number[] =>
  range(before + n + after).map((at) => {
    const i = at - before;
    if (i < 0) return -i - offset;
    return i >= n ? 2 * (n - 1) - i + offset : i;
  });

const mirrorPad = (x: Node, { paddings, mode }: tf.MirrorPadAttrs): Node =>
  x.shape.reduce(
    (padded: Node, n, axis) =>
      paddings[axis].every((count) => count === 0)
        ? padded
        : gatherAlong(padded, axis, mirrored(n, paddings[axis], mode === "reflect" ? 0 : 1)),
    x,
  );

/** [b, h, w, …] → [blocks of h and w · b, h / block, w / block, …], after padding. */
const spaceToBatch = (x: Node, { blockShape, paddings }: tf.SpaceToBatchNDAttrs): Node => {
  const rest = Array(x.shape.length - blockShape.length - 1).fill(0);
  const side = (i: 0 | 1): number[] => [0, ...paddings.map((p) => p[i]), ...rest];
  const padded = pad(x, side(0), side(1));
  const [b, ...lengths] = padded.shape;
  const depth = blockShape.length;
  const apart = blockShape.flatMap((block, i) => [lengths[i] / block, block]);
  const order = [...range(depth).map((i) => 2 + 2 * i), 0, ...range(depth).map((i) => 1 + 2 * i)];
  const split = reshape(padded, [b, ...apart, ...lengths.slice(depth)]);
  const all = [...order, ...range(split.shape.length).slice(order.length)];
  const blocks = blockShape.reduce((product, n) => product * n, 1);
  return reshape(transpose(split, all), [
    b * blocks,
    ...blockShape.map((block, i) => lengths[i] / block),
    ...lengths.slice(depth),
  ]);
};

/** The reverse of `spaceToBatch`, then without the margins. */
const batchToSpace = (x: Node, { blockShape, crops }: tf.BatchToSpaceNDAttrs): Node => {
  const depth = blockShape.length;
  const b = x.shape[0] / blockShape.reduce((product, n) => product * n, 1);
  const lengths = x.shape.slice(1);
  const split = reshape(x, [...blockShape, b, ...lengths]);
  const order = [depth, ...range(depth).flatMap((i) => [depth + 1 + i, i])];
  const all = [...order, ...range(split.shape.length).slice(order.length)];
  const joined = reshape(transpose(split, all), [
    b,
    ...blockShape.map((block, i) => block * lengths[i]),
    ...lengths.slice(depth),
  ]);
  const begin = joined.shape.map((_, axis) => crops[axis - 1]?.[0] ?? 0);
  return slice(
    joined,
    begin,
    joined.shape.map((n, axis) => n - begin[axis] - (crops[axis - 1]?.[1] ?? 0)),
  );
};

/** Running sums in the precision in force, as tfjs makes them. */
const steps = (start: number, step: number, count: number): Float64Array => {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = i === 0 ? start : values[i - 1] + step;
  return Float64Array.from(values);
};

const rangeOf = ({ start, stop, step, dtype }: tf.RangeAttrs): Node => {
  const empty = start === stop || (start < stop && step < 0) || (stop < start && step > 1);
  const count = empty ? 0 : Math.abs(Math.ceil((stop - start) / step));
  return constant(steps(start, stop < start && step === 1 ? -1 : step, count), [count], typeOf(dtype));
};

export const shapes: Lowerings = {
  Identity: lower(({ x }) => x),
  Reshape: lower<tf.ReshapeAttrs>(({ x }, { shape }) =>
    reshape(x, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape([...x.shape]))),
  ),
  ExpandDims: lower<tf.ExpandDimsAttrs>(({ input }, { dim }) => expand(input, dim)),
  Transpose: lower<tf.TransposeAttrs>(({ x }, { perm }) => transpose(x, perm)),
  Tile: lower<tf.TileAttrs>(({ x }, { reps }) => tile(x, reps)),
  Slice: lower<tf.SliceAttrs>(({ x }, { begin, size }) => {
    const info = { shape: [...x.shape] } as tf.TensorInfo;
    const [from, lengths] = tf.slice_util.parseSliceParams(info, begin, size);
    tf.slice_util.assertParamsValid(info, from, lengths);
    return slice(x, from, lengths);
  }),
  StridedSlice: lower<tf.StridedSliceAttrs>(({ x }, attributes) => stridedSlice(x, attributes)),
  PadV2: lower<tf.PadV2Attrs>(({ x }, { paddings, constantValue }) => {
    const [before, after] = [paddings.map((p) => p[0]), paddings.map((p) => p[1])];
    return x.type === "bool" && paddings.flat().some((n) => n > 0)
      ? cast(pad(cast(x, "int"), before, after, constantValue), "bool")
      : pad(x, before, after, constantValue);
  }),
  MirrorPad: lower<tf.MirrorPadAttrs>(({ x }, attributes) => mirrorPad(x, attributes)),
  Concat: lowerList<tf.ConcatAttrs>((parts, { axis }) => join(parts, axesOf(axis, parts[0])[0])),
  Pack: lowerList<tf.PackAttrs>((parts, { axis }) => {
    const at = axis < 0 ? axis + parts[0].shape.length + 1 : axis;
    return concat(
      alike(...parts).map((part) => expand(part, at)),
      at,
    );
  }),
  Unpack: lower<tf.UnpackAttrs>(({ value }, { axis }) => unpack(value, axesOf(axis, value)[0])),
  SplitV: lower<tf.SplitVAttrs>(({ x }, { numOrSizeSplits, axis }) => {
    const at = axesOf(axis, x)[0];
    const sizes = tf.backend_util.prepareSplitSize({ shape: [...x.shape] } as tf.Tensor, numOrSizeSplits, at);
    return split(x, sizes, at);
  }),
  SpaceToBatchND: lower<tf.SpaceToBatchNDAttrs>(({ x }, attributes) => spaceToBatch(x, attributes)),
  BatchToSpaceND: lower<tf.BatchToSpaceNDAttrs>(({ x }, attributes) => batchToSpace(x, attributes)),
  Reverse: lower<tf.ReverseAttrs>(({ x }, { dims }) =>
    x.shape.length === 0 ? x : make("reverse", [x], { axes: axesOf(dims, x) }),
  ),
  Fill: lower<tf.FillAttrs>((_, { shape, value, dtype }) =>
    full(
      typeof value === "number" ? value : cannotTrace("there is a tensor of strings"),
      shape,
      typeOf(dtype ?? "float32"),
    ),
  ),
  ZerosLike: lower(({ x }) => full(0, x.shape, x.type)),
  OnesLike: lower(({ x }) => full(1, x.shape, x.type)),
  Range: lower<tf.RangeAttrs>((_, attributes) => rangeOf(attributes)),
  LinSpace: lower<tf.LinSpaceAttrs>((_, { start, stop, num }) =>
    constant(steps(start, (stop - start) / (num - 1), num), [num]),
  ),
};
