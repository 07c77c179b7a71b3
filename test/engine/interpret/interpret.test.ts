import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inPrecision, type Precision } from "../../../src/core/double.ts";
import { foldHostKey, hostKey } from "../../../src/core/key.ts";
import { range, sizeOf } from "../../../src/core/shape.ts";
import { normalLogCdf } from "../../../src/core/special/error.ts";
import { lgamma } from "../../../src/core/special/gamma.ts";
import { incompleteGammaLower } from "../../../src/core/special/incompleteGamma.ts";
import { fromHost, hostValues, type Tensor } from "../../../src/core/tensor.ts";
import * as build from "../../../src/engine/graph/build.ts";
import { make, placeholder } from "../../../src/engine/graph/node.ts";
import type { Attributes, Op, Type } from "../../../src/engine/graph/ops.ts";
import { loop, scan } from "../../../src/engine/graph/region.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { evaluate, interpret } from "../../../src/engine/interpret/interpret.ts";
import { cholesky, triangularSolve } from "../../../src/ops/linalg.ts";
import { luFactors } from "../../../src/ops/lu.ts";
import * as random from "../../../src/ops/random.ts";
import * as sampling from "../../../src/ops/sampling.ts";
import * as special from "../../../src/ops/special.ts";

const real = (values: readonly number[], shape: readonly number[] = [values.length]): HostArray => ({
  type: "real",
  shape,
  values: Float64Array.from(values),
});
const int = (values: readonly number[], shape: readonly number[] = [values.length]): HostArray => ({
  type: "int",
  shape,
  values: Int32Array.from(values),
});
const bool = (values: readonly number[], shape: readonly number[] = [values.length]): HostArray => ({
  type: "bool",
  shape,
  values: Uint8Array.from(values),
});

/** Runs one op on arrays. */
const runOp = <O extends Op>(
  op: O,
  attributes: Attributes[O],
  inputs: readonly HostArray[],
  precision: Precision = "f64",
): HostArray => {
  const nodes = inputs.map(({ type, shape }, i) => placeholder(i, type, shape));
  return interpret({ inputs: nodes, outputs: [make(op, nodes, attributes)] }, inputs, precision)[0];
};

const dtypes: { readonly [T in Type]: "int32" | "bool" } = { int: "int32", bool: "bool", real: "int32" };
const tensorOf = ({ type, shape, values }: HostArray): Tensor =>
  type === "real" ? fromHost(values, shape) : tf.tensor(values as Int32Array, [...shape], dtypes[type]);

/** What eager tfjs makes of them. */
const eagerly = (
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly HostArray[],
  precision: Precision = "f64",
): { readonly shape: readonly number[]; readonly values: readonly number[] } =>
  inPrecision(precision, () =>
    tf.tidy(() => {
      const made = f(...inputs.map(tensorOf));
      return { shape: made.shape, values: [...hostValues(made)] };
    }),
  );

const eager = { ...tf };
const ours = { ...special };

const edges = [0, -0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-300, -1e300, Number.NaN, 1 / 0, -1 / 0, 0.3, -7.2, 41];

/** The same numbers, but for the sign of zero. */
const expectSame = (made: HostArray, wanted: ReturnType<typeof eagerly>, name: string): void => {
  expect(made.shape, name).toEqual(wanted.shape);
  expect(
    Array.from(made.values, (x) => x + 0),
    name,
  ).toEqual(wanted.values.map((x) => x + 0));
};

type Case = readonly [name: string, made: (p: Precision) => HostArray, f: (...inputs: Tensor[]) => Tensor, HostArray[]];
const check = <O extends Op>(
  op: O,
  attributes: Attributes[O],
  inputs: HostArray[],
  f: (...inputs: Tensor[]) => Tensor,
): Case => [`${op} ${JSON.stringify(attributes)}`, (precision) => runOp(op, attributes, inputs, precision), f, inputs];

