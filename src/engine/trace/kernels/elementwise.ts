/** Elementwise kernels. An int stays an int, as on the cpu backend: what has a fraction is cut off. */
import type * as tf from "#tfjs";
import {
  add,
  and,
  binary,
  cast,
  compare,
  div,
  full,
  isFinite,
  isNan,
  maximum,
  minimum,
  mul,
  neg,
  not,
  or,
  select,
  square,
  sub,
  toReal,
  unary,
} from "../../graph/build.ts";
import type { Node } from "../../graph/node.ts";
import type { comparisonOps, Type, unaryOps } from "../../graph/ops.ts";
import { cannotTrace } from "../cannotTrace.ts";
import { type Lowering, type Lowerings, lower, lowerList } from "../lowering.ts";
import { typeOf } from "../types.ts";

type UnaryName = (typeof unaryOps)[number];

const rank: { readonly [T in Type]: number } = { bool: 0, int: 1, real: 2 };

/** The type that holds the values of all. */
export const widest = (nodes: readonly Node[]): Type =>
  nodes.reduce<Type>((widest, { type }) => (rank[type] > rank[widest] ? type : widest), "bool");

export const alike = (...nodes: readonly Node[]): readonly Node[] => {
  const type = widest(nodes);
  return nodes.map((node) => cast(node, type));
};

/** A constant of the node's type and shape. */
const constantLike = (x: Node, value: number): Node => full(value, x.shape, x.type);

/** A real formula, for an int too. */
const real =
  (f: (x: Node) => Node): Lowering =>
  ({ named: { x } }) =>
    x.type === "real" ? f(x) : cast(f(toReal(x)), x.type);

const realWith = <A>(f: (x: Node, attributes: A) => Node): Lowering =>
  lower<A>(({ x }, attributes) => (x.type === "real" ? f(x, attributes) : cast(f(toReal(x), attributes), x.type)));

/** A formula for reals and ints, whose constants are of either type. */
const number =
  (f: (x: Node) => Node): Lowering =>
  ({ named: { x } }) =>
    f(x.type === "bool" ? cast(x, "int") : x);

const direct = (op: UnaryName): Lowering => real((x) => unary(op, x));

const unaryNames: { readonly [Kernel in string]: UnaryName } = {
  Exp: "exp",
  Expm1: "expm1",
  Log: "log",
  Log1p: "log1p",
  Sqrt: "sqrt",
  Sign: "sign",
  Sin: "sin",
  Cos: "cos",
  Tan: "tan",
  Asin: "asin",
  Acos: "acos",
  Atan: "atan",
  Sinh: "sinh",
  Cosh: "cosh",
  Tanh: "tanh",
  Asinh: "asinh",
  Acosh: "acosh",
  Atanh: "atanh",
  Sigmoid: "sigmoid",
  Softplus: "softplus",
  Erf: "erf",
  Floor: "floor",
  Ceil: "ceil",
  Round: "round",
};

const binaryKernel = (reals: Lowering, bools?: Lowering): Lowering => {
  return (inputs, attributes) => {
    const [a, b] = alike(inputs.named.a, inputs.named.b);
    if (a.type !== "bool") return reals({ named: { a, b }, list: [a, b] }, attributes);
    return bools?.({ named: { a, b }, list: [a, b] }, attributes) ?? cannotTrace("there is arithmetic on bools");
  };
};

const pair =
  (f: (a: Node, b: Node) => Node): Lowering =>
  ({ named: { a, b } }) =>
    f(a, b);

const comparison = (op: (typeof comparisonOps)[number]): Lowering =>
  pair((a, b) => compare(op, ...(alike(a, b) as [Node, Node])));

const absolute = (x: Node): Node => (x.type === "real" ? unary("abs", x) : maximum(x, sub(constantLike(x, 0), x)));

const relu = (x: Node): Node => maximum(constantLike(x, 0), x);

/** Klambauer et al. 2017, "Self-normalizing neural networks". */
const selu = { scale: 1.0507009873554805, alpha: 1.7580993408473768 };

const leaky = (x: Node, slope: Node | number): Node => select(compare("greater", x, 0), x, mul(x, slope));

const elu = (x: Node): Node => select(compare("greaterEqual", x, 0), x, unary("expm1", x));

