import { describe, expect, it } from "vitest";
import {
  add,
  cast,
  compare,
  full,
  int,
  matmul,
  mul,
  reduce,
  reshape,
  select,
  slice,
  spread,
  sum,
  swapped,
} from "../../../src/engine/graph/build.ts";
import { constant, make, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import {
  binaryOps,
  comparisonOps,
  logicalOps,
  type Op,
  specialBinaryOps,
  type Type,
  unaryOps,
} from "../../../src/engine/graph/ops.ts";
import { print } from "../../../src/engine/graph/print.ts";
import { closeRegion, loop, scan } from "../../../src/engine/graph/region.ts";
import { interpret } from "../../../src/engine/interpret/interpret.ts";
import { batch } from "../../../src/engine/passes/batch.ts";
import { argument, at, numbers } from "./arrays.ts";

type Argument = readonly [Type, ...number[]];

/** A sub-graph of one draw. */
interface Case {
  readonly takes: readonly Argument[];
  readonly build: (...x: Node<"input">[]) => Node | readonly Node[];
}

const listed = (x: Node | readonly Node[]): readonly Node[] => (Array.isArray(x) ? x : [x as Node]);
const table = <K extends readonly Op[]>(
  ops: K,
  f: (op: K[number]) => readonly Case[],
): Record<K[number], readonly Case[]> =>
  Object.fromEntries(ops.map((op) => [op, f(op)])) as Record<K[number], readonly Case[]>;

const real = (...shape: number[]): Argument => ["real", ...shape];
const ints = (...shape: number[]): Argument => ["int", ...shape];
const bools = (...shape: number[]): Argument => ["bool", ...shape];

const count = 3;
const key = ints(2);

/** Positive definite. */
const definite = (x: Node): Node => {
  const n = x.shape[x.shape.length - 1];
  const identity = constant(
    Float64Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0)),
    [n, n],
  );
  return add(matmul(x, swapped(x)), mul(identity, 3));
};

const cumulative = (op: "cumsum" | "cumprod"): Case[] =>
  [0, 1].map((axis) => ({
    takes: [real(3, 4)],
    build: (x) => make(op, [x], { axis, exclusive: axis === 0, reverse: axis === 1 }),
  }));

const draws = (op: "gammaDraw" | "logGammaDraw" | "poissonDraw"): Case[] => [
  { takes: [key, real(4)], build: (k, a) => make(op, [k, make("exp", [a], {})], {}) },
];

/** A carry that depends on the draw only through another carry, one that never does, sequences of both kinds, a closed-over value. */
const folds = (backwards: boolean): Case => ({
  takes: [real(2), real(), real(4, 2), ints(4), real(2)],
  build: (first, second, xs, ns, w) => {
    const inside = [real(2), real(), real(), real(2), ints()].map(([type, ...shape], i) =>
      placeholder(i, type as Type, shape),
    );
    const [a, b, c, x, n] = inside;
    const outputs = [add(mul(a, w), x), add(b, sum(a)), add(c, 1), mul(a, cast(n, "real")), mul(c, cast(n, "real")), b];
    const { region, outside } = closeRegion(inside, outputs);
    const operands = [first, second, constant(Float64Array.of(0.5), []), xs, ns, ...outside];
    return scan(operands, { body: region, carries: 3, slices: 2, length: 4, backwards });
  },
});

/** x doubles while it, or a counter, is below a limit. */
const turns = (byDraw: boolean): Case => ({
  takes: [real(2), real()],
  build: (x, step) => {
    const inside = [placeholder(0, "real", [2]), placeholder(1, "int", []), placeholder(2, "real", [])];
    const region = (f: (x: Node, i: Node, step: Node) => Node[]): { inputs: Node[]; outputs: Node[] } => {
      const own = inside.map(({ type, shape }, i) => placeholder(i, type, shape));
      return { inputs: own, outputs: f(own[0], own[1], own[2]) };
    };
    return loop([x, int(0), make("exp", [step], {})], {
      condition: region((now, i) => [byDraw ? compare("less", sum(now), 20) : compare("less", i, int(5))]),
      body: region((now, i, by) => [add(now, by), add(i, int(1))]),
      states: 2,
      most: 30,
    });
  },
});