const x = real(
  range(24).map((i) => Math.sin(7 * i) * 3),
  [2, 3, 4],
);
const ints = int([7, -7, 7, -7, 2147483647, -2147483648, 0, 5]);
const otherInts = int([2, 2, -2, -2, 2, 3, 0, 0]);
const left = real(edges.flatMap((a) => edges.map(() => a)));
const right = real(edges.flatMap(() => edges));
const matrix = real([4, 9, 9, 1, 5, 9, 0.5, 2, 6, 2, 9, 9, 0, 3, 9, 0, 0, -1], [2, 3, 3]);
const sides = real(
  range(12).map((i) => i - 5.5),
  [2, 3, 2],
);
const key = int([...hostKey(5)]);

const cases: readonly Case[] = [
  ...(["neg", "abs", "sign", "floor", "ceil", "round", "sin", "cos", "tan", "asin", "atan"] as const).map((op) =>
    check(op, {}, [real(edges)], (a) => eager[op](a)),
  ),
  ...(["log", "log1p", "expm1", "sqrt", "sinh", "cosh", "asinh", "acosh", "atanh", "acos"] as const).map((op) =>
    check(op, {}, [real(edges)], (a) => eager[op](a)),
  ),
  ...(["exp", "sigmoid", "tanh", "softplus", "log1mexp", "erf", "erfc", "erfinv", "normalCdf"] as const).map((op) =>
    check(op, {}, [real(edges)], (a) => ours[op](a)),
  ),
  ...(["normalLogCdf", "normalQuantile", "lgamma", "digamma"] as const).map((op) =>
    check(op, {}, [real(edges)], (a) => ours[op](a)),
  ),
  check("polygamma", { n: 2 }, [real(edges)], (a) => special.polygamma(2, a)),
  ...(["add", "sub", "mul", "div", "mod", "pow", "maximum", "minimum"] as const).map((op) =>
    check(op, {}, [left, right], (a, b) => eager[op](a, b)),
  ),
  ...(["add", "sub", "mod", "maximum", "minimum"] as const).map((op) =>
    check(op, {}, [ints, otherInts], (a, b) => eager[op](a, b)),
  ),
  check("div", {}, [ints, otherInts], (a, b) => tf.floorDiv(a, b)),
  check("atan2", {}, [left, right], (a, b) => tf.atan2(a, b)),
  check("logBeta", {}, [left, right], (a, b) => special.logBeta(a, b)),
  ...(["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"] as const).map((op) =>
    check(op, {}, [left, right], (a, b) => eager[op](a, b)),
  ),
  check("and", {}, [bool([0, 0, 1, 1]), bool([0, 1, 0, 1])], (a, b) => tf.logicalAnd(a, b)),
  check("or", {}, [bool([0, 0, 1, 1]), bool([0, 1, 0, 1])], (a, b) => tf.logicalOr(a, b)),
  check("not", {}, [bool([0, 1])], (a) => tf.logicalNot(a)),
  check("select", {}, [bool([0, 1, 1]), real([1, 2, 3]), real([4, 5, Number.NaN])], (c, a, b) => tf.where(c, a, b)),
  check("cast", { to: "int" }, [real([...edges.slice(0, 7), Number.NaN, 3e9])], (a) => a.cast("int32")),
  check("cast", { to: "bool" }, [real(edges)], (a) => a.cast("bool")),
  check("cast", { to: "real" }, [otherInts], (a) => a.cast("float32")),
  ...[[0], [1], [2], [0, 2], [0, 1, 2]].flatMap((axes) => [
    check("sum", { axes }, [x], (a) => a.sum(axes)),
    check("prod", { axes }, [x], (a) => a.prod(axes)),
    check("max", { axes }, [x], (a) => a.max(axes)),
    check("min", { axes }, [x], (a) => a.min(axes)),
    check("reverse", { axes }, [x], (a) => a.reverse(axes)),
  ]),
  check("max", { axes: [1] }, [real([1, Number.NaN, 3, 5, 4, -1 / 0], [2, 3])], (a) => a.max(1)),
  check("sum", { axes: [1] }, [real([], [2, 0])], (a) => a.sum(1)),
  check("any", { axes: [1] }, [bool([0, 1, 0, 0], [2, 2])], (a) => a.any(1)),
  check("all", { axes: [0] }, [bool([0, 1, 1, 1], [2, 2])], (a) => a.all(0)),
  check("argMax", { axis: 1 }, [x], (a) => a.argMax(1)),
  check("argMin", { axis: 0 }, [x], (a) => a.argMin(0)),
  check("argMax", { axis: 0 }, [real([1, Number.NaN, 3, 3])], (a) => a.argMax(0)),
  ...range(8)
    .map((i) => ({ axis: i % 3, exclusive: i % 2 === 0, reverse: i > 3 }))
    .flatMap((attributes) => [
      check("cumsum", attributes, [int(range(24), [2, 3, 4])], (a) =>
        a.cumsum(attributes.axis, attributes.exclusive, attributes.reverse),
      ),
      check(
        "cumprod",
        attributes,
        [
          real(
            range(24).map((i) => 2 ** (i % 5)),
            [2, 3, 4],
          ),
        ],
        (a) => tf.cumprod(a, attributes.axis, attributes.exclusive, attributes.reverse),
      ),
    ]),
  check("reshape", { shape: [4, 6] }, [x], (a) => a.reshape([4, 6])),
  check("transpose", { order: [2, 0, 1] }, [x], (a) => a.transpose([2, 0, 1])),
  check("broadcast", { shape: [2, 3, 4] }, [real([1, 2, 3], [1, 3, 1])], (a) => tf.broadcastTo(a, [2, 3, 4])),
  check("slice", { begin: [0, 1, 0], strides: [1, 1, 2], shape: [2, 2, 2] }, [x], (a) =>
    tf.stridedSlice(a, [0, 1, 0], [2, 3, 4], [1, 1, 2]),
  ),
  check("pad", { before: [0, 1, 2], after: [1, 0, 0], value: 7 }, [x], (a) =>
    tf.pad(
      a,
      [
        [0, 1],
        [1, 0],
        [2, 0],
      ],
      7,
    ),
  ),
  check("concat", { axis: 1 }, [x, real(range(8), [2, 1, 4])], (a, b) => tf.concat([a, b], 1)),
  check("gather", { axis: 1, batch: 0 }, [x, int([2, 0, 0, 1], [2, 2])], (a, i) => tf.gather(a, i as tf.Tensor1D, 1)),
  check("gather", { axis: 2, batch: 1 }, [x, int([3, 0, 0, 1], [2, 2])], (a, i) =>
    tf.gather(a, i as tf.Tensor1D, 2, 1),
  ),
  check("scatterAdd", { axis: 0, batch: 0, length: 4 }, [x, int([3, 3])], (a, i) =>
    tf.unsortedSegmentSum(a, i as tf.Tensor1D, 4),
  ),
  check("matmul", {}, [x, real(range(40), [2, 4, 5])], (a, b) => tf.matMul(a, b)),
  check("triangularSolve", { transpose: false, lower: true }, [matrix, sides], (t, b) => triangularSolve(t, b)),
  check("triangularSolve", { transpose: true, lower: true }, [matrix, sides], (t, b) =>
    triangularSolve(t, b, { transpose: true }),
  ),
  check("triangularSolve", { transpose: false, lower: false }, [matrix, sides], (t, b) =>
    triangularSolve(t, b, { lower: false }),
  ),
  check("cholesky", {}, [matrix], (a) => cholesky(a)),
  check("lu", {}, [matrix], (a) => luFactors(a)),
  check("uniform", { shape: [2, 3] }, [key], (k) => random.uniform(k as never, [2, 3])),
  check("normal", { shape: [5] }, [key], (k) => random.normal(k as never, [5])),
  check("split", { count: 3, use: 1 }, [key], (k) => random.splitMany(k as never, 3)),
  check("fold", {}, [key, int([9], [])], (k, i) => random.fold(k as never, i as tf.Scalar)),
  check("gammaDraw", {}, [key, real([1e-4, 0.3, 1, 5, Number.NaN])], (k, a) => sampling.gamma(k as never, a)),
  check("logGammaDraw", {}, [key, real([1e-4, 0.3, 1, 5, -1])], (k, a) => sampling.logGamma(k as never, a)),
  check("poissonDraw", {}, [key, real([0, 3, 40, 1 / 0])], (k, a) => sampling.poisson(k as never, a)),
  check("binomialDraw", {}, [key, real([10, 100, 2.5]), real([0.3, 0.7, 0.1])], (k, n, p) =>
    sampling.binomial(k as never, n, p),
  ),
];

