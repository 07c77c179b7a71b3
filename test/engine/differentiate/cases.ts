/** For every op formulas that it is part of, each at a point where it is smooth. */
import * as tf from "#tfjs";
import type { Tensor } from "../../../src/core/tensor.ts";
import * as build from "../../../src/engine/graph/build.ts";
import { make, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import type { Op, unaryOps } from "../../../src/engine/graph/ops.ts";
import { closeRegion, scan } from "../../../src/engine/graph/region.ts";
import { deviance, stirlingGap } from "../../../src/ops/deviance.ts";
import { cholesky, triangularSolve } from "../../../src/ops/linalg.ts";
import { log1pSquare } from "../../../src/ops/log1pSquare.ts";
import * as special from "../../../src/ops/special.ts";
import { given, ints, type Leaf, reals } from "./program.ts";

export interface Case {
  readonly at: readonly Leaf[];
  readonly formula: (...inputs: Node[]) => Node;
  /** The same in TensorFlow.js. */
  readonly eager?: (...inputs: Tensor[]) => Tensor;
  /** How often it can be differentiated; 3 are tested. */
  readonly orders?: number;
}

type Cases = { readonly [O in Op]: readonly Case[] | { readonly testedIn: string } };

const { add, binary, cast, compare, full, int, matmul, mul, select, swapped, toReal, unary } = build;

const line = given([-2.3, -0.7, -0.11, 0.2, 0.4, 1.3, 2.9]);
const positive = given([0.3, 0.77, 1.2, 1.47, 1.9, 3.4, 9.1]);
const within = given([-0.8, -0.6, -0.1, 0.2, 0.34, 0.75]);
const logDraws = given([-1, -0.6, 0.3, 0.2, 1.1, 0.4, 2]);
const unit = given([0.1, 0.34, 0.5, 0.77, 0.9]);

/** An op of one operand at some points. */
const one = (
  op: (typeof unaryOps)[number],
  at: Leaf,
  eager?: (x: Tensor) => Tensor,
): { readonly at: readonly Leaf[]; readonly formula: (x: Node) => Node; readonly eager?: (x: Tensor) => Tensor }[] => [
  { at: [at], formula: (x) => unary(op, x), eager },
];

type BinaryName = Parameters<typeof binary>[0];
const two = (
  op: BinaryName,
  [a, b]: readonly [Leaf, Leaf],
  eager?: (a: Tensor, b: Tensor) => Tensor,
  orders?: number,
): readonly Case[] => [{ at: [a, b], formula: (x, y) => binary(op, x, y), eager, orders }];

/** A comparison decides between two formulas. */
const decides = (op: Parameters<typeof compare>[0], eager: (a: Tensor, b: Tensor) => Tensor): readonly Case[] => [
  {
    at: [line, reals([7], -2, 2, 3)],
    formula: (a, b) => select(compare(op, a, b), mul(a, b), unary("sin", b)),
    eager: (a, b) => tf.where(eager(a, b), a.mul(b), b.sin()),
  },
];

const joins = (op: "and" | "or", eager: (a: Tensor, b: Tensor) => Tensor): readonly Case[] => [
  {
    at: [line],
    formula: (x) => select(binary(op, compare("less", x, 0.3), compare("greater", x, -0.5)), mul(x, x), x),
    eager: (x) => tf.where(eager(x.less(0.3), x.greater(-0.5)), x.square(), x),
  },
];

/** A piecewise constant of x beside x itself. */
const steps = (op: "sign" | "floor" | "ceil" | "round", eager: (x: Tensor) => Tensor): readonly Case[] => [
  { at: [line], formula: (x) => mul(x, unary(op, x)), eager: (x) => x.mul(eager(x)) },
];

const cube = reals([2, 3, 4], 0.3, 2);
const zerosAmong = given([0.7, 0, -1.3, 0.4, 2, 0.6, 0, 0, 1.1, 0.2, 0.9, -0.5], [3, 4]);

const reduces = (op: "sum" | "prod" | "max" | "min", eager: (x: Tensor, axes?: number[]) => Tensor): readonly Case[] =>
  [[0], [1], [2], [0, 2], [0, 1, 2]].map((axes) => ({
    at: [cube],
    formula: (x: Node) => mul(build.reduceKeeping(op, x, axes), x),
    eager: (x: Tensor) =>
      eager(x, axes)
        .reshape(x.shape.map((n, i) => (axes.includes(i) ? 1 : n)))
        .mul(x),
  }));

/** The tape's rule for sums along another axis than the last gives wrong shapes. */
const cumulates = (op: "cumsum" | "cumprod", eager?: typeof tf.cumsum): readonly Case[] =>
  [false, true].flatMap((exclusive) =>
    [false, true].flatMap((reverse) =>
      [0, 1].map((axis) => ({
        at: [zerosAmong],
        formula: (x: Node) => unary("sin", make(op, [add(x, mul(0.1, mul(x, x)))], { axis, exclusive, reverse })),
        eager:
          axis === 1
            ? eager && ((x: Tensor) => eager(x.add(x.square().mul(0.1)), axis, exclusive, reverse).sin() as Tensor)
            : undefined,
      })),
    ),
  );

/** A positive definite matrix from any: only such a formula is smooth in every element. */
const definite = (m: Node): Node => add(matmul(m, swapped(m)), build.spread(identity(3), m.shape));
const identity = (n: number): Node =>
  toReal(compare("equal", build.reshape(rangeOf(n), [n, 1]), build.reshape(rangeOf(n), [1, n])));
const rangeOf = (n: number): Node => make("cumsum", [full(1, [n])], { axis: 0, exclusive: true, reverse: false });
const definiteEager = (m: Tensor): Tensor => tf.matMul(m, m, false, true).add(tf.eye(3));
const matrices = reals([2, 3, 3], -1, 1, 5);
/** With a diagonal away from 0. */
const triangles = given(
  [1.2, 0.4, -0.3, 0.7, -1.1, 0.2, -0.5, 0.9, 1.4, -0.8, 0.3, 0.1, 0.6, 1.3, -0.4, 0.2, 0.5, 0.9],
  [2, 3, 3],
);

const random = (op: "uniform" | "normal"): readonly Case[] => [
  {
    at: [ints([3, 7]), line],
    formula: (key, x) => mul(make(op, [key], { shape: [7] }), unary("sin", x)),
  },
];

/** A fold with a real and an int state, a sequence, a closed-over matrix and vector, and a new sequence. */
const folds = (backwards: boolean): Case => ({
  at: [reals([2]), reals([4, 2], -1, 1, 2), reals([2, 2], -1, 1, 3), reals([2], 0.2, 1, 4)],
  formula: (start, xs, matrix, rates) => {
    const [state, turn, x] = [placeholder(0, "real", [2]), placeholder(1, "int", []), placeholder(2, "real", [2])];
    const turned = build.reshape(matmul(matrix, build.reshape(state, [2, 1])), [2]);
    const next = unary("tanh", add(turned, mul(x, toReal(turn))));
    const given = mul(unary("exp", mul(state, rates)), next);
    const { region, outside } = closeRegion([state, turn, x], [next, add(turn, int(1)), given]);
    const attributes = { body: region, carries: 2, slices: 1, length: 4, backwards };
    const [last, turns, made] = scan([start, int(1), xs, ...outside], attributes);
    return mul(add(made, last), toReal(turns));
  },
});

export const cases = {
  input: [{ at: [line], formula: (x) => x, eager: (x) => x.clone() }],
  constant: [{ at: [line], formula: (x) => mul(x, 3), eager: (x) => x.mul(3) }],
  alias: [{ at: [line], formula: (x) => mul(make("alias", [x], {}), x), eager: (x) => x.square() }],
  stop: { testedIn: "edges.test.ts" },
  custom: [
    {
      at: [line, positive],
      formula: (x, y) =>
        make("custom", [mul(mul(x, x), y), x, y], {
          reverse: (g, [a, b]) => [mul(g, mul(2, mul(a, b))), mul(g, mul(a, a))],
        }),
      eager: (x, y) => x.square().mul(y),
    },
  ],
  cast: [
    {
      at: [line],
      formula: (x) => mul(add(cast(cast(x, "int"), "real"), make("cast", [x], { to: "real" })), x),
    },
  ],

  neg: one("neg", line, (x) => x.neg()),
  abs: one("abs", line, (x) => x.abs()),
  sign: steps("sign", (x) => x.sign()),
  floor: steps("floor", (x) => x.floor()),
  ceil: steps("ceil", (x) => x.ceil()),
  round: steps("round", (x) => x.round()),
  sqrt: one("sqrt", positive, (x) => x.sqrt()),
  exp: one("exp", line, (x) => x.exp()),
  expm1: one("expm1", line, (x) => x.expm1()),
  log: one("log", positive, (x) => x.log()),
  log1p: one("log1p", given([-0.7, -0.2, 0.3, 2, 9]), (x) => x.log1p()),
  sin: one("sin", line, (x) => x.sin()),
  cos: one("cos", line, (x) => x.cos()),
  tan: one("tan", given([-1.1, -0.4, 0.2, 0.9]), (x) => x.tan()),
  asin: one("asin", within, (x) => x.asin()),
  acos: one("acos", within, (x) => x.acos()),
  atan: one("atan", line, (x) => x.atan()),
  sinh: one("sinh", line, (x) => x.sinh()),
  cosh: one("cosh", line, (x) => x.cosh()),
  tanh: one("tanh", line, (x) => x.tanh()),
  asinh: one("asinh", line, (x) => x.asinh()),
  acosh: one("acosh", given([1.3, 1.9, 3.4, 9.1]), (x) => x.acosh()),
  atanh: one("atanh", within, (x) => x.atanh()),
  sigmoid: one("sigmoid", line, special.sigmoid),
  softplus: one("softplus", line, special.softplus),
  log1mexp: one("log1mexp", given([-5.2, -2, -0.8, -0.4]), special.log1mexp),
  log1pSquare: one("log1pSquare", line, log1pSquare),
  erf: one("erf", line, special.erf),
  erfc: one("erfc", line, special.erfc),
  erfinv: one("erfinv", within, special.erfinv),
  normalCdf: one("normalCdf", line, special.normalCdf),
  normalLogCdf: one("normalLogCdf", given([-30, -7, ...line.values]), special.normalLogCdf),
  inverseMills: one("inverseMills", given([-7, ...line.values])),
  normalQuantile: one("normalQuantile", unit, special.normalQuantile),
  lgamma: one("lgamma", given([-2.4, -0.5, ...positive.values]), special.lgamma),
  digamma: one("digamma", given([-2.4, -0.5, ...positive.values]), special.digamma),
  stirlingGap: one("stirlingGap", positive, stirlingGap),
  polygamma: [
    {
      at: [positive],
      formula: (x) => make("polygamma", [x], { n: 2 }),
      eager: (x) => special.polygamma(2, x),
    },
  ],
  special: { testedIn: "../../ops/cumulative.test.ts" },

  add: two("add", [line, positive], (a, b) => a.add(b)),
  sub: two("sub", [line, positive], (a, b) => a.sub(b)),
  mul: two("mul", [line, positive], (a, b) => a.mul(b)),
  div: two("div", [line, positive], (a, b) => a.div(b)),
  mod: two("mod", [line, given([0.8, 1.3, -0.6, 0.7, -0.9, 2, 1.7])], (a, b) => a.mod(b)),
  pow: [
    ...two("pow", [positive, line], (a, b) => a.pow(b)),
    ...two("pow", [positive, given([0, 1, 2, 0, 1, 2, 0])], (a, b) => a.pow(b)),
    { at: [line], formula: (x) => build.pow(x, 3), eager: (x) => x.pow(3) },
    { at: [given([0, 1, -1])], formula: (x) => build.pow(x, 3), eager: (x) => x.pow(3) },
  ],
  maximum: two("maximum", [line, reals([7], -2, 2, 3)], (a, b) => a.maximum(b)),
  minimum: two("minimum", [line, reals([7], -2, 2, 3)], (a, b) => a.minimum(b)),
  atan2: two("atan2", [line, given([0.8, -1.3, 0.6, -0.7, 0.9, 2, -1.7])], (a, b) => a.atan2(b)),
  logBeta: two("logBeta", [positive, given([2.5, 0.4, 1, 11, 0.9, 3, 1.7])], special.logBeta),
  deviance: two("deviance", [positive, given([2.5, 0.4, 1.2, 11, 1.8, 3, 1.7])], deviance),
  gammaShapeSlope: [
    ...two("gammaShapeSlope", [positive, logDraws], undefined, 1),
    { at: [logDraws], formula: (y) => binary("gammaShapeSlope", build.real(1.7), y) },
  ],
  gammaShapeCurvature: [
    {
      at: [logDraws],
      formula: (y) => binary("gammaShapeCurvature", build.real(1.7), y),
    },
  ],

  equal: decides("equal", (a, b) => a.equal(b)),
  notEqual: decides("notEqual", (a, b) => a.notEqual(b)),
  less: decides("less", (a, b) => a.less(b)),
  lessEqual: decides("lessEqual", (a, b) => a.lessEqual(b)),
  greater: decides("greater", (a, b) => a.greater(b)),
  greaterEqual: decides("greaterEqual", (a, b) => a.greaterEqual(b)),
  and: joins("and", (a, b) => a.logicalAnd(b)),
  or: joins("or", (a, b) => a.logicalOr(b)),
  not: [
    {
      at: [line],
      formula: (x) => select(build.not(compare("less", x, 0)), mul(x, x), x),
      eager: (x) => tf.where(x.less(0).logicalNot(), x.square(), x),
    },
  ],
  select: [
    {
      at: [line, positive],
      formula: (x, y) => select(compare("less", x, 0.3), mul(x, y), unary("log", y)),
      eager: (x, y) => tf.where(x.less(0.3), x.mul(y), y.log()),
    },
  ],

  reshape: [
    {
      at: [cube],
      formula: (x) => mul(build.reshape(x, [6, 4]), build.reshape(x, [6, 4])),
      eager: (x) => x.reshape([6, 4]).square(),
    },
  ],
  transpose: [
    {
      at: [cube],
      formula: (x) => unary("sin", build.transpose(x, [2, 0, 1])),
      eager: (x) => x.transpose([2, 0, 1]).sin(),
    },
  ],
  broadcast: [
    {
      at: [reals([3, 1]), reals([2, 1, 4])],
      formula: (x, y) => mul(mul(x, y), x),
      eager: (x, y) => x.mul(y).mul(x),
    },
  ],
  slice: [
    {
      at: [cube],
      formula: (x) => unary("sin", build.slice(x, [0, 1, 1], [2, 2, 3])),
      eager: (x) => x.slice([0, 1, 1], [2, 2, 3]).sin(),
    },
    ...(
      [
        [
          [0, 0, 1],
          [2, 2, 2],
          [1, 2, 2],
        ],
        [
          [1, 1, 0],
          [1, 1, 2],
          [1, 5, 3],
        ],
        [
          [0, 3, 0],
          [2, 0, 1],
          [1, 2, 9],
        ],
      ] as const
    ).map(
      ([begin, shape, strides]): Case => ({
        at: [cube],
        formula: (x) => unary("sin", build.slice(x, begin, shape, [...strides])),
      }),
    ),
  ],
  reverse: [
    {
      at: [cube],
      formula: (x) => mul(x, make("reverse", [x], { axes: [0, 2] })),
      eager: (x) => x.mul(tf.reverse(x, [0, 2])),
    },
  ],
  pad: [
    {
      at: [cube],
      formula: (x) => unary("cos", build.pad(x, [1, 0, 2], [0, 1, 0], 0.7)),
      eager: (x) =>
        x
          .pad(
            [
              [1, 0],
              [0, 1],
              [2, 0],
            ],
            0.7,
          )
          .cos(),
    },
  ],
  concat: [
    {
      at: [reals([2, 3]), reals([2, 1]), reals([2, 2], -1, 1, 2)],
      formula: (x, y, z) => unary("sin", build.concat([x, y, z, x], 1)),
      eager: (x, y, z) => tf.concat([x, y, z, x], 1).sin(),
    },
  ],
  gather: [
    {
      at: [cube, ints([2, 0, 0, 1], [2, 2])],
      formula: (x, i) => unary("sin", make("gather", [x, i], { axis: 1, batch: 0 })),
      eager: (x, i) => tf.gather(x, i as tf.Tensor2D, 1).sin(),
    },
    {
      at: [cube, ints([2, 0, 0, 1, 1, 3], [2, 3])],
      formula: (x, i) => unary("sin", make("gather", [x, i], { axis: 2, batch: 1 })),
    },
  ],
  scatterAdd: [
    {
      at: [reals([4, 2]), ints([2, 0, 0, 4])],
      formula: (x, i) => unary("sin", make("scatterAdd", [x, i], { axis: 0, batch: 0, length: 5 })),
      eager: (x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 5).sin(),
    },
    {
      at: [reals([2, 3, 2, 2]), ints([2, 0, 5, -1], [2, 2])],
      formula: (x, i) => unary("sin", make("scatterAdd", [x, i], { axis: 2, batch: 1, length: 3 })),
    },
  ],

  sum: reduces("sum", (x, axes) => x.sum(axes)),
  prod: [
    ...reduces("prod", (x, axes) => x.prod(axes)),
    ...[[0], [1], [0, 1]].map((axes) => ({
      at: [zerosAmong],
      formula: (x: Node) => build.reduce("prod", x, axes),
    })),
  ],
  max: reduces("max", (x, axes) => x.max(axes)),
  min: reduces("min", (x, axes) => x.min(axes)),
  any: [
    {
      at: [cube],
      formula: (x) =>
        select(
          build.spread(build.reshape(build.reduce("any", compare("less", x, 0.6), [2]), [2, 3, 1]), x.shape),
          x,
          mul(x, x),
        ),
    },
  ],
  all: [
    {
      at: [cube],
      formula: (x) =>
        select(
          build.spread(build.reshape(build.reduce("all", compare("less", x, 1.5), [2]), [2, 3, 1]), x.shape),
          x,
          mul(x, x),
        ),
    },
  ],
  argMax: [
    {
      at: [cube],
      formula: (x) => mul(x, build.reshape(toReal(make("argMax", [x], { axis: 1 })), [2, 1, 4])),
      eager: (x) => x.mul(x.argMax(1).reshape([2, 1, 4]).cast("float32")),
    },
  ],
  argMin: [
    {
      at: [cube],
      formula: (x) => mul(x, build.reshape(toReal(make("argMin", [x], { axis: 1 })), [2, 1, 4])),
      eager: (x) => x.mul(x.argMin(1).reshape([2, 1, 4]).cast("float32")),
    },
  ],
  cumsum: cumulates("cumsum", tf.cumsum),
  cumprod: cumulates("cumprod"),

  matmul: [
    {
      at: [reals([2, 3, 4]), reals([2, 4, 2], -1, 1, 3)],
      formula: (a, b) => unary("sin", matmul(a, b)),
      eager: (a, b) => tf.matMul(a, b).sin(),
    },
  ],
  cholesky: [
    {
      at: [matrices],
      formula: (m) => make("cholesky", [definite(m)], {}),
      eager: (m) => cholesky(definiteEager(m)),
    },
  ],
  lu: { testedIn: "../../ops/matrices.test.ts" },
  triangularSolve: [false, true].flatMap((transpose) =>
    [false, true].map((lower) => ({
      at: [triangles, reals([2, 3, 2])],
      formula: (t: Node, b: Node) => make("triangularSolve", [t, b], { transpose, lower }),
      eager: (t: Tensor, b: Tensor) => triangularSolve(t, b, { transpose, lower }),
    })),
  ),

  split: [
    {
      at: [ints([3, 7]), line],
      formula: (key, x) => mul(x, build.slice(toReal(make("split", [key], { count: 2, use: 0 })), [0, 0], [1, 1])),
    },
  ],
  fold: [
    {
      at: [ints([3, 7]), line],
      formula: (key, x) => mul(x, build.slice(toReal(make("fold", [key, int(4)], {})), [0], [1])),
    },
  ],
  uniform: random("uniform"),
  normal: random("normal"),
  gammaDraw: { testedIn: "draws.test.ts" },
  logGammaDraw: { testedIn: "draws.test.ts" },
  poissonDraw: { testedIn: "draws.test.ts" },
  binomialDraw: { testedIn: "draws.test.ts" },

  scan: [folds(false), folds(true)],
  part: [folds(false)],
  loop: { testedIn: "edges.test.ts" },
} satisfies Cases as Cases;