const cases: Record<Exclude<Op, "input" | "part">, readonly Case[]> = {
  ...table(unaryOps, (op) => [{ takes: [real(2, 3)], build: (x) => make(op, [x], {}) }]),
  ...table([...binaryOps, ...specialBinaryOps], (op) => [
    { takes: [real(2, 3), real(2, 3)], build: (a, b) => make(op, [a, b], {}) },
    { takes: [real(), real()], build: (a, b) => make(op, [a, b], {}) },
  ]),
  ...table(comparisonOps, (op) => [{ takes: [ints(4), ints(4)], build: (a, b) => make(op, [a, b], {}) }]),
  ...table(logicalOps, (op) => [{ takes: [bools(4), bools(4)], build: (a, b) => make(op, [a, b], {}) }]),
  ...table(["sum", "prod", "max", "min"], (op) =>
    [[0], [1], [0, 2], [0, 1, 2]].map((axes) => ({ takes: [real(2, 3, 4)], build: (x) => reduce(op, x, axes) })),
  ),
  ...table(["any", "all"], (op) => [{ takes: [bools(3, 2)], build: (x) => reduce(op, x, [0]) }]),
  polygamma: [{ takes: [real(3)], build: (x) => make("polygamma", [make("exp", [x], {})], { n: 1 }) }],
  special: [
    {
      takes: [real(3), real(3)],
      build: (a, x) =>
        make("special", [make("exp", [a], {}), make("exp", [x], {})], { name: "logIncompleteGammaUpper" }),
    },
  ],
  not: [{ takes: [bools(3)], build: (x) => make("not", [x], {}) }],
  select: [{ takes: [bools(3), real(3), real(3)], build: (c, a, b) => select(c, a, b) }],
  constant: [{ takes: [real(2)], build: (x) => [full(2, [3]), x] }],
  cast: [{ takes: [ints(3)], build: (x) => cast(x, "real") }],
  alias: [{ takes: [real(3)], build: (x) => make("alias", [x], {}) }],
  stop: [{ takes: [real(3)], build: (x) => make("stop", [x], {}) }],
  custom: [
    {
      takes: [real(3), real(3)],
      build: (x, w) => make("custom", [mul(x, w), x, w], { reverse: (g, [, a, b]) => [mul(g, b), mul(g, a)] }),
    },
  ],
  reshape: [{ takes: [real(2, 3)], build: (x) => reshape(x, [3, 2]) }],
  transpose: [{ takes: [real(2, 3, 4)], build: (x) => make("transpose", [x], { order: [2, 0, 1] }) }],
  broadcast: [{ takes: [real(3)], build: (x) => spread(x, [2, 3]) }],
  slice: [{ takes: [real(5, 3)], build: (x) => slice(x, [1, 0], [2, 2], [3, 2]) }],
  reverse: [{ takes: [real(2, 3)], build: (x) => make("reverse", [x], { axes: [1] }) }],
  pad: [{ takes: [real(2, 1)], build: (x) => make("pad", [x], { before: [1, 0], after: [0, 2], value: 7 }) }],
  concat: [{ takes: [real(2, 1), real(2, 3)], build: (a, b) => make("concat", [a, b], { axis: 1 }) }],
  gather: [
    { takes: [real(4, 2), ints(3)], build: (x, i) => make("gather", [x, i], { axis: 0, batch: 0 }) },
    { takes: [real(2, 4, 2), ints()], build: (x, i) => make("gather", [x, i], { axis: 1, batch: 0 }) },
    { takes: [real(2, 3, 4), ints(2, 2, 2)], build: (x, i) => make("gather", [x, i], { axis: 2, batch: 1 }) },
  ],
  scatterAdd: [
    { takes: [real(3, 2), ints(3)], build: (x, i) => make("scatterAdd", [x, i], { axis: 0, batch: 0, length: 4 }) },
    {
      takes: [real(2, 3, 2, 2), ints(2, 2, 2)],
      build: (x, i) => make("scatterAdd", [x, i], { axis: 2, batch: 1, length: 5 }),
    },
  ],
  argMax: [{ takes: [real(2, 3)], build: (x) => make("argMax", [x], { axis: 1 }) }],
  argMin: [{ takes: [real(2, 3)], build: (x) => make("argMin", [x], { axis: 0 }) }],
  cumsum: cumulative("cumsum"),
  cumprod: cumulative("cumprod"),
  matmul: [
    [real(4, 3), real(3, 1)],
    [real(1, 3), real(3, 4)],
    [real(4, 3), real(3, 2)],
    [real(2, 3), real(3, 9)],
    [real(2, 4, 3), real(2, 3, 1)],
    [real(2, 1, 3), real(2, 3, 4)],
    [real(2, 4, 3), real(2, 3, 2)],
  ].map((takes) => ({ takes, build: matmul })),
  cholesky: [{ takes: [real(3, 3)], build: (x) => make("cholesky", [definite(x)], {}) }],
  lu: [{ takes: [real(3, 3)], build: (x) => make("lu", [x], {}) }],
  triangularSolve: [
    [real(3, 3), real(3, 1)],
    [real(3, 3), real(3, 2)],
    [real(2, 3, 3), real(2, 3, 1)],
  ].flatMap((takes) =>
    [true, false].map((lower) => ({
      takes,
      build: (t: Node, b: Node) => make("triangularSolve", [t, b], { lower, transpose: lower }),
    })),
  ),
  split: [{ takes: [key], build: (k) => make("split", [k], { count: 4, use: 1 }) }],
  fold: [{ takes: [key, ints()], build: (k, i) => make("fold", [k, i], {}) }],
  uniform: [{ takes: [key], build: (k) => make("uniform", [k], { shape: [5] }) }],
  normal: [{ takes: [key], build: (k) => make("normal", [k], { shape: [2, 2] }) }],
  gammaDraw: draws("gammaDraw"),
  logGammaDraw: draws("logGammaDraw"),
  poissonDraw: draws("poissonDraw"),
  binomialDraw: [
    {
      takes: [key, ints(3), real(3)],
      build: (k, n, x) => make("binomialDraw", [k, cast(n, "real"), make("sigmoid", [x], {})], {}),
    },
  ],
  scan: [folds(false), folds(true)],
  loop: [turns(false), turns(true)],
};

