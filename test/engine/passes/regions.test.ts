import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiate/gradients.ts";
import { add, compare, exp, int, mul, real, spread, sub, sum } from "../../../src/engine/graph/build.ts";
import type { Graph, Node } from "../../../src/engine/graph/node.ts";
import { placeholder } from "../../../src/engine/graph/node.ts";
import { print } from "../../../src/engine/graph/print.ts";
import { closeRegion, loop, scan } from "../../../src/engine/graph/region.ts";
import { reach } from "../../../src/engine/graph/traverse.ts";
import { validate } from "../../../src/engine/graph/validate.ts";
import { interpret } from "../../../src/engine/interpret/interpret.ts";
import { interpretWithScale } from "../../../src/engine/interpret/scaled/interpret.ts";
import { simplify } from "../../../src/engine/passes/simplify.ts";
import { expectAgree } from "../agree.ts";
import { argument, numbers } from "./arrays.ts";

const opsOf = (graph: Graph): string[] => reach(graph.outputs).map(({ op }) => op);

const simplified = (graph: Graph): Graph => {
  const simple = simplify(graph, "f64");
  validate(simple);
  const next = numbers(11);
  const given = graph.inputs.map(({ type, shape }) => argument(type, shape, next));
  const expected = interpretWithScale(graph, given);
  interpret(simple, given, "f64").forEach((actual, i) => {
    expectAgree(actual, expected[i].value, expected[i].scale);
  });
  expect(opsOf(simplify(simple, "f64")).sort()).toEqual(opsOf(simple).sort());
  return simple;
};

/** A fold of `length` turns over states and elements. */
const folded = (
  length: number,
  states: readonly Node[],
  sequences: readonly Node[],
  body: (states: readonly Node[], elements: readonly Node[]) => readonly Node[],
): Node[] => {
  const inside = [...states.map(({ shape }) => shape), ...sequences.map(({ shape }) => shape.slice(1))].map(
    (shape, i) => placeholder(i, "real", shape),
  );
  const outputs = body(inside.slice(0, states.length), inside.slice(states.length));
  const { region, outside } = closeRegion(inside, outputs);
  const attributes = { body: region, carries: states.length, slices: sequences.length, length, backwards: false };
  return scan([...states, ...sequences, ...outside], attributes);
};

const [start, rate, xs, ys] = [
  placeholder(0, "real", []),
  placeholder(1, "real", []),
  placeholder(2, "real", [5]),
  placeholder(3, "real", [5]),
];
const inputs = [start, rate, xs, ys];

