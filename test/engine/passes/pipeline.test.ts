import { describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiate/gradients.ts";
import { add, div, exp, matmul, mul, reshape, sliceAlong, sub, sum, unary } from "../../../src/engine/graph/build.ts";
import { type Graph, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import { print } from "../../../src/engine/graph/print.ts";
import { reach } from "../../../src/engine/graph/traverse.ts";
import { validate } from "../../../src/engine/graph/validate.ts";
import { interpret } from "../../../src/engine/interpret/interpret.ts";
import { interpretWithScale } from "../../../src/engine/interpret/scaled/interpret.ts";
import { batch } from "../../../src/engine/passes/batch.ts";
import { optimise } from "../../../src/engine/passes/pipeline.ts";
import { expectAgree } from "../agree.ts";
import { argument, numbers } from "./arrays.ts";

const optimised = (graph: Graph): Graph => {
  const fast = optimise(graph, "f64");
  validate(fast);
  const next = numbers(23);
  const given = graph.inputs.map(({ type, shape }) => argument(type, shape, next));
  const expected = interpretWithScale(graph, given);
  interpret(fast, given, "f64").forEach((actual, i) => {
    expectAgree(actual, expected[i].value, expected[i].scale);
  });
  return fast;
};

const real = (index: number, ...shape: number[]) => placeholder(index, "real", shape);
const scalarAt = (z: Node, i: number): Node => reshape(sliceAlong(z, 0, i, 1), []);

/** log N(x; mean, sd) but for the constant. */
const normal = (x: Node, mean: Node | number, sd: Node | number): Node => {
  const y = div(sub(x, mean), sd);
  return sub(mul(-0.5, mul(y, y)), typeof sd === "number" ? Math.log(sd) : unary("log", sd));
};

describe("programs after all passes", () => {
  it("eight schools, not centred: value and gradient", () => {
    const [z, y, sigma] = [real(0, 10), real(1, 8), real(2, 8)];
    const [mean, logSpread, eta] = [scalarAt(z, 0), scalarAt(z, 1), sliceAlong(z, 0, 2, 8)];
    const spread = exp(logSpread);
    const prior = add(add(normal(mean, 0, 5), add(normal(spread, 0, 5), logSpread)), sum(normal(eta, 0, 1)));
    const density = add(prior, sum(normal(y, add(mean, mul(spread, eta)), unary("abs", sigma))));
    const graph = { inputs: [z, y, sigma], outputs: [density, ...gradients(density, [z])] };
    expect(print(optimised(graph))).toMatchInlineSnapshot(`
      "(%0: real[10], %1: real[8], %2: real[8]) →
      %3 = slice %0 begin=[0] strides=[1] shape=[1] : real[1]
      %4 = slice %0 begin=[1] strides=[1] shape=[1] : real[1]
      %5 = slice %0 begin=[2] strides=[1] shape=[8] : real[8]
      %6 = constant values=[-0.5] : real[]
      %7 = constant values=[1] : real[]
      %8 = abs %2 : real[8]
      %9 = log %8 : real[8]
      %10 = exp %4 : real[1]
      %11 = reshape %10 shape=[] : real[]
      %12 = constant values=[5] : real[1]
      %13 = div %3 %12 : real[1]
      %14 = mul %13 %13 : real[1]
      %15 = constant values=[-0.5] : real[1]
      %16 = mul %15 %14 : real[1]
      %17 = constant values=[1.6094379124341003] : real[1]
      %18 = sub %16 %17 : real[1]
      %19 = div %10 %12 : real[1]
      %20 = mul %19 %19 : real[1]
      %21 = mul %15 %20 : real[1]
      %22 = sub %21 %17 : real[1]
      %23 = add %22 %4 : real[1]
      %24 = add %18 %23 : real[1]
      %25 = reshape %24 shape=[] : real[]
      %26 = mul %5 %5 : real[8]
      %27 = broadcast %15 shape=[8] : real[8]
      %28 = sum %26 axes=[0] : real[]
      %29 = mul %28 %6 : real[]
      %30 = add %25 %29 : real[]
      %31 = broadcast %10 shape=[8] : real[8]
      %32 = mul %31 %5 : real[8]
      %33 = broadcast %3 shape=[8] : real[8]
      %34 = add %33 %32 : real[8]
      %35 = sub %1 %34 : real[8]
      %36 = div %35 %8 : real[8]
      %37 = mul %36 %36 : real[8]
      %38 = mul %27 %37 : real[8]
      %39 = sub %38 %9 : real[8]
      %40 = sum %39 axes=[0] : real[]
      %41 = add %30 %40 : real[]
      %42 = div %36 %8 : real[8]
      %43 = sum %42 axes=[0] : real[]
      %44 = mul %42 %5 : real[8]
      %45 = mul %42 %31 : real[8]
      %46 = sum %44 axes=[0] : real[]
      %47 = div %19 %12 : real[1]
      %48 = neg %47 : real[1]
      %49 = reshape %48 shape=[] : real[]
      %50 = div %13 %12 : real[1]
      %51 = neg %50 : real[1]
      %52 = reshape %51 shape=[] : real[]
      %53 = add %46 %49 : real[]
      %54 = mul %53 %11 : real[]
      %55 = sub %45 %5 : real[8]
      %56 = add %7 %54 : real[]
      %57 = reshape %56 shape=[1] : real[1]
      %58 = add %43 %52 : real[]
      %59 = reshape %58 shape=[1] : real[1]
      %60 = concat %59 %57 %55 axis=0 : real[10]
      → %41, %60"
    `);
  });

  it("logistic regression over draws: value and gradient", () => {
    const [x, y, all] = [real(0, 50, 4), real(1, 50), real(2, 3, 4)];
    const one = real(0, 4);
    const logits = reshape(matmul(x, reshape(one, [4, 1])), [50]);
    const logLikelihood = sum(sub(mul(y, logits), unary("softplus", logits)));
    const [densities] = batch({
      inputs: [one],
      operands: [all],
      outputs: [add(logLikelihood, sum(normal(one, 0, 2)))],
      count: 3,
    });
    const graph = { inputs: [x, y, all], outputs: [densities, ...gradients(sum(densities), [all])] };
    expect(print(optimised(graph))).toMatchInlineSnapshot(`
      "(%0: real[50, 4], %1: real[50], %2: real[3, 4]) →
      %3 = transpose %0 order=[1, 0] : real[4, 50]
      %4 = reshape %1 shape=[1, 50] : real[1, 50]
      %5 = broadcast %4 shape=[3, 50] : real[3, 50]
      %6 = constant values=[-0.5] : real[1]
      %7 = matmul %2 %3 : real[3, 50]
      %8 = mul %5 %7 : real[3, 50]
      %9 = constant values=[0.5] : real[1, 1]
      %10 = broadcast %9 shape=[3, 4] : real[3, 4]
      %11 = mul %2 %10 : real[3, 4]
      %12 = mul %11 %11 : real[3, 4]
      %13 = sum %12 axes=[1] : real[3]
      %14 = broadcast %6 shape=[3] : real[3]
      %15 = mul %13 %14 : real[3]
      %16 = constant values=[2.772588722239781] : real[1]
      %17 = broadcast %16 shape=[3] : real[3]
      %18 = sub %15 %17 : real[3]
      %19 = constant values=[-0.25] : real[1, 1]
      %20 = broadcast %19 shape=[3, 4] : real[3, 4]
      %21 = mul %2 %20 : real[3, 4]
      %22 = abs %7 : real[3, 50]
      %23 = neg %22 : real[3, 50]
      %24 = exp %23 : real[3, 50]
      %25 = constant values=[0] : real[1, 1]
      %26 = broadcast %25 shape=[3, 50] : real[3, 50]
      %27 = maximum %7 %26 : real[3, 50]
      %28 = log1p %24 : real[3, 50]
      %29 = add %27 %28 : real[3, 50]
      %30 = sub %8 %29 : real[3, 50]
      %31 = sum %30 axes=[1] : real[3]
      %32 = add %31 %18 : real[3]
      %33 = constant values=[1] : real[1, 1]
      %34 = broadcast %33 shape=[3, 50] : real[3, 50]
      %35 = constant values=[0] : real[1, 1]
      %36 = broadcast %35 shape=[3, 50] : real[3, 50]
      %37 = greaterEqual %7 %36 : bool[3, 50]
      %38 = select %37 %34 %24 : real[3, 50]
      %39 = add %24 %34 : real[3, 50]
      %40 = div %38 %39 : real[3, 50]
      %41 = sub %5 %40 : real[3, 50]
      %42 = matmul %41 %0 : real[3, 4]
      %43 = add %21 %42 : real[3, 4]
      → %32, %43"
    `);
  });

  it("takes time in proportion", () => {
    const [x, w] = [real(0, 8), real(1, 8)];
    const program = (length: number): Graph => {
      let now: Node = x;
      for (let i = 0; i < length; i++) now = i % 3 === 0 ? mul(now, w) : unary(i % 3 === 1 ? "sin" : "neg", now);
      return { inputs: [x, w], outputs: [now] };
    };
    const milliseconds = (graph: Graph): number => {
      const times = [0, 1, 2].map(() => {
        const from = performance.now();
        expect(reach(optimise(graph, "f64").outputs).length).toBeGreaterThan(100);
        return performance.now() - from;
      });
      return Math.min(...times);
    };
    const small = milliseconds(program(2000));
    expect(milliseconds(program(16000)) / small).toBeLessThan(40);
  });
});
