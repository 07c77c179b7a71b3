import { describe, it } from "vitest";
import * as build from "../../../src/engine/graph/build.ts";
import { make, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import { interpretWithScale } from "../../../src/engine/interpret/scaled/interpret.ts";
import { expectAgree } from "../agree.ts";
import { runCompiled } from "./run.ts";

const values = (size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => Math.fround(1.5 + Math.sin(i)));

const { add, cast, compare, exp, log, mul, neg, reduce, select, slice, spread, sum, transpose } = build;

/** Programs over arrays long enough for real loops: unrolled sums, tails, outer axes, rows, strides. */
const programs: Readonly<Record<string, (x: Node, row: Node, s: Node) => readonly Node[]>> = {
  "one sum": (x) => [sum(x)],
  "values and their sum": (x, _, s) => {
    const y = mul(exp(x), s);
    return [y, sum(y), sum(log(y))];
  },
  "sums along each axis": (x) => [sum(x, [0]), sum(x, [1]), sum(exp(x), [0]), sum(exp(x), [1])],
  "other reductions": (x) => [
    reduce("max", x, [1]),
    reduce("min", x, [0]),
    reduce("prod", log(x), [1]),
    reduce("any", compare("greater", x, 2.4), [1]),
    reduce("all", compare("greater", x, 0.6), [0]),
  ],
  "a row spread over rows": (x, row) => [add(x, spread(row, x.shape)), sum(mul(x, spread(row, x.shape)), [1])],
  "a column spread over columns": (x) => [add(x, build.reshape(sum(x, [1]), [x.shape[0], 1]))],
  "transposed operands": (x) => [exp(transpose(x, [1, 0])), sum(transpose(x, [1, 0]), [0])],
  "every other element": (x) => [
    neg(slice(x, [0, 1], [x.shape[0], Math.floor(x.shape[1] / 2)], [1, 2])),
    exp(make("reverse", [x], { axes: [1] })),
  ],
  "bools and choices": (x) => {
    const high = compare("greater", x, 1.5);
    return [select(high, x, neg(x)), cast(high, "real"), sum(cast(high, "real"), [0])];
  },
  "a sum that a later loop needs": (x) => [mul(x, build.div(1, sum(exp(x)))), sum(exp(x), [1])],
};

describe.each([
  ["f64", 1e-12],
  ["f32", 5e-4],
] as const)("loops in %s", (precision, tolerance) => {
  describe.each([
    [1, 1],
    [1, 4099],
    [3, 1000],
    [257, 5],
    [64, 64],
    [1000, 1],
    [7, 0],
    [0, 7],
  ])("over [%i, %i]", (n, m) => {
    it.each(Object.keys(programs))("%s", (name) => {
      const inputs = [[n, m], [m], []].map((shape, i) => placeholder(i, "real", shape));
      const graph = { inputs, outputs: programs[name](...(inputs as [Node, Node, Node])) };
      const real = precision === "f64" ? Float64Array : Float32Array;
      const given = inputs.map(({ shape }) => ({
        type: "real" as const,
        shape,
        values: real.from(values(shape.reduce((a, b) => a * b, 1))),
      }));
      const expected = interpretWithScale(graph, given, precision);
      for (const simplified of [true, false]) {
        const actual = runCompiled(graph, given, precision, { simplified });
        expected.forEach(({ value, scale }, i) => {
          expectAgree(actual[i], value, scale, tolerance, `${name}, output ${i}`);
        });
      }
    });
  });
});
