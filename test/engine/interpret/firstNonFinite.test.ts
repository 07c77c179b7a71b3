import { describe, expect, it } from "vitest";
import { within } from "../../../src/core/within.ts";
import * as build from "../../../src/engine/graph/build.ts";
import { constant, labelled, make, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import { loop, scan } from "../../../src/engine/graph/region.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { firstNonFinite } from "../../../src/engine/interpret/firstNonFinite.ts";

const values = (...x: number[]): HostArray => ({ type: "real", shape: [x.length], values: Float64Array.from(x) });
const scalar = (x: number): HostArray => ({ type: "real", shape: [], values: Float64Array.of(x) });

const find = (f: (x: Node) => Node | Node[], x: HostArray, precision: "f32" | "f64" = "f64") => {
  const input = placeholder(0, "real", x.shape);
  const found = firstNonFinite({ inputs: [input], outputs: [f(input)].flat() }, [x], precision);
  return found && { op: found.op, label: found.label, value: found.value, at: found.at, turns: found.turns };
};

describe("the first non-finite value", () => {
  it("is none where outputs are finite", () => {
    expect(find(build.exp, values(1, 2))).toBeUndefined();
  });

  it("is where finite operands gave it, with its element and site", () => {
    const f = (x: Node): Node => build.sum(build.exp(labelled("sigma", () => build.log(build.mul(x, 2)))));
    expect(find(f, values(1, -3, 0))).toEqual({ op: "log", label: "sigma", value: Number.NaN, at: 1, turns: [] });
  });

  it("is not what a select drops", () => {
    const safe = (x: Node): Node => build.select(build.compare("greater", x, 0), build.log(x), 0);
    expect(find(safe, values(-1, 0, 1))).toBeUndefined();
    const f = (x: Node): Node => build.div(1, build.mul(0, safe(x)));
    expect(find(f, values(-1, 2))).toMatchObject({ op: "div", at: 0, value: Number.POSITIVE_INFINITY });
  });

  it("is not a constant infinity that a maximum drops, nor one that an operation turns into NaN", () => {
    const infinite = (): Node => build.real(Number.NEGATIVE_INFINITY);
    expect(find((x) => build.maximum(x, infinite()), values(1))).toBeUndefined();
    expect(find((x) => build.mul(x, infinite()), values(0))).toMatchObject({ op: "mul", value: Number.NaN });
    expect(find((x) => build.add(x, infinite()), values(0))).toMatchObject({ op: "constant" });
  });

  it("is an input where it brings one", () => {
    expect(find((x) => build.exp(build.neg(x)), values(1, Number.NaN))).toMatchObject({ op: "input", at: 1 });
  });

  it("comes first in the order of the program", () => {
    const f = (x: Node): Node[] => {
      const early = build.exp(x);
      return [build.log(build.neg(x)), early];
    };
    expect(find(f, values(1000))).toMatchObject({ op: "exp" });
  });

  it("depends on the precision", () => {
    expect(find(build.exp, values(100))).toBeUndefined();
    expect(find(build.exp, values(100), "f32")).toMatchObject({ op: "exp", value: Number.POSITIVE_INFINITY });
  });

  it("goes through reductions, products of matrices, factors and views", () => {
    const f = (x: Node): Node => {
      const logs = build.log(x);
      const matrix = build.reshape(logs, [2, 2]);
      return build.sum(build.matmul(build.swapped(matrix), matrix));
    };
    expect(find(f, values(1, 2, 3, 0))).toMatchObject({ op: "log", at: 3 });
    const cholesky = (x: Node): Node => make("cholesky", [build.reshape(x, [2, 2])], {});
    expect(find(cholesky, values(1, 2, 2, 1))).toMatchObject({ op: "cholesky", at: 0 });
    expect(find(cholesky, values(1, Number.NaN, 0, 1))).toBeUndefined();
    const outside = (x: Node): Node =>
      make("gather", [x, constant(Float64Array.of(0, 7), [2], "int")], { axis: 0, batch: 0 });
    expect(find(outside, values(1))).toMatchObject({ op: "gather", at: 1 });
  });

  it("is found in the turn of a scan that made it", () => {
    const [state, element] = [placeholder(0, "real", []), placeholder(1, "real", [])];
    const next = within("walk", () => build.add(state, build.log(element)));
    const body = { inputs: [state, element], outputs: [next, build.mul(next, 2)] };
    const f = (part: number) => (x: Node) =>
      scan([build.real(0), x], { body, carries: 1, slices: 1, length: 3, backwards: false })[part];
    for (const part of [0, 1])
      expect(find(f(part), values(1, 0, 2))).toMatchObject({ op: "log", label: "walk", turns: [1] });
    expect(find(f(0), values(1, Number.NaN, 2))).toMatchObject({ op: "input", at: 1 });
    expect(find(f(0), values(1, 3, 2))).toBeUndefined();
  });

  it("is found in the turn of a loop that made it", () => {
    const state = placeholder(0, "real", []);
    const body = { inputs: [state], outputs: [build.exp(state)] };
    const again = placeholder(0, "real", []);
    const condition = { inputs: [again], outputs: [build.compare("less", again, 1e300)] };
    const f = (x: Node): Node => loop([x], { condition, body, states: 1, most: 50 })[0];
    expect(find(f, scalar(0))).toMatchObject({ op: "exp", turns: [4], value: Number.POSITIVE_INFINITY });
    expect(find(f, scalar(Number.POSITIVE_INFINITY))).toMatchObject({ op: "input" });
  });
});