/** What fused kernels end in, by tfjs's names. */
export const activations: {
  readonly [name: string]: (x: Node, given: { readonly slope?: Node; readonly alpha?: number }) => Node;
} = {
  linear: (x) => x,
  relu,
  relu6: (x) => minimum(relu(x), 6),
  elu,
  prelu: (x, { slope }) => leaky(x, slope ?? cannotTrace("prelu has no weights")),
  leakyrelu: (x, { alpha = 0.2 }) => leaky(x, alpha),
  sigmoid: (x) => unary("sigmoid", x),
};

export const elementwise: Lowerings = {
  ...Object.fromEntries(Object.entries(unaryNames).map(([kernel, op]) => [kernel, direct(op)])),
  Neg: number((x) => (x.type === "real" ? neg(x) : sub(constantLike(x, 0), x))),
  Abs: number(absolute),
  Square: number(square),
  Reciprocal: real((x) => div(1, x)),
  Rsqrt: real((x) => div(1, unary("sqrt", x))),
  Relu: number(relu),
  Relu6: real((x) => minimum(relu(x), 6)),
  LeakyRelu: lower<tf.LeakyReluAttrs>(({ x }, { alpha }) => leaky(toReal(x), alpha)),
  Prelu: lower(({ x, alpha }) => leaky(toReal(x), toReal(alpha))),
  Elu: real(elu),
  EluGrad: lower(({ dy, y }) => select(compare("greaterEqual", y, 0), dy, mul(dy, add(y, 1)))),
  Selu: real((x) => select(compare("greaterEqual", x, 0), mul(x, selu.scale), mul(unary("expm1", x), selu.alpha))),
  Step: realWith<tf.StepAttrs>((x, { alpha }) =>
    select(isNan(x), x, select(compare("greater", x, 0), full(1, x.shape), full(alpha, x.shape))),
  ),
  ClipByValue: realWith<tf.ClipByValueAttrs>((x, { clipValueMin, clipValueMax }) =>
    minimum(maximum(x, clipValueMin), clipValueMax),
  ),
  IsNan: lower(({ x }) => isNan(toReal(x))),
  IsFinite: lower(({ x }) => isFinite(toReal(x))),
  IsInf: lower(({ x }) => compare("equal", unary("abs", toReal(x)), Number.POSITIVE_INFINITY)),

  Add: binaryKernel(pair(add)),
  AddN: lowerList((terms) => alike(...terms).reduce(add)),
  Sub: binaryKernel(pair(sub)),
  Multiply: binaryKernel(pair(mul), pair(and)),
  RealDiv: lower(({ a, b }) => div(toReal(a), toReal(b))),
  FloorDiv: lower(({ a, b }) =>
    widest([a, b]) === "real"
      ? cast(unary("floor", div(toReal(a), toReal(b))), "int")
      : div(cast(a, "int"), cast(b, "int")),
  ),
  Mod: binaryKernel(pair((a, b) => binary("mod", a, b))),
  Pow: binaryKernel(pair((a, b) => binary("pow", a, b))),
  Maximum: binaryKernel(pair(maximum), pair(or)),
  Minimum: binaryKernel(pair(minimum), pair(and)),
  SquaredDifference: binaryKernel(pair((a, b) => square(sub(a, b)))),
  Atan2: lower(({ a, b }) => binary("atan2", toReal(a), toReal(b))),
  Equal: comparison("equal"),
  NotEqual: comparison("notEqual"),
  Less: comparison("less"),
  LessEqual: comparison("lessEqual"),
  Greater: comparison("greater"),
  GreaterEqual: comparison("greaterEqual"),
  LogicalAnd: lower(({ a, b }) => and(cast(a, "bool"), cast(b, "bool"))),
  LogicalOr: lower(({ a, b }) => or(cast(a, "bool"), cast(b, "bool"))),
  LogicalNot: lower(({ x }) => not(cast(x, "bool"))),
  Select: lower(({ condition, t, e }) => {
    const [yes, no] = alike(t, e);
    return select(cast(condition, "bool"), yes, no);
  }),
  Cast: lower<tf.CastAttrs>(({ x }, { dtype }) => cast(x, typeOf(dtype))),
};