describe("the interpreter beside eager tfjs, f64", () => {
  it.each(cases.map(([name, ...rest]) => ({ name, rest })))("$name", ({ name, rest: [made, f, inputs] }) =>
    expectSame(made("f64"), eagerly(f, inputs), name),
  );
});

describe("the interpreter beside eager tfjs, f32", () => {
  // tfjs rounds after every factor of a product.
  const inexact = ["cumprod", "prod"];
  it.each(cases.filter(([name]) => !inexact.includes(name.split(" ")[0])).map(([name, ...rest]) => ({ name, rest })))(
    "$name",
    ({ name, rest: [made, f, inputs] }) => expectSame(made("f32"), eagerly(f, inputs, "f32"), name),
  );
});

it("sizes agree with shapes", () => {
  for (const [, made] of cases) {
    const { shape, values } = made("f64");
    expect(values.length).toBe(sizeOf(shape));
  }
});

/** Closed forms and definitions, where tfjs has nothing to hold against. */
describe("the interpreter beside closed forms", () => {
  const wholes = [-7, -3, -2, -1, 0, 1, 2, 3, 10, 31, 65537, 2147483647, -2147483648];
  const [a, b] = [int(wholes.flatMap((x) => wholes.map(() => x))), int(wholes.flatMap(() => wholes))];
  const wrapped = (f: (x: bigint, y: bigint) => bigint): number[] =>
    wholes.flatMap((x) => wholes.map((y) => Number(BigInt.asIntN(32, f(BigInt(x), BigInt(y))))));

  it("wraps ints modulo 2³²", () => {
    expect([...runOp("add", {}, [a, b]).values]).toEqual(wrapped((x, y) => x + y));
    expect([...runOp("sub", {}, [a, b]).values]).toEqual(wrapped((x, y) => x - y));
    expect([...runOp("mul", {}, [a, b]).values]).toEqual(wrapped((x, y) => x * y));
    const [base, power] = [int([3, -3, 2, 7, 0, 5, -1, -1, 2, 1]), int([20, 21, 31, 13, 0, 0, 5, -3, -1, -4])];
    const powers = [3n ** 20n, (-3n) ** 21n, 2n ** 31n, 7n ** 13n, 1n, 1n, -1n, -1n, 0n, 1n];
    expect([...runOp("pow", {}, [base, power]).values]).toEqual(powers.map((x) => Number(BigInt.asIntN(32, x))));
  });

  it("gives what changes nothing of no elements", () => {
    const none = { axes: [1] };
    const empty = real([], [2, 0]);
    expect([...runOp("max", none, [empty]).values]).toEqual([-1 / 0, -1 / 0]);
    expect([...runOp("min", none, [empty]).values]).toEqual([1 / 0, 1 / 0]);
    expect([...runOp("prod", none, [empty]).values]).toEqual([1, 1]);
    expect([...runOp("all", none, [bool([], [2, 0])]).values]).toEqual([1, 1]);
    expect([...runOp("any", none, [bool([], [2, 0])]).values]).toEqual([0, 0]);
    expect([...runOp("matmul", {}, [empty, real([], [0, 2])]).values]).toEqual([0, 0, 0, 0]);
  });

  it("gives NaN, or 0 of ints, where a gather points outside, and adds nothing there", () => {
    const at = int([-1, 0, 2, 1]);
    expect([...runOp("gather", { axis: 0, batch: 0 }, [real([5, 6]), at]).values]).toEqual([
      Number.NaN,
      5,
      Number.NaN,
      6,
    ]);
    expect([...runOp("gather", { axis: 0, batch: 0 }, [int([5, 6]), at]).values]).toEqual([0, 5, 0, 6]);
    const sums = runOp("scatterAdd", { axis: 0, batch: 0, length: 2 }, [real([1, 2, 4, 8]), at]);
    expect([...sums.values]).toEqual([2, 8]);
  });

  it("hands on aliases, stops and custom values, and keeps the sign of a rounded zero", () => {
    const some = real([1, -0, Number.NaN]);
    expect([...runOp("alias", {}, [some]).values]).toEqual([...some.values]);
    expect([...runOp("stop", {}, [some]).values]).toEqual([...some.values]);
    expect([...runOp("custom", { reverse: () => [] }, [some, real([9])]).values]).toEqual([...some.values]);
    expect(Object.is(runOp("round", {}, [real([-0.5])]).values[0], -0)).toBe(true);
  });

  it("gives each key of a batch what it gives alone", () => {
    const keys = [hostKey(1), hostKey(2), hostKey(3)];
    const batch = int(
      keys.flatMap((k) => [...k]),
      [3, 2],
    );
    const rates = real([0.5, 3, 20, 40, 1, 7], [3, 2]);
    const ops: readonly ((k: HostArray, part: (x: HostArray) => HostArray) => HostArray)[] = [
      (k) => runOp("normal", { shape: [4] }, [k]),
      (k) => runOp("uniform", { shape: [2, 2] }, [k]),
      (k) => runOp("split", { count: 5, use: 1 }, [k]),
      (k, part) => runOp("poissonDraw", {}, [k, part(rates)]),
      (k, part) => runOp("gammaDraw", {}, [k, part(rates)]),
    ];
    for (const op of ops) {
      const alone = keys.map((k, i) => op(int([...k]), ({ values }) => real([...values].slice(2 * i, 2 * i + 2))));
      expect([...op(batch, (x) => x).values]).toEqual(alone.flatMap(({ values }) => [...values]));
    }
    const folded = runOp("fold", {}, [batch, int([7, 8, 9])]);
    expect([...folded.values]).toEqual(keys.flatMap((k, i) => [...foldHostKey(k, 7 + i)]));
  });

  /** Rounding: the terms that cancel are at most some hundreds. */
  it("knows our own functions by their formulas", () => {
    const n = [0.25, 1, 3.5, 40];
    const means = [0.5, 1, 30, 41];
    const near = (made: HostArray, wanted: (i: number) => number): void =>
      made.values.forEach((value, i) => {
        expect(Math.abs(value - wanted(i))).toBeLessThan(1e-13 * (1 + Math.abs(wanted(i))) * 10);
      });
    near(runOp("stirlingGap", {}, [real(n)]), (i) => lgamma(n[i] + 1) - n[i] * Math.log(n[i]) + n[i]);
    near(runOp("deviance", {}, [real(n), real(means)]), (i) => n[i] * Math.log(n[i] / means[i]) - n[i] + means[i]);
    near(runOp("log1pSquare", {}, [real(n)]), (i) => Math.log(1 + n[i] ** 2));
    near(runOp("inverseMills", {}, [real(n)]), (i) =>
      Math.exp(-0.5 * n[i] ** 2 - 0.5 * Math.log(2 * Math.PI) - normalLogCdf(n[i])),
    );
  });

  /** −∂P/∂a over the density of y = log z, by central differences of P with steps of 1e-4: their error is about 1e-8. */
  it("knows the slope of a gamma draw in its shape", () => {
    const [shapes, logs] = [
      [0.4, 2, 9],
      [-0.7, 0.5, 2.4],
    ];
    const slopes = runOp("gammaShapeSlope", {}, [real(shapes), real(logs)]);
    slopes.values.forEach((slope, i) => {
      const [shape, y, h] = [shapes[i], logs[i], 1e-4];
      const z = Math.exp(y);
      const moved = (incompleteGammaLower(shape + h, z) - incompleteGammaLower(shape - h, z)) / (2 * h);
      const density = Math.exp(shape * y - z - lgamma(shape));
      expect(Math.abs(slope + moved / density)).toBeLessThan(1e-7);
    });
    const bent = runOp("gammaShapeCurvature", {}, [real(shapes), real(logs)]);
    const at = (h: number) => runOp("gammaShapeSlope", {}, [real(shapes.map((shape) => shape + h)), real(logs)]).values;
    bent.values.forEach((value, i) => {
      expect(Math.abs(value - (at(1e-4)[i] - at(-1e-4)[i]) / 2e-4)).toBeLessThan(1e-6 * (1 + Math.abs(value)));
    });
  });
});

