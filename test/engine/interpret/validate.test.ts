import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as build from "../../../src/engine/graph/build.ts";
import { constant, make, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import { closeRegion, scan } from "../../../src/engine/graph/region.ts";
import { validate } from "../../../src/engine/graph/validate.ts";
import { arbitraryProgram } from "../programs.ts";

const x = placeholder(0, "real", [3]);
const one = build.real(1);
const check =
  (...outputs: Node[]) =>
  () =>
    validate({ inputs: [x], outputs });

describe("validate", () => {
  it("accepts random programs", () => {
    fc.assert(
      fc.property(arbitraryProgram(), ({ graph }) => validate(graph)),
      { numRuns: 200, seed: 11 },
    );
  });

  it("accepts a scan", () => {
    const [state, element] = [placeholder(0, "real", []), placeholder(1, "real", [])];
    const closed = closeRegion([state, element], [build.add(state, build.mul(element, build.sum(x)))]);
    const attributes = { body: closed.region, carries: 1, slices: 1, length: 3, backwards: false };
    expect(check(...scan([build.real(0), x, ...closed.outside], attributes))).not.toThrow();
  });

  it("names the node whose shape or type is not its op's", () => {
    expect(check({ ...build.exp(x), shape: [4] })).toThrow(/exp \(node \d+\): expected real of shape \[3\].*\[4\]/);
    expect(check({ ...build.exp(x), type: "int" })).toThrow(/expected real of shape \[3\], got int/);
    expect(check({ ...build.add(x, x), inputs: [x, one] })).toThrow(/add \(node \d+\): add: expected real, real/);
  });

  it("refuses undefined operands, wrong order and strange inputs", () => {
    const broken = { ...build.exp(x), inputs: [undefined as unknown as Node] };
    expect(check(build.neg(broken as Node))).toThrow(/exp \(node \d+\): operand 0 is undefined/);
    expect(check({ ...build.exp(build.neg(x)), id: 0 })).toThrow(/exp \(node 0\): made before its operand neg/);
    expect(check(build.exp(placeholder(1, "real", [])))).toThrow(/input .* refers to an input from outside/);
    expect(check(undefined as unknown as Node)).toThrow(/is undefined/);
    expect(check(constant(Float64Array.of(1, 2), [3]))).toThrow(/expected 3 values, got 2/);
  });

  it("refuses a region that refers outside, and a scan without parts", () => {
    const outer = build.sum(x);
    const state = placeholder(0, "real", []);
    const body = { inputs: [state], outputs: [build.add(state, outer)] };
    const node = make("scan", [outer], { body, carries: 1, slices: 0, length: 2, backwards: false });
    expect(check(make("part", [node], { index: 0 }))).toThrow(/body of scan.*belongs to what surrounds/);
    const own = { inputs: [state], outputs: [build.mul(state, 2)] };
    const scanned = make("scan", [outer], { body: own, carries: 1, slices: 0, length: 2, backwards: false });
    expect(check(build.exp(scanned))).toThrow(/read by its parts alone/);
  });
});
