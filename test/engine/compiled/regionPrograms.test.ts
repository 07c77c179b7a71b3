import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FluvialError } from "../../../src/core/check.ts";
import type { Precision } from "../../../src/core/double.ts";
import { range } from "../../../src/core/shape.ts";
import { gradients } from "../../../src/engine/differentiate/gradients.ts";
import { reduce, unary } from "../../../src/engine/graph/build.ts";
import type { Graph } from "../../../src/engine/graph/node.ts";
import { print } from "../../../src/engine/graph/print.ts";
import { interpretWithScale } from "../../../src/engine/interpret/scaled/interpret.ts";
import { expectAgree } from "../agree.ts";
import type { Program } from "../programs.ts";
import { arbitraryRegionProgram } from "./regionPrograms.ts";
import { runCompiled } from "./run.ts";

const runs = Number(process.env.FLUVIAL_PROGRAMS ?? 120);

/** How many elements there are, and how many of them cannot be decided. */
const compare = (
  { graph, inputs }: Program,
  precision: Precision,
  tolerance: number,
  options: { readonly simplified?: boolean; readonly fixed?: boolean },
): readonly [number, number] => {
  const given = inputs.map((x) =>
    precision === "f32" && x.type === "real" ? { ...x, values: Float32Array.from(x.values) } : x,
  );
  const expected = interpretWithScale(graph, given, precision);
  const actual = runCompiled(graph, given, precision, options);
  let [elements, undecided] = [0, 0];
  expected.forEach(({ value, scale }, i) => {
    elements += value.values.length;
    undecided += expectAgree(actual[i], value, scale, tolerance, () => `output ${i} of\n${print(graph)}`);
  });
  return [elements, undecided];
};

describe.each([
  ["f64", true, 1e-12],
  ["f64", false, 1e-12],
  ["f32", true, 1e-4],
] as const)("random programs with scans and loops in %s, simplified: %s", (precision, simplified, tolerance) => {
  it("give what the interpreter gives", () => {
    let [elements, undecided] = [0, 0];
    fc.assert(
      fc.property(arbitraryRegionProgram(), fc.boolean(), (program, fixed) => {
        const [all, skipped] = compare(program, precision, tolerance, { simplified, fixed });
        elements += all;
        undecided += skipped;
      }),
      { numRuns: runs, seed: 20261122 },
    );
    expect(undecided).toBeLessThan(0.2 * elements);
  });
});

/** The program with the gradients of a sum over its real results; undefined where an op refuses to be differentiated. */
const differentiated = ({ inputs, outputs }: Graph): Graph | undefined => {
  const reals = outputs.filter(({ type }) => type === "real");
  const wrt = inputs.filter(({ type }) => type === "real");
  if (reals.length === 0 || wrt.length === 0) return undefined;
  try {
    const slopes = reals.flatMap((x) => gradients(reduce("sum", unary("atan", x), range(x.shape.length)), wrt));
    return { inputs, outputs: slopes };
  } catch (error) {
    if (!(error instanceof FluvialError)) throw error;
    return undefined;
  }
};

describe.each([true, false])("gradients of random programs with scans, simplified: %s", (simplified) => {
  it("are what the interpreter gives", () => {
    let [elements, undecided, done] = [0, 0, 0];
    fc.assert(
      fc.property(arbitraryRegionProgram({ loops: false, wild: false }), ({ graph, inputs }) => {
        const slopes = differentiated(graph);
        if (!slopes) return;
        const [all, skipped] = compare({ graph: slopes, inputs }, "f64", 1e-12, { simplified });
        elements += all;
        undecided += skipped;
        done++;
      }),
      { numRuns: runs / 2, seed: 20261123 },
    );
    expect(undecided).toBeLessThan(0.3 * elements);
    expect(done).toBeGreaterThan(0.4 * runs);
  });
});
