/** One element, or one vector of elements, of every pointwise op. */
import type { binaryOps, comparisonOps, logicalOps, Node, Op, specialBinaryOps, UnaryOp } from "../graph/ops.ts";
import {
  after,
  call,
  type Expr,
  f32,
  f32x4,
  f64,
  f64x2,
  type Instruction,
  i32,
  lane,
  op,
  select,
} from "./assembler.ts";
import type { Context } from "./context.ts";
import { doubleNames, type MathName, nativeNames, pairNames } from "./math/names.ts";

export type PointwiseOp =
  | UnaryOp
  | (typeof binaryOps)[number]
  | (typeof specialBinaryOps)[number]
  | (typeof comparisonOps)[number]
  | (typeof logicalOps)[number]
  | "special"
  | "not"
  | "select"
  | "cast";

/** How a loop computes: one element at a time, or as many as a vector holds. */
export interface Lanes {
  readonly vector: boolean;
  constant(value: number, type: Node["type"]): Expr;
  compute(node: Node, operands: readonly Expr[]): Expr;
}

type Rule = (operands: readonly Expr[], node: Node) => Expr;

/** An expression that may be used several times. */
const bind = ({ body }: Context, x: Expr, f: (x: Expr) => Expr): Expr => {
  const local = body.local(x.type);
  return after([local.set(x)], f(local));
};

/** Ops that the library has as a function of vectors, under the same name: all of it but the first derivative of digamma. */
const inLibrary = [...nativeNames, ...doubleNames, ...pairNames].filter(
  (name): name is Exclude<MathName, "trigamma"> => name !== "trigamma",
);

/**
 * Ops that call a function of the host for each element: sums whose length depends on the argument, remainders of any quotient, and an
 * angle that few programs ask for. `polygamma` is in the library for n = 1 only.
 */
const onHost = [
  "polygamma",
  "special",
  "mod",
  "atan2",
  "gammaShapeSlope",
  "gammaShapeCurvature",
] as const satisfies readonly PointwiseOp[];

/** Arguments of a host function that are attributes of the op. */
const leading = (node: Node): Expr[] =>
  node.op === "polygamma" ? [f64((node as Node<"polygamma">).attributes.n)] : [];

/** The first rule for the first derivative of digamma, the second for all others. */
const trigammaOr =
  (first: Rule, other: Rule): Rule =>
  (operands, node) =>
    ((node as Node<"polygamma">).attributes.n === 1 ? first : other)(operands, node);

/** `special` is many functions, each imported by its own name. */
const hostName = (node: Node): string =>
  node.op === "special" ? `special.${(node as Node<"special">).attributes.name}` : node.op;

const hostCall = ({ module }: Context, node: Node, operands: readonly Expr[]): Expr => {
  const all = [...leading(node), ...operands];
  const func = module.imported(
    "host",
    hostName(node),
    all.map(() => "f64" as const),
    "f64",
  );
  return call(func, ...all);
};

const table = <K extends readonly Op[], R>(ops: K, rule: (op: K[number]) => R): { [O in K[number]]: R } =>
  Object.fromEntries(ops.map((name) => [name, rule(name)])) as { [O in K[number]]: R };

const instruction =
  (name: string): Rule =>
  (operands) =>
    op(name as Instruction, ...operands);

/** The elementary instructions that scalars and vectors of reals share, by the prefix of their type. */
const arithmetic = (prefix: string) => ({
  add: instruction(`${prefix}.add`),
  sub: instruction(`${prefix}.sub`),
  mul: instruction(`${prefix}.mul`),
  div: instruction(`${prefix}.div`),
  maximum: instruction(`${prefix}.max`),
  minimum: instruction(`${prefix}.min`),
  neg: instruction(`${prefix}.neg`),
  abs: instruction(`${prefix}.abs`),
  sqrt: instruction(`${prefix}.sqrt`),
  floor: instruction(`${prefix}.floor`),
  ceil: instruction(`${prefix}.ceil`),
  round: instruction(`${prefix}.nearest`),
});

