import { describe, expect, it } from "vitest";
import { add, mul, neg, sum, unary } from "../../../src/engine/graph/build.ts";
import { type Graph, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import { reach } from "../../../src/engine/graph/traverse.ts";
import { validate } from "../../../src/engine/graph/validate.ts";
import { interpret } from "../../../src/engine/interpret/interpret.ts";
import { shareExponentials } from "../../../src/engine/passes/share.ts";
import { runCompiled } from "../compiled/run.ts";
import { ulps } from "../wasm/ulps.ts";
import { expression } from "./expression.ts";

const counts = ({ outputs }: Graph, op: string): number => reach(outputs).filter((node) => node.op === op).length;
const values = Float64Array.from([
  ...Array.from({ length: 81 }, (_, i) => (i - 40) * 0.93),
  0,
  -0,
  700,
  -700,
  -744,
  1e-300,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
]);
const x = placeholder(0, "real", [values.length]);
const given = { type: "real" as const, shape: [values.length], values };
const graphOf = (...outputs: readonly Node[]): Graph => ({ inputs: [x], outputs });

describe("shared exponentials", () => {
  it("writes softplus and sigmoid of one number with one exponential", () => {
    const shared = shareExponentials(graphOf(unary("softplus", neg(x)), unary("sigmoid", x), unary("sigmoid", neg(x))));
    validate(shared);
    expect([counts(shared, "exp"), counts(shared, "softplus"), counts(shared, "sigmoid")]).toEqual([1, 0, 0]);
  });

  it("leaves alone what stands alone", () => {
    const y = add(x, 1);
    const graph = graphOf(unary("softplus", x), unary("sigmoid", y), unary("softplus", neg(neg(add(x, 2)))));
    expect(shareExponentials(graph)).toBe(graph);
  });

  it("follows an argument that is itself rewritten", () => {
    const inner = mul(unary("softplus", x), unary("sigmoid", x));
    const shared = shareExponentials(graphOf(sum(unary("softplus", inner)), sum(unary("sigmoid", inner))));
    validate(shared);
    expect([counts(shared, "exp"), counts(shared, "softplus"), counts(shared, "sigmoid")]).toEqual([2, 0, 0]);
    expect(expression(shared.outputs[0])).toContain("log1p");
  });

  it("keeps every number within 4 ulp, edges included", () => {
    const outputs = [x, neg(x)].flatMap((at) => [unary("softplus", at), unary("sigmoid", at)]);
    const want = interpret(graphOf(...outputs), [given], "f64");
    const shared = shareExponentials(graphOf(...outputs));
    for (const got of [interpret(shared, [given], "f64"), runCompiled(shared, [given], "f64", { simplified: false })])
      got.forEach((output, k) => {
        const bad = [...output.values].flatMap((value, i) =>
          ulps(value, want[k].values[i]) <= 4 ? [] : [{ x: values[i], value, want: want[k].values[i] }],
        );
        expect(bad).toEqual([]);
      });
  });
});