/** Which arguments are batched: every choice but none. */
const choices = (n: number): boolean[][] =>
  Array.from({ length: 2 ** n - 1 }, (_, i) => Array.from({ length: n }, (_, j) => ((i + 1) >> j) % 2 === 1));

const over = ({ takes, build }: Case, batched: readonly boolean[]) => {
  const outer = takes.map(([type, ...shape], i) => placeholder(i, type, batched[i] ? [count, ...shape] : shape));
  const inner = outer.map((x, i) => (batched[i] ? placeholder(i, x.type, x.shape.slice(1)) : x));
  const chosen = <T>(list: readonly T[]): T[] => list.filter((_, i) => batched[i]);
  const one = { inputs: inner, outputs: listed(build(...inner)) };
  const many = {
    inputs: outer,
    outputs: batch({ inputs: chosen(inner), operands: chosen(outer), outputs: one.outputs, count }),
  };
  return { one, many };
};

describe("batch gives each draw the bits it has alone", () => {
  for (const [op, list] of Object.entries(cases))
    it(op, () => {
      for (const [number, example] of list.entries())
        for (const batched of choices(example.takes.length)) {
          const { one, many } = over(example, batched);
          const next = numbers(17 + number);
          const given = many.inputs.map(({ type, shape }) => argument(type, shape, next));
          const all = interpret(many, given, "f64");
          for (let i = 0; i < count; i++) {
            const alone = interpret(
              one,
              given.map((x, j) => (batched[j] ? at(x, i) : x)),
              "f64",
            );
            expect(all.map((x) => at(x, i))).toEqual(alone);
          }
        }
    });
});

