import type { Shape } from "../../../core/tensor.ts";
import type { Type } from "../../graph/ops.ts";
import {
  type Expr,
  type FunctionBody,
  forLoop,
  i32,
  ifElse,
  type Local,
  load,
  memoryFill,
  op,
  type Stmt,
  store,
} from "../assembler.ts";
import { type Context, type View, widthOf } from "../context.ts";
import {
  addressOf,
  elementConstant,
  loadElement,
  plus,
  product,
  storeElement,
  sum,
  valueType,
  vectorsOf,
} from "./access.ts";
import { copyRegion, walkerOf } from "./copy.ts";
import { scatterInTurn } from "./scatterInTurn.ts";
import { joinAxes, type Walker, walk } from "./walk.ts";

const zeros = (count: number): number[] => Array(count).fill(0);
const size = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** The axes of gather and scatterAdd: "long" has `length` at `axis`, "picked" has the axes of the indices there. */
interface Axes {
  readonly outer: Shape;
  readonly after: Shape;
  readonly long: Walker;
  readonly picked: Walker;
  readonly indices: Walker;
  /** Within a row that one index picks. */
  readonly longAfter: readonly number[];
  readonly pickedAfter: readonly number[];
  /** Bytes from one index to the next. */
  readonly longStep: number;
}

const axesOf = (
  { precision }: Context,
  long: View,
  picked: View,
  indices: View,
  { axis, batch }: { readonly axis: number; readonly batch: number },
): Axes => {
  const [wide, few, own] = [long, picked, indices].map((view) => walkerOf(view, precision));
  const rest = indices.shape.length - batch;
  const end = axis + rest;
  return {
    outer: picked.shape.slice(0, end),
    after: picked.shape.slice(end),
    long: { address: wide.address, strides: [...wide.strides.slice(0, axis), ...zeros(rest)] },
    picked: { address: few.address, strides: few.strides.slice(0, end) },
    indices: {
      address: own.address,
      strides: [...own.strides.slice(0, batch), ...zeros(axis - batch), ...own.strides.slice(batch)],
    },
    longAfter: wide.strides.slice(axis + 1),
    pickedAfter: few.strides.slice(end),
    longStep: wide.strides[axis],
  };
};

/** Runs `inside` at every index with the rows it joins, or `outside` where it points nowhere. */
const atIndices = (
  body: FunctionBody,
  { outer, long, picked, indices, longStep }: Axes,
  length: number,
  inside: (row: Expr, picked: Expr) => readonly Stmt[],
  outside: (picked: Expr) => readonly Stmt[],
): readonly Stmt[] => {
  const [index, row] = [body.local("i32"), body.local("i32")];
  return walk(body, outer, [long, picked, indices], ([atLong, atPicked, atIndex]) => [
    index.set(load("i32", atIndex)),
    ifElse(
      op("i32.lt_u", index, i32(length)),
      [row.set(sum(atLong, product(index, i32(longStep)))), ...inside(row, atPicked)],
      outside(atPicked),
    ),
  ]);
};

/** Elements of x [...batch, ...before, n, ...after] at indices [...batch, ...rest]; NaN (0 of ints and bools) where one lies outside. */
export const gather = (
  context: Context,
  out: View,
  [x, indices]: readonly View[],
  attributes: { readonly axis: number; readonly batch: number },
): readonly Stmt[] => {
  const { body, precision } = context;
  const axes = axesOf(context, x, out, indices, attributes);
  const missing = elementConstant(out.type, precision, out.type === "real" ? Number.NaN : 0);
  const row = (address: Expr, strides: readonly number[]): Walker => ({ address, strides });
  return atIndices(
    body,
    axes,
    x.shape[attributes.axis],
    (from, to) =>
      copyRegion(body, out.type, precision, axes.after, row(to, axes.pickedAfter), row(from, axes.longAfter)),
    (to) =>
      walk(body, axes.after, [row(to, axes.pickedAfter)], ([at]) => [storeElement(out.type, precision, at, missing)]),
  );
};

const addAt = (type: Type, { precision }: Context, to: Expr, from: Expr): Stmt =>
  storeElement(
    type,
    precision,
    to,
    op(`${valueType(type, precision)}.add`, loadElement(type, precision, to), loadElement(type, precision, from)),
  );

/** to += from for a row of neighbours: by vectors, then one by one. */
const addNeighbours = (context: Context, i: Local, to: Expr, from: Expr, length: number): readonly Stmt[] => {
  const { lanes, width, add } = vectorsOf(context.precision, context.relaxed);
  const whole = Math.floor(length / lanes) * lanes;
  const [target, source] = [sum(to, i), sum(from, i)];
  const rest = Array.from({ length: length - whole }, (_, j) => (whole + j) * width);
  const vectors = forLoop(i, i32(0), i32(whole * width), 16, [
    store("v128", target, add(load("v128", target), load("v128", source))),
  ]);
  return [
    ...(whole ? [vectors] : []),
    ...rest.map((offset) => addAt("real", context, plus(to, offset), plus(from, offset))),
  ];
};

const addRegion = (context: Context, type: Type, shape: Shape, to: Walker, from: Walker): readonly Stmt[] => {
  const { body, precision } = context;
  const { lengths, strides } = joinAxes(shape, [to.strides, from.strides]);
  const width = widthOf(type, precision);
  const straight = type !== "int" && lengths.length === 1 && strides.every(([stride]) => stride === width);
  if (straight) return addNeighbours(context, body.local("i32"), to.address, from.address, lengths[0]);
  return walk(body, shape, [to, from], ([target, source]) => [addAt(type, context, target, source)]);
};

/** The reverse of gather: updates added up where their indices point, in a fixed order; 0 elsewhere. Indices outside add to nothing. */
export const scatterAdd = (
  context: Context,
  out: View,
  [updates, indices]: readonly View[],
  attributes: { readonly axis: number; readonly batch: number; readonly length: number },
): readonly Stmt[] => {
  const { body, precision } = context;
  const axes = axesOf(context, out, updates, indices, attributes);
  const isRow = out.shape.length === 1 && attributes.batch === 0;
  const inTurn = isRow ? scatterInTurn(context, out, attributes.length, axes) : undefined;
  if (inTurn) return inTurn;
  const row = (address: Expr, strides: readonly number[]): Walker => ({ address, strides });
  return [
    memoryFill(addressOf(out), i32(0), i32(size(out.shape) * widthOf(out.type, precision))),
    ...atIndices(
      body,
      axes,
      attributes.length,
      (to, from) => addRegion(context, out.type, axes.after, row(to, axes.longAfter), row(from, axes.pickedAfter)),
      () => [],
    ),
  ];
};