const comparisons = (prefix: string, signed: string) => ({
  equal: instruction(`${prefix}.eq`),
  notEqual: instruction(`${prefix}.ne`),
  less: instruction(`${prefix}.lt${signed}`),
  lessEqual: instruction(`${prefix}.le${signed}`),
  greater: instruction(`${prefix}.gt${signed}`),
  greaterEqual: instruction(`${prefix}.ge${signed}`),
});
const comparisonNames = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"] as const;
const arithmeticNames = ["add", "sub", "mul", "div", "maximum", "minimum"] as const;

/** Chooses the rule by the type of the first operand. */
const byType =
  (rules: Readonly<Record<Node["type"], Rule>>): Rule =>
  (operands, node) =>
    rules[node.inputs[0].type](operands, node);

const none: Rule = (_, node) => {
  throw new Error(`emit: ${node.op} of ${node.inputs[0].type}`);
};

/** Vectors: reals fill them, bools are masks. Ints come in only as casts to real, converted as they are loaded. */
export const vectorLanes = (context: Context): Lanes => {
  const { precision, math } = context;
  const [prefix, count, splat] = precision === "f64" ? (["f64x2", 2, f64x2] as const) : (["f32x4", 4, f32x4] as const);
  const one = splat(1);
  const zero = splat(0);
  const reals = comparisons(prefix, "");
  const xor: Rule = ([a, b]) => op("v128.xor", a, b);
  const equalMasks: Rule = ([a, b]) => op("v128.not", op("v128.xor", a, b));
  const onMasks: Partial<Record<(typeof comparisonNames)[number], Rule>> = { equal: equalMasks, notEqual: xor };
  const extract = precision === "f64" ? "f64x2.extract_lane" : "f32x4.extract_lane";
  const replace = precision === "f64" ? "f64x2.replace_lane" : "f32x4.replace_lane";
  const widen = (x: Expr): Expr => (precision === "f64" ? x : op("f64.promote_f32", x));
  const narrow = (x: Expr): Expr => (precision === "f64" ? x : op("f32.demote_f64", x));
  const eachLane: Rule = (operands, node) => {
    const locals = operands.map((x) => ({ local: context.body.local("v128"), x }));
    let made: Expr = zero;
    for (let i = 0; i < count; i++)
      made = lane(
        replace,
        i,
        made,
        narrow(
          hostCall(
            context,
            node,
            locals.map(({ local }) => widen(lane(extract, i, local))),
          ),
        ),
      );
    return after(
      locals.map(({ local, x }) => local.set(x)),
      made,
    );
  };
  const rules: Readonly<Record<PointwiseOp, Rule>> = {
    ...arithmetic(prefix),
    ...table(
      inLibrary,
      (name): Rule =>
        (operands) =>
          math.call(name, ...operands),
    ),
    ...table(onHost, () => eachLane),
    polygamma: trigammaOr(([x]) => math.call("trigamma", x), eachLane),
    ...table(comparisonNames, (name): Rule => byType({ real: reals[name], bool: onMasks[name] ?? none, int: none })),
    sign: ([x]) =>
      bind(context, x, (at) =>
        op(
          `${prefix}.sub`,
          op("v128.and", op(`${prefix}.gt`, at, zero), one),
          op("v128.and", op(`${prefix}.lt`, at, zero), one),
        ),
      ),
    and: instruction("v128.and"),
    or: instruction("v128.or"),
    not: instruction("v128.not"),
    select: ([condition, yes, no]) => op("v128.bitselect", yes, no, condition),
    cast: ([x], node) => {
      const from = node.inputs[0].type;
      if (node.type === "real") return from === "bool" ? op("v128.and", x, one) : x;
      return node.type === "bool" && from === "real" ? op(`${prefix}.ne`, x, zero) : none([x], node);
    },
  };
  return {
    vector: true,
    constant: (value, type) => {
      if (type !== "bool") return splat(value);
      return value === 0 ? zero : op(`${prefix}.eq`, zero, zero);
    },
    compute: (node, operands) => rules[node.op as PointwiseOp](operands, node),
  };
};

