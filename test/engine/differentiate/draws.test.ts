import { describe, expect, it } from "vitest";
import { incompleteGammaLower, incompleteGammaUpper } from "../../../src/core/special/incompleteGamma.ts";
import { gradients } from "../../../src/engine/differentiate/gradients.ts";
import { add, exp, mul, sum, unary } from "../../../src/engine/graph/build.ts";
import { make, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import { substitute } from "../../../src/engine/graph/traverse.ts";
import { interpret } from "../../../src/engine/interpret/interpret.ts";
import { slopeAtZero } from "./differences.ts";
import { given, ints, pointOf, programOf, runner } from "./program.ts";

const key = ints([3, 7]);

/** log z of a gamma draw of another shape at the same probability: what a draw does when its shape moves, by bisection. */
const movedLog = (a: number, logZ: number, to: number): number => {
  const z = Math.exp(logZ);
  const below = incompleteGammaLower(a, z);
  const above = incompleteGammaUpper(a, z);
  const tooFar = (y: number): boolean =>
    below < 0.5 ? incompleteGammaLower(to, Math.exp(y)) > below : incompleteGammaUpper(to, Math.exp(y)) < above;
  let [low, high] = [logZ - 1, logZ + 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (tooFar(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
};

describe.each(["gammaDraw", "logGammaDraw"] as const)("%s", (op) => {
  const shapes = [0.4, 1.3, 2, 7.5, 40];
  const inputs = [placeholder(0, "int", [2]), placeholder(1, "real", [5])];
  const [keyInput, shape] = inputs;
  const draw = make(op, [keyInput, shape], {});
  const noKey = { type: "int", shape: [2], values: Int32Array.of(3, 7) } as const;
  const real = (x: readonly number[]) => ({ type: "real", shape: [5], values: Float64Array.from(x) }) as const;
  const [drawn] = interpret(
    { inputs: [keyInput, shape] as Node<"input">[], outputs: [draw] },
    [noKey, real(shapes)],
    "f64",
  );
  const logs = [...drawn.values].map((z) => (op === "gammaDraw" ? Math.log(z) : z));

  /** Element i of a formula of the draws, which follow shape i when it moves. */
  const valueAt = (formula: Node, i: number): ((t: number) => number) => {
    const z = placeholder(1, "real", [5]);
    const program = { inputs: [shape, z] as Node<"input">[], outputs: substitute([formula], new Map([[draw, z]])) };
    return (t) => {
      const a = shapes.map((x, k) => (k === i ? x + t : x));
      const y = logs.map((log, k) => (k === i ? movedLog(shapes[k], log, a[k]) : log));
      return interpret(program, [real(a), real(op === "gammaDraw" ? y.map(Math.exp) : y)], "f64")[0].values[i];
    };
  };

  const formula = mul(unary("sin", draw), shape);
  const [slope] = gradients(sum(formula), [shape]);
  const [curvature] = gradients(sum(slope), [shape]);

  // Bisection ends at neighbouring doubles, and the incomplete gamma functions are exact to about 1e-15: 8e-15 / step remains.
  const check = (of: Node, derivative: Node): void => {
    for (const i of shapes.keys()) {
      const want = slopeAtZero(valueAt(of, i), 0.02);
      const got = valueAt(derivative, i)(0);
      expect(
        Math.abs(got - want) / (1 + Math.abs(want) + Math.abs(Math.exp(logs[i]))),
        `${got} for ${want}`,
      ).toBeLessThan(1e-9);
    }
  };
  it("moves with its shape as the quantile of its probability does", () => check(formula, slope));
  it("has the curvature of that quantile", () => check(slope, curvature));
  it("has no third derivative", () => {
    expect(() => gradients(sum(curvature), [shape])).toThrow("a draw has two derivatives");
  });
});

describe("counts", () => {
  it("have no slope", () => {
    const at = [key, given([0.7, 3, 20]), given([0.2, 0.5, 0.9])];
    const program = programOf(at, (k, rate, probability) => {
      const count = make("poissonDraw", [k, rate], {});
      return add(make("binomialDraw", [k, count, probability], {}), exp(mul(0, rate)));
    });
    const slopes = runner(program, at, gradients(program.scalar, program.wrt))(pointOf(at));
    expect(slopes.map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