describe("regions", () => {
  const [state, element, shared] = [0, 1, 2].map((i) => placeholder(i, "real", []));
  const next = build.add(build.mul(state, shared), element);
  const body = { inputs: [state, element, shared], outputs: [next, build.mul(next, 10)] };
  const xs = real([1, 2, 3]);
  const runScan = (backwards: boolean, length = 3): HostArray[] => {
    const nodes = [placeholder(0, "real", []), placeholder(1, "real", [length]), placeholder(2, "real", [])];
    const outputs = scan(nodes, { body, carries: 1, slices: 1, length, backwards });
    return interpret({ inputs: nodes, outputs }, [real([1], []), length === 0 ? real([]) : xs, real([2], [])], "f64");
  };
  const listed = (arrays: readonly HostArray[]): number[][] => arrays.map(({ values }) => [...values]);

  it("folds from the first element or from the last; each result stands where its element stood", () => {
    expect(listed(runScan(false))).toEqual([[19], [30, 80, 190]]);
    expect(listed(runScan(true))).toEqual([[25], [250, 120, 50]]);
    expect(listed(runScan(false, 0))).toEqual([[1], []]);
  });

  it("repeats while the condition holds, and no more than it may", () => {
    const runLoop = (limit: number, most: number): number[] => {
      const [x, n] = [placeholder(0, "real", []), placeholder(1, "int", [])];
      const step = { inputs: [x, n], outputs: [build.mul(x, 2), build.add(n, build.int(1))] };
      const condition = { inputs: [x, n], outputs: [build.compare("less", x, limit)] };
      const nodes = [placeholder(0, "real", []), placeholder(1, "int", [])];
      const outputs = loop(nodes, { condition, body: step, states: 2, most });
      return listed(interpret({ inputs: nodes, outputs }, [real([1], []), int([0], [])], "f64")).flat();
    };
    expect(runLoop(100, 50)).toEqual([128, 7]);
    expect(runLoop(100, 3)).toEqual([8, 3]);
    expect(runLoop(0, 3)).toEqual([1, 0]);
  });

  it("evaluates one node, a scan too, from its operands", () => {
    const nodes = [placeholder(0, "real", []), placeholder(1, "real", [3]), placeholder(2, "real", [])];
    const node = make("scan", nodes, { body, carries: 1, slices: 1, length: 3, backwards: false });
    const several = evaluate(node, [real([1], []), xs, real([2], [])], "f64") as readonly HostArray[];
    expect(listed(several)).toEqual([[19], [30, 80, 190]]);
    expect(evaluate(make("part", [node], { index: 1 }), [several], "f64")).toBe(several[1]);
  });
});

it("refuses inputs that are not the program's", () => {
  const graph = { inputs: [placeholder(0, "real", [2])], outputs: [] };
  expect(() => interpret(graph, [], "f64")).toThrow("expected 1 inputs, got 0");
  expect(() => interpret(graph, [int([1, 2])], "f64")).toThrow(
    "expected input 0 to be real of shape [2], got int of shape [2]",
  );
});
