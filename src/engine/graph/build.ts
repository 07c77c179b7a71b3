/** Short words for making nodes: what rules and lowerings are written in. Binary operations spread their operands as NumPy does. */
import { fail } from "../../core/check.ts";
import { broadcast, range, sameShape, showShape, sizeOf } from "../../core/shape.ts";
import type { Shape } from "../../core/tensor.ts";
import { constant, make, type Node } from "./node.ts";
import type { binaryOps, comparisonOps, logicalOps, ReductionOp, specialBinaryOps, Type, unaryOps } from "./ops.ts";

export const real = (x: number): Node<"constant"> => constant(Float64Array.of(x), []);
export const int = (x: number): Node<"constant"> => constant(Float64Array.of(x), [], "int");

/** A tensor of one value. */
export const full = (value: number, shape: Shape, type: Type = "real"): Node =>
  spread(constant(Float64Array.of(value), [], type), shape);
export const zeros = (like: Node): Node => full(0, like.shape, like.type);

export const reshape = (x: Node, shape: Shape): Node =>
  sameShape(x.shape, shape) ? x : make("reshape", [x], { shape: [...shape] });

/** x in a larger shape, axes aligned from the last. */
export const spread = (x: Node, shape: Shape): Node => {
  if (sameShape(x.shape, shape)) return x;
  const own = [...Array(Math.max(0, shape.length - x.shape.length)).fill(1), ...x.shape];
  const aligned = reshape(x, own);
  return sameShape(own, shape) ? aligned : make("broadcast", [aligned], { shape: [...shape] });
};

export const transpose = (x: Node, order: readonly number[]): Node =>
  order.every((axis, i) => axis === i) ? x : make("transpose", [x], { order: [...order] });

/** The last two axes exchanged. */
export const swapped = (x: Node): Node => {
  const rank = x.shape.length;
  return transpose(x, [...range(rank - 2), rank - 1, rank - 2]);
};

export const slice = (
  x: Node,
  begin: readonly number[],
  shape: Shape,
  strides: readonly number[] = shape.map(() => 1),
): Node =>
  sameShape(x.shape, shape) ? x : make("slice", [x], { begin: [...begin], strides: [...strides], shape: [...shape] });

/** Elements begin … begin + length − 1 along one axis. */
export const sliceAlong = (x: Node, axis: number, begin: number, length: number): Node =>
  slice(
    x,
    x.shape.map((_, i) => (i === axis ? begin : 0)),
    x.shape.map((n, i) => (i === axis ? length : n)),
  );

export const concat = (parts: readonly Node[], axis: number): Node =>
  parts.length === 1 ? parts[0] : make("concat", parts, { axis });

export const pad = (x: Node, before: readonly number[], after: readonly number[], value = 0): Node =>
  [...before, ...after].every((n) => n === 0) ? x : make("pad", [x], { before: [...before], after: [...after], value });

export const cast = (x: Node, to: Type): Node => (x.type === to ? x : make("cast", [x], { to }));
export const toReal = (x: Node): Node => cast(x, "real");

type BinaryName =
  | (typeof binaryOps)[number]
  | (typeof specialBinaryOps)[number]
  | (typeof comparisonOps)[number]
  | (typeof logicalOps)[number];

const together = (op: string, a: Node, b: Node): Shape =>
  (sameShape(a.shape, b.shape) ? a.shape : broadcast(a.shape, b.shape)) ??
  fail(`${op}: shapes ${showShape(a.shape)} and ${showShape(b.shape)} do not fit`);

export const binary = (op: BinaryName, a: Node, b: Node): Node => {
  const shape = together(op, a, b);
  return make(op, [spread(a, shape), spread(b, shape)], {});
};

/** A number where a node is wanted. */
export type Operand = Node | number;
const node = (x: Operand): Node => (typeof x === "number" ? real(x) : x);

export const add = (a: Operand, b: Operand): Node => binary("add", node(a), node(b));
export const sub = (a: Operand, b: Operand): Node => binary("sub", node(a), node(b));
export const mul = (a: Operand, b: Operand): Node => binary("mul", node(a), node(b));
export const div = (a: Operand, b: Operand): Node => binary("div", node(a), node(b));
export const pow = (a: Operand, b: Operand): Node => binary("pow", node(a), node(b));
export const maximum = (a: Operand, b: Operand): Node => binary("maximum", node(a), node(b));
export const minimum = (a: Operand, b: Operand): Node => binary("minimum", node(a), node(b));

export const compare = (op: (typeof comparisonOps)[number], a: Operand, b: Operand): Node =>
  binary(op, node(a), node(b));
export const and = (a: Node, b: Node): Node => binary("and", a, b);
export const or = (a: Node, b: Node): Node => binary("or", a, b);
export const not = (a: Node): Node => make("not", [a], {});
export const isNan = (x: Node): Node => compare("notEqual", x, x);
export const isFinite = (x: Node): Node => compare("less", unary("abs", x), Number.POSITIVE_INFINITY);

export const select = (condition: Node, yes: Operand, no: Operand): Node => {
  const [a, b] = [node(yes), node(no)];
  const shape = together("select", condition, { ...a, shape: together("select", a, b) });
  return make("select", [spread(condition, shape), spread(a, shape), spread(b, shape)], {});
};

export const unary = (op: (typeof unaryOps)[number], x: Node): Node => make(op, [x], {});
export const neg = (x: Node): Node => unary("neg", x);
export const exp = (x: Node): Node => unary("exp", x);
export const log = (x: Node): Node => unary("log", x);
export const square = (x: Node): Node => mul(x, x);

export const reduce = (op: ReductionOp, x: Node, axes: readonly number[]): Node =>
  axes.length === 0 ? x : make(op, [x], { axes: [...axes].sort((a, b) => a - b) });

export const sum = (x: Node, axes: readonly number[] = range(x.shape.length)): Node => reduce("sum", x, axes);

/** A reduction that leaves its axes with length 1. */
export const reduceKeeping = (op: ReductionOp, x: Node, axes: readonly number[]): Node =>
  reshape(
    reduce(op, x, axes),
    x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)),
  );

/** The reverse of `spread`: sums over what it repeated. */
export const sumTo = (x: Node, shape: Shape): Node => {
  const more = x.shape.length - shape.length;
  const axes = range(x.shape.length).filter((axis) => axis < more || (shape[axis - more] === 1 && x.shape[axis] !== 1));
  return reshape(sum(x, axes), shape);
};

export const matmul = (a: Node, b: Node): Node => make("matmul", [a, b], {});

/** How many elements it has. */
export const sizeOfNode = (x: Node): number => sizeOf(x.shape);
