/** Operands and results of a loop nest: where each element stands, and how one or a vector of them is read and written. */
import type { Type } from "../../graph/ops.ts";
import { type Expr, f32, f32x4, f64, f64x2, i32, type Local, lane, load, op, type Stmt, store } from "../assembler.ts";
import { type Context, widthOf } from "../context.ts";

/** A tensor as a loop nest walks it. */
export interface Stream {
  readonly type: Type;
  /** Elements from one to the next along each axis of the nest. */
  readonly strides: readonly number[];
  readonly offset: number;
  readonly base?: Local;
}

/** Where the innermost loop stands: at a known element, or at a counter of bytes (of the width of a real). */
export type At = { readonly index: number } | { readonly counter: Local };

/** A stream at a row of the innermost loop. */
export interface Row {
  readonly stream: Stream;
  /** What the outer loops add to the address; undefined for nothing. */
  readonly pointer: Expr | undefined;
}

const realWidth = ({ precision }: Context): number => (precision === "f64" ? 8 : 4);

const add = (a: Expr | undefined, b: Expr | undefined): Expr | undefined => (a && b ? op("i32.add", a, b) : (a ?? b));

const times = (x: Expr, factor: number): Expr => {
  if (factor === 1) return x;
  return Number.isInteger(factor) ? op("i32.mul", x, i32(factor)) : op("i32.shr_s", times(x, 2 * factor), i32(1));
};

interface Address {
  readonly at: Expr;
  readonly offset: number;
}

const addressOf = (context: Context, { stream, pointer }: Row, at: At): Address => {
  const width = widthOf(stream.type, context.precision);
  const step = (stream.strides[stream.strides.length - 1] ?? 0) * width;
  const moved = "counter" in at && step !== 0 ? times(at.counter, step / realWidth(context)) : undefined;
  const offset = stream.offset + ("index" in at ? at.index * step : 0);
  const dynamic = add(pointer, moved);
  if (!dynamic) return { at: i32(0), offset };
  // An address is unsigned: what may go backwards is added to the offset first.
  const backwards = offset < 0 || stream.strides.some((stride) => stride < 0);
  return backwards ? { at: op("i32.add", dynamic, i32(offset)), offset: 0 } : { at: dynamic, offset };
};

/** What the outer loops add to a stream's address, given their counters. */
export const pointerOf = (context: Context, stream: Stream, counters: readonly Local[]): Expr | undefined => {
  const width = widthOf(stream.type, context.precision);
  let sum: Expr | undefined = stream.base;
  counters.forEach((counter, axis) => {
    const step = stream.strides[axis] * width;
    if (step !== 0) sum = add(sum, times(counter, step));
  });
  return sum;
};

/** One element: a real as it is, a bool or an int as i32. */
export const readScalar = (context: Context, row: Row, at: At): Expr => {
  const { at: address, offset } = addressOf(context, row, at);
  if (row.stream.type === "int") return load("i32", address, offset);
  const { precision } = context;
  const x = load(precision, address, offset);
  return row.stream.type === "real" ? x : op(`${precision}.ne`, x, precision === "f64" ? f64(0) : f32(0));
};

/** The value of a scalar in every lane: a bool becomes a mask, an int a real. */
export const splat = ({ precision }: Context, x: Expr, type: Type): Expr => {
  if (type === "real") return op(precision === "f64" ? "f64x2.splat" : "f32x4.splat", x);
  if (type === "int") return splat({ precision } as Context, op(`${precision}.convert_i32_s`, x), "real");
  const all = op("i32.sub", i32(0), x);
  return precision === "f64" ? op("i64x2.splat", op("i64.extend_i32_s", all)) : op("i32x4.splat", all);
};

/** As many elements as a vector holds, from neighbours or one by one: a bool becomes a mask, an int a real. */
export const readVector = (context: Context, row: Row, at: At): Expr => {
  const { precision } = context;
  const { type, strides } = row.stream;
  const stride = strides[strides.length - 1];
  const prefix = precision === "f64" ? "f64x2" : "f32x4";
  const zero = precision === "f64" ? f64x2(0) : f32x4(0);
  if (stride !== 1) return gathered(context, row, at, stride);
  const { at: address, offset } = addressOf(context, row, at);
  if (type === "int")
    return precision === "f64"
      ? op("f64x2.convert_low_i32x4_s", load("v128.load64_zero", address, offset))
      : op("f32x4.convert_i32x4_s", load("v128", address, offset));
  const x = load("v128", address, offset);
  return type === "real" ? x : op(`${prefix}.ne`, x, zero);
};

const gathered = (context: Context, row: Row, at: At, stride: number): Expr => {
  const { precision } = context;
  const width = widthOf(row.stream.type, precision);
  const lanes = precision === "f64" ? 2 : 4;
  const replace = precision === "f64" ? "f64x2.replace_lane" : "f32x4.replace_lane";
  const element = (i: number): Expr => {
    const shifted = { ...row.stream, offset: row.stream.offset + i * stride * width };
    const x = readScalar(context, { ...row, stream: shifted }, at);
    return row.stream.type === "real" ? x : op(`${precision}.convert_i32_s`, x);
  };
  let made = op(precision === "f64" ? "f64x2.splat" : "f32x4.splat", element(0));
  for (let i = 1; i < lanes; i++) made = lane(replace, i, made, element(i));
  if (row.stream.type !== "bool") return made;
  return op(precision === "f64" ? "f64x2.ne" : "f32x4.ne", made, precision === "f64" ? f64x2(0) : f32x4(0));
};

export const writeScalar = (context: Context, row: Row, at: At, x: Expr): Stmt => {
  const { at: address, offset } = addressOf(context, row, at);
  const { precision } = context;
  if (row.stream.type === "int") return store("i32", address, x, offset);
  return store(precision, address, row.stream.type === "bool" ? op(`${precision}.convert_i32_s`, x) : x, offset);
};

/** Into neighbouring elements. */
export const writeVector = (context: Context, row: Row, at: At, x: Expr): Stmt => {
  const { at: address, offset } = addressOf(context, row, at);
  const one = context.precision === "f64" ? f64x2(1) : f32x4(1);
  return store("v128", address, row.stream.type === "bool" ? op("v128.and", x, one) : x, offset);
};
