import { describe, expect, it } from "vitest";
import {
  add,
  and,
  cast,
  compare,
  concat,
  div,
  exp,
  full,
  int,
  isNan,
  matmul,
  mul,
  neg,
  not,
  or,
  pad,
  pow,
  reduce,
  reshape,
  select,
  slice,
  sliceAlong,
  spread,
  sub,
  sum,
  transpose,
  unary,
} from "../../../src/engine/graph/build.ts";
import { constant, make, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import type { Type } from "../../../src/engine/graph/ops.ts";
import { validate } from "../../../src/engine/graph/validate.ts";
import { interpret } from "../../../src/engine/interpret/interpret.ts";
import { interpretWithScale } from "../../../src/engine/interpret/scaled/interpret.ts";
import { simplify } from "../../../src/engine/passes/simplify.ts";
import { expectAgree } from "../agree.ts";
import { argument, numbers } from "./arrays.ts";
import { expression } from "./expression.ts";

type Argument = readonly [Type, ...number[]];
type Build = (...x: Node<"input">[]) => Node;
type Case = readonly [string, readonly Argument[], Build, string];

const x: Argument = ["real", 3];
const s: Argument = ["real"];
const m: Argument = ["real", 2, 3];
const t: Argument = ["real", 2, 3, 4];
const i: Argument = ["int", 3];
const b: Argument = ["bool", 3];
const values = (...list: number[]): Node => constant(Float64Array.from(list), [list.length]);

const arithmetic: readonly Case[] = [
  ["x + 0", [x], (a) => add(a, 0), "x0"],
  ["0 + x of ints", [i], (a) => add(int(0), a), "x0"],
  ["a + (−b)", [x, x], (a, c) => add(a, neg(c)), "sub(x0, x1)"],
  ["x + x", [x], (a) => add(a, a), "mul(x0, broadcast(2, [3]))"],
  ["x − 0", [x], (a) => sub(a, 0), "x0"],
  ["a − (−b)", [x, x], (a, c) => sub(a, neg(c)), "add(x0, x1)"],
  ["x − x may be NaN", [x], (a) => sub(a, a), "sub(x0, x0)"],
  ["1 · x", [x], (a) => mul(1, a), "x0"],
  ["x · −1", [x], (a) => mul(a, -1), "neg(x0)"],
  ["x · 0 may be NaN", [x], (a) => mul(a, 0), "mul(x0, broadcast(0, [3]))"],
  ["a · (−b)", [x, x], (a, c) => mul(a, neg(c)), "neg(mul(x0, x1))"],
  ["(−a) · (−b)", [x, x], (a, c) => mul(neg(a), neg(c)), "mul(x1, x0)"],
  ["−(c·x)", [x], (a) => neg(mul(3, a)), "mul(x0, broadcast(-3, [3]))"],
  ["−−x", [x], (a) => neg(neg(a)), "x0"],
  ["(x · a) · b", [x], (a) => mul(mul(a, 0.5), 3), "mul(x0, broadcast(1.5, [3]))"],
  [
    "(x · 2) · 0.5 may overflow",
    [x],
    (a) => mul(mul(a, 2), 0.5),
    "mul(mul(x0, broadcast(2, [3])), broadcast(0.5, [3]))",
  ],
  ["x / 1", [x], (a) => div(a, 1), "x0"],
  ["((x · a) · y) · b", [x, x], (a, c) => mul(mul(mul(a, -0.5), c), 2), "neg(mul(x1, x0))"],
  ["a · (y · (b · x))", [x, x], (a, c) => mul(3, mul(c, mul(0.25, a))), "mul(mul(x0, broadcast(0.75, [3])), x1)"],
  [
    "((x · 0.5) · y) · 3 may overflow otherwise",
    [x, x],
    (a, c) => mul(mul(mul(a, 0.5), c), 3),
    "mul(mul(mul(x0, broadcast(0.5, [3])), x1), broadcast(3, [3]))",
  ],
  ["x / 4", [x], (a) => div(a, 4), "mul(x0, broadcast(0.25, [3]))"],
  ["x / 3 stays", [x], (a) => div(a, 3), "div(x0, broadcast(3, [3]))"],
  ["(−a) / b", [x, x], (a, c) => div(neg(a), c), "neg(div(x0, x1))"],
  ["pow(x, 1)", [x], (a) => pow(a, 1), "x0"],
  ["pow(x, 2)", [x], (a) => pow(a, 2), "mul(x0, x0)"],
  ["pow(x, 3)", [x], (a) => pow(a, 3), "mul(mul(x0, x0), x0)"],
  ["pow(x, −1)", [x], (a) => pow(a, -1), "div(broadcast(1, [3]), x0)"],
  ["pow(x, 0.5) differs from sqrt at −0", [x], (a) => pow(a, 0.5), "pow(x0, broadcast(0.5, [3]))"],
  ["max(x, x)", [x], (a) => make("maximum", [a, a], {}), "x0"],
  ["log(exp x) may overflow", [x], (a) => unary("log", exp(a)), "log(exp(x0))"],
];

const logic: readonly Case[] = [
  ["not not", [b], (a) => not(not(a)), "x0"],
  ["not =", [i, i], (a, c) => not(compare("equal", a, c)), "notEqual(x0, x1)"],
  ["not < holds for NaN", [x, x], (a, c) => not(compare("less", a, c)), "not(less(x0, x1))"],
  ["and true", [b], (a) => and(a, full(1, [], "bool")), "x0"],
  ["and false", [b], (a) => and(full(0, [], "bool"), a), "broadcast(0, [3])"],
  ["or true", [b], (a) => or(a, full(1, [], "bool")), "broadcast(1, [3])"],
  ["or itself", [b], (a) => or(a, a), "x0"],
  ["constant choice", [x, x], (a, c) => select(full(0, [], "bool"), a, c), "x1"],
  ["choice of one", [b, x], (c, a) => select(c, a, a), "x1"],
  ["choice by not", [b, x, x], (c, p, q) => select(not(c), p, q), "select(x0, x2, x1)"],
  ["the same choice twice", [b, x, x], (c, p, q) => select(c, select(c, p, q), exp(q)), "select(x0, x1, exp(x2))"],
  ["1 or 0", [b], (c) => select(c, 1, 0), "cast(x0, real)"],
  ["cast to its own type", [x], (a) => make("cast", [a], { to: "real" }), "x0"],
  ["cast there and back", [b], (a) => cast(cast(a, "real"), "bool"), "x0"],
  ["int to real to int", [i], (a) => cast(cast(a, "real"), "int"), "x0"],
  ["real to int to real", [x], (a) => cast(cast(a, "int"), "real"), "cast(cast(x0, int), real)"],
  ["a bool that is not 0", [b], (a) => compare("notEqual", cast(a, "real"), 0), "x0"],
  ["a bool above 0", [b], (a) => compare("greater", cast(a, "real"), 0), "x0"],
  ["a bool that is 1", [b], (a) => compare("equal", cast(a, "int"), int(1)), "x0"],
  ["x ≠ x asks for NaN", [x], isNan, "notEqual(x0, x0)"],
];

const views: readonly Case[] = [
  ["marks", [x], (a) => make("stop", [make("alias", [a], {})], {}), "x0"],
  ["custom", [x], (a) => make("custom", [exp(a), a], { reverse: (g) => [g] }), "exp(x0)"],
  ["reshape twice", [m], (a) => exp(reshape(reshape(a, [6]), [3, 2])), "exp(reshape(x0, [3,2]))"],
  ["reshape there and back", [m], (a) => reshape(reshape(a, [6]), [2, 3]), "x0"],
  ["reshape of repeats", [x], (a) => reshape(spread(a, [2, 3]), [2, 1, 3]), "broadcast(reshape(x0, [1,1,3]), [2,1,3])"],
  [
    "reshape that mixes repeats",
    [x],
    (a) => reshape(spread(a, [2, 3]), [6]),
    "reshape(broadcast(reshape(x0, [1,3]), [2,3]), [6])",
  ],
  ["transpose twice", [m], (a) => transpose(transpose(a, [1, 0]), [1, 0]), "x0"],
  ["transpose of a row", [x], (a) => transpose(reshape(a, [1, 3]), [1, 0]), "reshape(x0, [3,1])"],
  ["transpose of repeats", [x], (a) => transpose(spread(a, [2, 3]), [1, 0]), "broadcast(reshape(x0, [3,1]), [3,2])"],
  ["repeats of repeats", [s], (a) => spread(spread(a, [3]), [2, 3]), "broadcast(reshape(x0, [1,1]), [2,3])"],
  [
    "slice of a slice",
    [t],
    (a) => slice(sliceAlong(a, 2, 1, 3), [1, 0, 0], [1, 2, 2], [1, 2, 2]),
    "slice(x0, [1,0,1], [1,2,2], [1,2,2])",
  ],
  ["slice of repeats", [x], (a) => sliceAlong(spread(a, [4, 3]), 0, 1, 2), "broadcast(reshape(x0, [1,3]), [2,3])"],
  ["slice of a concatenation", [x, x], (a, c) => sliceAlong(concat([a, c], 0), 0, 4, 2), "slice(x1, [1], [1], [2])"],
  [
    "slice across a concatenation",
    [x, x],
    (a, c) => sliceAlong(concat([a, c], 0), 0, 2, 2),
    "slice(concat(x0, x1, 0), [2], [1], [2])",
  ],
  ["slice of padding", [x], (a) => sliceAlong(pad(a, [2], [1]), 0, 2, 3), "x0"],
  ["pad twice", [x], (a) => pad(pad(a, [1], [0]), [0], [2]), "pad(x0, [1], [2], 0)"],
  [
    "reverse of repeats",
    [s],
    (a) => make("reverse", [spread(a, [3])], { axes: [0] }),
    "broadcast(reshape(x0, [1]), [3])",
  ],
  ["nested concatenation", [x, x, x], (a, c, d) => concat([concat([a, c], 0), d], 0), "concat(x0, x1, x2, 0)"],
  ["neighbouring slices", [x], (a) => concat([sliceAlong(a, 0, 0, 1), sliceAlong(a, 0, 1, 2)], 0), "x0"],
  ["an equal constant", [x], (a) => add(a, values(2, 2, 2)), "add(x0, broadcast(2, [3]))"],
];

const spreading: readonly Case[] = [
  [
    "ops on repeats",
    [s, s],
    (a, c) => exp(add(spread(a, [3]), spread(c, [3]))),
    "broadcast(reshape(exp(add(x0, x1)), [1]), [3])",
  ],
  [
    "ops on repeats in part",
    [["real", 3, 1], s],
    (a, c) => mul(spread(a, [3, 5]), c),
    "broadcast(mul(x0, broadcast(reshape(x1, [1,1]), [3,1])), [3,5])",
  ],
  ["constants", [x], (a) => mul(a, exp(mul(2, add(1, 0.5)))), `mul(x0, broadcast(${Math.exp(3)}, [3]))`],
  ["long constants", [x], (a) => mul(a, add(values(1, 2, 3), 1)), "mul(x0, [2,3,4])"],
];

const reductions: readonly Case[] = [
  ["sum over an axis of 1", [x], (a) => sum(reshape(a, [3, 1]), [1]), "x0"],
  ["sum of sums", [t], (a) => sum(sum(a, [1]), [1]), "sum(x0, [1,2])"],
  ["max of max", [t], (a) => reduce("max", reduce("max", a, [2]), [0]), "max(x0, [0,2])"],
  ["sum of a reshape", [m], (a) => sum(reshape(a, [2, 1, 3]), [2]), "reshape(sum(x0, [1]), [2,1])"],
  ["sum of a reshape that mixes", [m], (a) => sum(reshape(a, [3, 2]), [1]), "sum(reshape(x0, [3,2]), [1])"],
  ["sum of a transpose", [t], (a) => sum(transpose(a, [2, 0, 1]), [1]), "transpose(sum(x0, [0]), [1,0])"],
  ["sum of repeats", [s], (a) => sum(spread(a, [5])), "mul(x0, 5)"],
  ["sum of repeats and others", [x], (a) => sum(spread(a, [5, 3])), "mul(sum(x0, [0]), 5)"],
  ["max of repeats", [x], (a) => reduce("max", spread(a, [5, 3]), [0]), "x0"],
  ["sum of −x", [x], (a) => sum(neg(a)), "neg(sum(x0, [0]))"],
  ["sum of c·x", [x], (a) => sum(mul(-0.5, a)), "mul(sum(x0, [0]), -0.5)"],
  ["sum of x/5", [x], (a) => sum(div(a, 5)), "div(sum(x0, [0]), 5)"],
  [
    "sum of x/c stays: c may be 0",
    [x, s],
    (a, c) => sum(div(a, c)),
    "sum(div(x0, broadcast(reshape(x1, [1]), [3])), [0])",
  ],
  ["sum of x + 2", [x], (a) => sum(add(a, 2)), "add(sum(x0, [0]), 6)"],
  ["sum of 2 − x", [x], (a) => sum(sub(2, a)), "sub(6, sum(x0, [0]))"],
  [
    "sum of x − c stays: digits",
    [x, s],
    (a, c) => sum(sub(a, c)),
    "sum(sub(x0, broadcast(reshape(x1, [1]), [3])), [0])",
  ],
  ["sum of c/x stays", [x, s], (a, c) => sum(div(c, a)), "sum(div(broadcast(reshape(x1, [1]), [3]), x0), [0])"],
];

const products: readonly Case[] = [
  [
    "outer product",
    [
      ["real", 2, 1],
      ["real", 1, 3],
    ],
    matmul,
    "mul(broadcast(x0, [2,3]), broadcast(x1, [2,3]))",
  ],
  [
    "inner product",
    [
      ["real", 1, 3],
      ["real", 3, 1],
    ],
    matmul,
    "reshape(sum(mul(x0, reshape(x1, [1,3])), [1]), [1,1])",
  ],
];

const pads: readonly Case[] = [
  [
    "gradient of cuts",
    [s, x, x],
    (a, c, d) => add(pad(d, [4], [0]), add(pad(c, [1], [3]), pad(reshape(a, [1]), [0], [6]))),
    "concat(reshape(x0, [1]), x1, x2, 0)",
  ],
  ["with a gap", [x, x], (a, c) => add(pad(a, [0], [5]), pad(c, [4], [1])), "pad(concat(x0, 0, x1, 0), [0], [1], 0)"],
  [
    "that overlap",
    [x, x],
    (a, c) => add(pad(a, [0], [1]), pad(c, [1], [0])),
    "add(pad(x0, [0], [1], 0), pad(x1, [1], [0], 0))",
  ],
  [
    "among others",
    [x, x, ["real", 6]],
    (a, c, d) => add(add(pad(a, [0], [3]), d), pad(c, [3], [0])),
    "add(x2, concat(x0, x1, 0))",
  ],
];

const groups = { arithmetic, logic, views, spreading, reductions, products, pads };

for (const [group, cases] of Object.entries(groups))
  describe(`simplify: ${group}`, () => {
    for (const [name, takes, build, expected] of cases)
      it(name, () => {
        const inputs = takes.map(([type, ...shape], index) => placeholder(index, type, shape));
        const graph = { inputs, outputs: [build(...inputs)] };
        const simple = simplify(graph, "f64");
        expect(expression(simple.outputs[0])).toBe(expected);
        validate(simple);
        const next = numbers(5);
        const given = inputs.map(({ type, shape }) => argument(type, shape, next));
        const [{ value, scale }] = interpretWithScale(graph, given);
        expectAgree(interpret(simple, given, "f64")[0], value, scale);
      });
  });