describe("simplify: regions", () => {
  it("drops states, sequences and operands that nothing needs", () => {
    const outputs = folded(5, [start, real(0)], [xs, ys], ([a, b], [x, y]) => [add(a, x), add(b, y), mul(a, rate)]);
    expect(print(simplified({ inputs, outputs: [outputs[0]] }))).toMatchInlineSnapshot(`
      "(%0: real[], %1: real[], %2: real[5], %3: real[5]) →
      %4 = scan %0 %2 body={
          (%0: real[], %1: real[]) →
          %2 = add %0 %1 : real[]
          → %2
        } carries=1 slices=1 length=5 backwards=false : real[]
      %5 = part %4 index=0 : real[]
      → %5"
    `);
  });

  it("takes out states that never change, and what depends on nothing that does", () => {
    const outputs = folded(5, [start, rate], [xs], ([a, fixed], [x]) => [
      add(mul(a, exp(add(fixed, 0))), x),
      mul(fixed, 1),
      a,
      exp(fixed),
    ]);
    expect(print(simplified({ inputs, outputs }))).toMatchInlineSnapshot(`
      "(%0: real[], %1: real[], %2: real[5], %3: real[5]) →
      %4 = exp %1 : real[]
      %5 = scan %0 %2 %4 body={
          (%0: real[], %1: real[], %2: real[]) →
          %3 = mul %0 %2 : real[]
          %4 = add %3 %1 : real[]
          → %4, %0
        } carries=1 slices=1 length=5 backwards=false : real[]
      %6 = part %5 index=0 : real[]
      %7 = part %5 index=1 : real[5]
      %8 = reshape %4 shape=[1] : real[1]
      %9 = broadcast %8 shape=[5] : real[5]
      → %6, %1, %7, %9"
    `);
  });

  it("turns a fold without states into ops with a leading axis", () => {
    const [, , sequence] = folded(5, [start, start], [xs], ([a, b], [x]) => [a, b, exp(add(x, a))]);
    expect(print(simplified({ inputs, outputs: [sequence] }))).toMatchInlineSnapshot(`
      "(%0: real[], %1: real[], %2: real[5], %3: real[5]) →
      %4 = reshape %0 shape=[1] : real[1]
      %5 = broadcast %4 shape=[5] : real[5]
      %6 = add %2 %5 : real[5]
      %7 = exp %6 : real[5]
      → %7"
    `);
  });

  it("brings views of outer nodes inside", () => {
    const wide = spread(rate, [3]);
    const [last] = folded(5, [spread(start, [3])], [xs], ([a], [x]) => [add(mul(a, wide), x)]);
    expect(print(simplified({ inputs, outputs: [last] }))).toMatchInlineSnapshot(`
      "(%0: real[], %1: real[], %2: real[5], %3: real[5]) →
      %4 = reshape %0 shape=[1] : real[1]
      %5 = broadcast %4 shape=[3] : real[3]
      %6 = scan %5 %2 %1 body={
          (%0: real[3], %1: real[], %2: real[]) →
          %3 = reshape %2 shape=[1] : real[1]
          %4 = broadcast %3 shape=[3] : real[3]
          %5 = mul %0 %4 : real[3]
          %6 = reshape %1 shape=[1] : real[1]
          %7 = broadcast %6 shape=[3] : real[3]
          %8 = add %5 %7 : real[3]
          → %8
        } carries=1 slices=1 length=5 backwards=false : real[]
      %7 = part %6 index=0 : real[3]
      → %7"
    `);
  });

  it("makes one scan of those through the same states, as a gradient has", () => {
    const [last, residuals] = folded(5, [start], [xs, ys], ([a], [x, y]) => {
      const next = add(mul(a, rate), x);
      return [next, sub(y, next)];
    });
    const loss = add(sum(mul(residuals, residuals)), last);
    const graph = { inputs, outputs: [loss, ...gradients(loss, inputs)] };
    expect(opsOf(graph).filter((op) => op === "scan").length).toBe(3);
    expect(print(simplified(graph))).toMatchInlineSnapshot(`
      "(%0: real[], %1: real[], %2: real[5], %3: real[5]) →
      %4 = constant values=[1] : real[]
      %5 = constant values=[0] : real[]
      %6 = scan %0 %2 %3 %1 body={
          (%0: real[], %1: real[], %2: real[], %3: real[]) →
          %4 = mul %0 %3 : real[]
          %5 = add %4 %1 : real[]
          %6 = sub %2 %5 : real[]
          → %5, %6, %0
        } carries=1 slices=2 length=5 backwards=false : real[]
      %7 = part %6 index=0 : real[]
      %8 = part %6 index=1 : real[5]
      %9 = part %6 index=2 : real[5]
      %10 = mul %8 %8 : real[5]
      %11 = sum %10 axes=[0] : real[]
      %12 = add %11 %7 : real[]
      %13 = constant values=[2] : real[1]
      %14 = broadcast %13 shape=[5] : real[5]
      %15 = mul %8 %14 : real[5]
      %16 = scan %4 %5 %15 %9 %1 body={
          (%0: real[], %1: real[], %2: real[], %3: real[], %4: real[]) →
          %5 = sub %0 %2 : real[]
          %6 = mul %5 %4 : real[]
          %7 = mul %5 %3 : real[]
          %8 = add %1 %7 : real[]
          → %6, %8, %5
        } carries=2 slices=2 length=5 backwards=true : real[]
      %17 = part %16 index=0 : real[]
      %18 = part %16 index=1 : real[]
      %19 = part %16 index=2 : real[5]
      → %12, %17, %18, %19, %15"
    `);
  });

  it("keeps second gradients through scans", () => {
    const [last] = folded(5, [start], [xs], ([a], [x]) => [exp(mul(mul(a, rate), x))]);
    const [slope] = gradients(last, [rate]);
    simplified({ inputs, outputs: [slope, ...gradients(slope, [start, rate, xs])] });
  });

  it("keeps scans within scans", () => {
    const [last] = folded(5, [start], [xs], ([a], [x]) => {
      const [inner] = folded(5, [mul(a, 1)], [ys], ([b], [y]) => [add(mul(b, exp(rate)), mul(x, y))]);
      return [mul(inner, 0.25)];
    });
    const simple = simplified({ inputs, outputs: [last, ...gradients(last, [start, rate])] });
    expect(opsOf(simple).filter((op) => op === "scan").length).toBe(2);
  });

  it("drops what a loop does not need", () => {
    const own = (): Node[] => [
      placeholder(0, "real", []),
      placeholder(1, "int", []),
      placeholder(2, "real", []),
      placeholder(3, "real", []),
    ];
    const [asked, turned] = [own(), own()];
    const outputs = loop([start, int(0), real(0), rate], {
      condition: { inputs: asked, outputs: [compare("less", asked[1], int(4))] },
      body: {
        inputs: turned,
        outputs: [mul(turned[0], exp(turned[3])), add(turned[1], int(1)), add(turned[2], turned[0])],
      },
      states: 3,
      most: 9,
    });
    expect(print(simplified({ inputs, outputs: [outputs[0]] }))).toMatchInlineSnapshot(`
      "(%0: real[], %1: real[], %2: real[5], %3: real[5]) →
      %4 = constant values=[0] : int[]
      %5 = exp %1 : real[]
      %6 = loop %0 %4 %5 condition={
          (%0: real[], %1: int[], %2: real[]) →
          %3 = constant values=[4] : int[]
          %4 = less %1 %3 : bool[]
          → %4
        } body={
          (%0: real[], %1: int[], %2: real[]) →
          %3 = mul %0 %2 : real[]
          %4 = constant values=[1] : int[]
          %5 = add %1 %4 : int[]
          → %3, %5
        } states=2 most=9 : real[]
      %7 = part %6 index=0 : real[]
      → %7"
    `);
  });
});