describe("what batch makes", () => {
  const batched = (...shape: number[]) => placeholder(1, "real", shape);

  it("makes one product of a matrix and many vectors", () => {
    const [x, b, all] = [placeholder(0, "real", [5, 3]), batched(3), batched(4, 3)];
    const product = reshape(matmul(x, reshape(b, [3, 1])), [5]);
    const outputs = batch({ inputs: [b], operands: [all], outputs: [product], count: 4 });
    expect(print({ inputs: [x, all], outputs })).toMatchInlineSnapshot(`
      "(%0: real[5, 3], %1: real[4, 3]) →
      %2 = reshape %1 shape=[4, 3, 1] : real[4, 3, 1]
      %3 = reshape %2 shape=[4, 3] : real[4, 3]
      %4 = transpose %0 order=[1, 0] : real[3, 5]
      %5 = matmul %3 %4 : real[4, 5]
      %6 = reshape %5 shape=[4, 5, 1] : real[4, 5, 1]
      %7 = reshape %6 shape=[4, 5] : real[4, 5]
      → %7"
    `);
  });

  it("leaves what does not depend on the draw, and spreads it once", () => {
    const [w, x, all] = [placeholder(0, "real", [3]), batched(3), batched(4, 3)];
    const rate = make("exp", [w], {});
    const outputs = batch({ inputs: [x], operands: [all], outputs: [add(mul(rate, x), rate), rate], count: 4 });
    expect(print({ inputs: [w, all], outputs })).toMatchInlineSnapshot(`
      "(%0: real[3], %1: real[4, 3]) →
      %2 = exp %0 : real[3]
      %3 = reshape %2 shape=[1, 3] : real[1, 3]
      %4 = broadcast %3 shape=[4, 3] : real[4, 3]
      %5 = mul %4 %1 : real[4, 3]
      %6 = add %5 %4 : real[4, 3]
      → %6, %4"
    `);
  });

  it("goes on while any draw does, in one more state", () => {
    const [start, all] = [batched(), batched(4)];
    const [now, then] = [batched(), batched()];
    const outputs = loop([start], {
      condition: { inputs: [now], outputs: [compare("less", now, 1)] },
      body: { inputs: [then], outputs: [add(then, then)] },
      states: 1,
      most: 9,
    });
    const many = batch({ inputs: [start], operands: [all], outputs, count: 4 });
    expect(print({ inputs: [all as Node<"input">], outputs: many })).toMatchInlineSnapshot(`
      "(%0: real[4]) →
      %1 = constant values=[1] : real[]
      %2 = reshape %1 shape=[1] : real[1]
      %3 = broadcast %2 shape=[4] : real[4]
      %4 = less %0 %3 : bool[4]
      %5 = loop %0 %4 condition={
          (%0: real[4], %1: bool[4]) →
          %2 = any %1 axes=[0] : bool[]
          → %2
        } body={
          (%0: real[4], %1: bool[4]) →
          %2 = constant values=[1] : real[]
          %3 = reshape %2 shape=[1] : real[1]
          %4 = broadcast %3 shape=[4] : real[4]
          %5 = add %0 %0 : real[4]
          %6 = select %1 %5 %0 : real[4]
          %7 = less %6 %4 : bool[4]
          %8 = and %1 %7 : bool[4]
          → %6, %8
        } states=2 most=9 : real[]
      %6 = part %5 index=0 : real[4]
      → %6"
    `);
  });

  it("batches a custom gradient, which may use what it closes over", () => {
    const [x, w, all, gradient] = [batched(3), placeholder(0, "real", [3]), batched(4, 3), batched(4, 3)];
    const twice = mul(x, 2);
    const value = make("custom", [mul(x, w), x, w], { reverse: (g) => [mul(g, w), mul(g, twice)] });
    const [many] = batch({ inputs: [x], operands: [all], outputs: [value], count: 4 });
    const slopes = (many as Node<"custom">).attributes.reverse(gradient, many.inputs.slice(1));
    const next = numbers(3);
    const given = [w, all, gradient].map(({ type, shape }) => argument(type, shape, next));
    const [ofX, ofW] = interpret({ inputs: [w, all, gradient], outputs: slopes as Node[] }, given, "f64");
    const expected = (f: (w: number, x: number, g: number) => number) =>
      Float64Array.from({ length: 12 }, (_, i) => f(given[0].values[i % 3], given[1].values[i], given[2].values[i]));
    expect(ofX.values).toEqual(expected((w, _, g) => g * w));
    expect(ofW.values).toEqual(expected((_, x, g) => g * (x * 2)));
  });

  it("says which operand does not fit", () => {
    const x = batched(3);
    expect(() => batch({ inputs: [x], operands: [batched(3, 3)], outputs: [x], count: 4 })).toThrow(
      "batch: operand 0 must be real [4, 3], got real [3, 3]",
    );
  });
});
