import type { Node, ReductionOp, Type } from "../../graph/ops.ts";
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
  op,
  select,
} from "../assembler.ts";
import type { Context } from "../context.ts";

/** What a reduction starts from. */
export const identityOf = (name: ReductionOp, type: Type): number => {
  const infinite = type === "int" ? { max: -0x80000000, min: 0x7fffffff } : { max: -Infinity, min: Infinity };
  return { sum: 0, prod: 1, any: 0, all: 1, ...infinite }[name];
};

const realInstruction = { sum: "add", prod: "mul", max: "max", min: "min" } as const;

/** Takes one more element into a reduction; of bools (as i32) and ints too. */
export const combineScalars = ({ precision }: Context, node: Node, a: Local, b: Expr): Expr => {
  const name = node.op as ReductionOp;
  if (name === "any") return op("i32.or", a, b);
  if (name === "all") return op("i32.and", a, b);
  if (node.type === "real") return op(`${precision}.${realInstruction[name]}` as Instruction, a, b);
  if (name === "sum") return op("i32.add", a, b);
  if (name === "prod") return op("i32.mul", a, b);
  return select(op(name === "max" ? "i32.gt_s" : "i32.lt_s", a, b), a, b);
};

/** Takes a vector of elements into a vector of reductions; bools are masks. */
export const combineVectors = ({ precision }: Context, node: Node, a: Expr, b: Expr): Expr => {
  const name = node.op as ReductionOp;
  if (name === "any") return op("v128.or", a, b);
  if (name === "all") return op("v128.and", a, b);
  return op(`${precision === "f64" ? "f64x2" : "f32x4"}.${realInstruction[name]}` as Instruction, a, b);
};

export const identityScalar = ({ precision }: Context, node: Node): Expr => {
  const start = identityOf(node.op as ReductionOp, node.type);
  if (node.type !== "real") return i32(start);
  return precision === "f64" ? f64(start) : f32(start);
};

export const identityVector = ({ precision }: Context, node: Node): Expr => {
  const start = identityOf(node.op as ReductionOp, node.type);
  const splat = precision === "f64" ? f64x2 : f32x4;
  if (node.type !== "bool") return splat(start);
  return start === 0 ? splat(0) : op("v128.not", splat(0));
};

/** The elements of a vector of reductions, each as a scalar of the node's type. */
export const lanesOf = ({ precision }: Context, node: Node, x: Local): Expr[] => {
  const count = precision === "f64" ? 2 : 4;
  const extract =
    node.type === "bool"
      ? precision === "f64"
        ? (i: number): Expr => op("i32.wrap_i64", op("i64.and", lane("i64x2.extract_lane", i, x), one64))
        : (i: number): Expr => op("i32.and", lane("i32x4.extract_lane", i, x), i32(1))
      : (i: number): Expr => lane(precision === "f64" ? "f64x2.extract_lane" : "f32x4.extract_lane", i, x);
  return Array.from({ length: count }, (_, i) => extract(i));
};

const one64: Expr = op("i64.extend_i32_s", i32(1));
