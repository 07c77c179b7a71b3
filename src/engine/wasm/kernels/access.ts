/** Addresses and elements: the words that kernels are written in. */
import type { Precision } from "../../../core/double.ts";
import type { Type } from "../../graph/ops.ts";
import {
  type Expr,
  f32,
  f32x4,
  f64,
  f64x2,
  type Instruction,
  i32,
  type Local,
  lane,
  load,
  op,
  type Stmt,
  store,
  type ValueType,
  whileLoop,
} from "../assembler.ts";
import { type View, widthOf } from "../context.ts";

/** a + b, without an instruction where b is 0. */
export const plus = (a: Expr, b: number): Expr => (b === 0 ? a : op("i32.add", a, i32(b)));
export const sum = (a: Expr, b: Expr): Expr => op("i32.add", a, b);
export const difference = (a: Expr, b: Expr): Expr => op("i32.sub", a, b);
export const product = (a: Expr, b: Expr): Expr => op("i32.mul", a, b);
export const below = (a: Expr, b: Expr): Expr => op("i32.lt_s", a, b);

/** While `count` is at least `each`: the body, then count −= each. */
export const countDown = (count: Local, each: number, body: readonly Stmt[]): Stmt =>
  whileLoop(op("i32.ge_s", count, i32(each)), [...body, count.set(plus(count, -each))]);

/** The address of a view's first element. */
export const addressOf = ({ base, offset }: View): Expr => (base ? plus(base, offset) : i32(offset));

/** Bytes from one element to the next along every axis. */
export const byteStrides = ({ type, strides }: View, precision: Precision): readonly number[] =>
  strides.map((stride) => stride * widthOf(type, precision));

/** What an element is while it is in a register. */
export const valueType = (type: Type, precision: Precision): ValueType & ("i32" | "f32" | "f64") =>
  type === "int" ? "i32" : precision;

export const loadElement = (type: Type, precision: Precision, address: Expr, offset = 0): Expr =>
  load(valueType(type, precision), address, offset);
export const storeElement = (type: Type, precision: Precision, address: Expr, value: Expr, offset = 0): Stmt =>
  store(valueType(type, precision), address, value, offset);

/** A number as an element. */
export const elementConstant = (type: Type, precision: Precision, value: number): Expr =>
  ({ i32, f32, f64 })[valueType(type, precision)](value);

/** A real of memory as an f64. */
export const loadDouble = (precision: Precision, address: Expr, offset = 0): Expr => {
  const value = load(precision, address, offset);
  return precision === "f64" ? value : op("f64.promote_f32", value);
};
/** An f64 to a real of memory. */
export const storeDouble = (precision: Precision, address: Expr, value: Expr, offset = 0): Stmt =>
  store(precision, address, precision === "f64" ? value : op("f32.demote_f64", value), offset);

/** Vectors of reals. */
export interface Vectors {
  readonly precision: Precision;
  /** Bytes of an element. */
  readonly width: number;
  readonly lanes: number;
  splatLoad(address: Expr, offset?: number): Expr;
  splat(value: Expr): Expr;
  /** All lanes 0, and the scalar 0. */
  readonly zero: Expr;
  readonly scalarZero: Expr;
  lane(index: number, value: Expr): Expr;
  readonly add: (a: Expr, b: Expr) => Expr;
  /** a · b + c, rounded once or twice. */
  readonly multiplyAdd: (a: Expr, b: Expr, c: Expr) => Expr;
  /** The scalar twin of `multiplyAdd`, always rounded twice. */
  readonly scalarMultiplyAdd: (a: Expr, b: Expr, c: Expr) => Expr;
}

export const vectorsOf = (precision: Precision, relaxed: boolean): Vectors => {
  const shape = precision === "f64" ? "f64x2" : "f32x4";
  const named = (name: string): Instruction => `${shape}.${name}` as Instruction;
  const add = (a: Expr, b: Expr): Expr => op(named("add"), a, b);
  return {
    precision,
    width: precision === "f64" ? 8 : 4,
    lanes: precision === "f64" ? 2 : 4,
    splatLoad: (address, offset) =>
      load(precision === "f64" ? "v128.load64_splat" : "v128.load32_splat", address, offset),
    splat: (value) => op(named("splat"), value),
    zero: precision === "f64" ? f64x2(0) : f32x4(0),
    scalarZero: precision === "f64" ? f64(0) : f32(0),
    lane: (index, value) => lane(precision === "f64" ? "f64x2.extract_lane" : "f32x4.extract_lane", index, value),
    add,
    multiplyAdd: (a, b, c) => (relaxed ? op(named("relaxed_madd"), a, b, c) : add(c, op(named("mul"), a, b))),
    scalarMultiplyAdd: (a, b, c) => op(`${precision}.add`, c, op(`${precision}.mul`, a, b)),
  };
};
