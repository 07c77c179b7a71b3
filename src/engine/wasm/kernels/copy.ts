import type { Precision } from "../../../core/double.ts";
import type { Shape } from "../../../core/tensor.ts";
import type { Type } from "../../graph/ops.ts";
import { type Expr, type FunctionBody, i32, load, memoryCopy, type Stmt, store } from "../assembler.ts";
import { type Context, type View, widthOf } from "../context.ts";
import { addressOf, byteStrides, loadElement, storeElement } from "./access.ts";
import { joinAxes, type Walker, walk } from "./walk.ts";

/** Rows up to this many bytes are copied by instructions written out. */
const longestWrittenOut = 128;

/** Copies neighbouring bytes. */
const copyBytes = (to: Expr, from: Expr, bytes: number): readonly Stmt[] => {
  if (bytes > longestWrittenOut) return [memoryCopy(to, from, i32(bytes))];
  const stmts: Stmt[] = [];
  let at = 0;
  for (const [kind, width] of [
    ["v128", 16],
    ["i64", 8],
    ["i32", 4],
  ] as const)
    for (; at + width <= bytes; at += width) stmts.push(store(kind, to, load(kind, from, at), at));
  return stmts;
};

/** Copies a region of elements of one type; the two must not overlap. */
export const copyRegion = (
  body: FunctionBody,
  type: Type,
  precision: Precision,
  shape: Shape,
  to: Walker,
  from: Walker,
): readonly Stmt[] => {
  if (shape.includes(0)) return [];
  const width = widthOf(type, precision);
  const { lengths, strides } = joinAxes(shape, [to.strides, from.strides]);
  const last = lengths.length - 1;
  const straight = last >= 0 && strides.every((own) => own[last] === width);
  const outer = straight ? last : last + 1;
  const walkers = [to, from].map(({ address }, w) => ({ address, strides: strides[w].slice(0, outer) }));
  return walk(body, lengths.slice(0, outer), walkers, ([target, source]) =>
    straight
      ? copyBytes(target, source, lengths[last] * width)
      : [storeElement(type, precision, target, loadElement(type, precision, source))],
  );
};

/** A view as a walker. */
export const walkerOf = (view: View, precision: Precision): Walker => ({
  address: addressOf(view),
  strides: byteStrides(view, precision),
});

/** Copies the elements of a view, row by row. */
export const copy = ({ body, precision }: Context, out: View, from: View): readonly Stmt[] =>
  copyRegion(body, out.type, precision, out.shape, walkerOf(out, precision), walkerOf(from, precision));