/** One element: reals as they are, ints and bools as i32. Functions are those of the vectors, so that both give the same bits. */
export const scalarLanes = (context: Context): Lanes => {
  const { precision, math } = context;
  const real = precision;
  const constantOf = precision === "f64" ? f64 : f32;
  const [splat, extract] =
    precision === "f64"
      ? (["f64x2.splat", "f64x2.extract_lane"] as const)
      : (["f32x4.splat", "f32x4.extract_lane"] as const);
  const widen = (x: Expr): Expr => (precision === "f64" ? x : op("f64.promote_f32", x));
  const narrow = (x: Expr): Expr => (precision === "f64" ? x : op("f32.demote_f64", x));
  // Into 32 bits modulo 2³²: what the host does with a number that it hands over as an i32.
  const toInt = (x: Expr): Expr => call(context.module.imported("host", "toInt", ["f64"], "i32"), x);
  const reals = { ...arithmetic(real), ...comparisons(real, "") };
  const better =
    (name: "i32.gt_s" | "i32.lt_s"): Rule =>
    ([a, b]) =>
      bind(context, a, (x) => bind(context, b, (y) => select(op(name, x, y), x, y)));
  const ints: Readonly<Record<(typeof arithmeticNames)[number], Rule>> &
    Readonly<Record<(typeof comparisonNames)[number], Rule>> = {
    ...comparisons("i32", "_s"),
    add: instruction("i32.add"),
    sub: instruction("i32.sub"),
    mul: instruction("i32.mul"),
    div: ([a, b]) => toInt(op("f64.floor", op("f64.div", op("f64.convert_i32_s", a), op("f64.convert_i32_s", b)))),
    maximum: better("i32.gt_s"),
    minimum: better("i32.lt_s"),
  };
  const spread =
    (name: MathName): Rule =>
    (operands) =>
      lane(extract, 0, math.call(name, ...operands.map((x) => op(splat, x))));
  const hosted: Rule = (operands, node) => narrow(hostCall(context, node, operands.map(widen)));
  const hostedInt =
    (name: "pow" | "mod"): Rule =>
    ([a, b]) =>
      toInt(
        call(
          context.module.imported("host", `int.${name}`, ["f64", "f64"], "f64"),
          op("f64.convert_i32_s", a),
          op("f64.convert_i32_s", b),
        ),
      );
  const typed = (name: (typeof arithmeticNames)[number]): Rule =>
    byType({ real: reals[name], int: ints[name], bool: none });
  const sides = (x: Expr): Expr =>
    bind(context, x, (at) =>
      op(
        `${real}.convert_i32_s`,
        op("i32.sub", op(`${real}.gt`, at, constantOf(0)), op(`${real}.lt`, at, constantOf(0))),
      ),
    );
  const casts: Readonly<Record<string, (x: Expr) => Expr>> = {
    "int>real": (x) => op(`${real}.convert_i32_s`, x),
    "bool>real": (x) => op(`${real}.convert_i32_s`, x),
    "real>int": (x) => toInt(widen(x)),
    "bool>int": (x) => x,
    "real>bool": (x) => op(`${real}.ne`, x, constantOf(0)),
    "int>bool": (x) => op("i32.ne", x, i32(0)),
  };
  const rules: Readonly<Record<PointwiseOp, Rule>> = {
    ...arithmetic(real),
    ...table(inLibrary, (name) => spread(name)),
    ...table(onHost, () => hosted),
    polygamma: trigammaOr(spread("trigamma"), hosted),
    ...table(comparisonNames, (name): Rule => byType({ real: reals[name], int: ints[name], bool: ints[name] })),
    ...table(arithmeticNames, typed),
    mod: byType({ real: hosted, int: hostedInt("mod"), bool: none }),
    pow: byType({
      real: spread("pow"),
      int: hostedInt("pow"),
      bool: none,
    }),
    sign: ([x]) => sides(x),
    and: instruction("i32.and"),
    or: instruction("i32.or"),
    not: instruction("i32.eqz"),
    select: ([condition, yes, no]) => select(condition, yes, no),
    cast: ([x], node) => casts[`${node.inputs[0].type}>${node.type}`](x),
  };
  return {
    vector: false,
    constant: (value, type) => (type === "real" ? constantOf(value) : i32(value)),
    compute: (node, operands) => rules[node.op as PointwiseOp](operands, node),
  };
};
