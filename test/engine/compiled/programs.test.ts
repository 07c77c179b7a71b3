import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { print } from "../../../src/engine/graph/print.ts";
import { interpretWithScale } from "../../../src/engine/interpret/scaled/interpret.ts";
import { expectAgree } from "../agree.ts";
import { arbitraryProgram } from "../programs.ts";
import { runCompiled } from "./run.ts";

const runs = Number(process.env.FLUVIAL_PROGRAMS ?? 1000);

/** Random programs against the reference interpreter, which carries the scale of what rounding may do. */
describe.each([
  ["f64", true, 1e-12],
  ["f64", false, 1e-12],
  ["f32", true, 1e-4],
] as const)("random programs in %s, simplified: %s", (precision, simplified, tolerance) => {
  it("give what the interpreter gives", () => {
    let elements = 0;
    let undecided = 0;
    fc.assert(
      fc.property(arbitraryProgram(), fc.boolean(), ({ graph, inputs }, fixed) => {
        const given = inputs.map((x) =>
          precision === "f32" && x.type === "real" ? { ...x, values: Float32Array.from(x.values) } : x,
        );
        const expected = interpretWithScale(graph, given, precision);
        const actual = runCompiled(graph, given, precision, { simplified, fixed });
        expected.forEach(({ value, scale }, i) => {
          elements += value.values.length;
          undecided += expectAgree(actual[i], value, scale, tolerance, `output ${i} of\n${print(graph)}`);
        });
      }),
      { numRuns: runs, seed: 20261122 },
    );
    expect(undecided).toBeLessThan(0.1 * elements);
  });
});
