import fc from "fast-check";
import { describe, it } from "vitest";
import { validate } from "../../../src/engine/graph/validate.ts";
import { interpret } from "../../../src/engine/interpret/interpret.ts";
import { interpretWithScale } from "../../../src/engine/interpret/scaled/interpret.ts";
import { simplify } from "../../../src/engine/passes/simplify.ts";
import { expectAgree } from "../agree.ts";
import { arbitraryProgram, type Program } from "../programs.ts";

const expectKept = ({ graph, inputs }: Program): void => {
  const simple = simplify(graph, "f64");
  validate(simple);
  const expected = interpretWithScale(graph, inputs);
  interpret(simple, inputs, "f64").forEach((actual, i) => {
    expectAgree(actual, expected[i].value, expected[i].scale);
  });
};

describe("simplify keeps the values of random programs", () => {
  it("tame", () => fc.assert(fc.property(arbitraryProgram({ wild: false }), expectKept), { numRuns: 150, seed: 1 }));
  it("wild", () => fc.assert(fc.property(arbitraryProgram(), expectKept), { numRuns: 150, seed: 2 }));
});
