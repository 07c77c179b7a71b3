import { describe, expect, it } from "vitest";
import type { Precision } from "../../../src/core/double.ts";
import { div, spread } from "../../../src/engine/graph/build.ts";
import { placeholder } from "../../../src/engine/graph/node.ts";
import type { Graph } from "../../../src/engine/graph/ops.ts";
import { reach } from "../../../src/engine/graph/traverse.ts";
import { simplify } from "../../../src/engine/passes/simplify.ts";
import { runCompiled } from "../compiled/run.ts";

/** Smallest subnormal, smallest normal and largest number. */
const ends = {
  f64: { tiny: 2 ** -1074, normal: 2 ** -1022, huge: Number.MAX_VALUE, unit: 2 ** -53 },
  f32: { tiny: 2 ** -149, normal: 2 ** -126, huge: (2 - 2 ** -23) * 2 ** 127, unit: 2 ** -24 },
} as const;
type Ends = (typeof ends)[Precision];

const samples = ({ tiny, normal, huge }: Ends): number[] => {
  const sizes = [0, tiny, 3 * tiny, normal / 8, 0.7 * normal, normal, 5 * normal, Math.sqrt(normal), 0.3, 1];
  const large = [1.7, 1e6 / 3, Math.sqrt(huge), huge / 16, huge / 3, huge, Number.POSITIVE_INFINITY];
  return [...sizes, ...large].flatMap((x) => [x, -x]).concat(Number.NaN);
};

/** x [m, n] over s [m, 1]. */
const quotients = (m: number, n: number): Graph => {
  const x = placeholder(0, "real", [m, n]);
  const s = placeholder(1, "real", [m, 1]);
  return { inputs: [x, s], outputs: [div(x, spread(s, [m, n]))] };
};

const wrongAt = (actual: number, exact: number, { tiny, unit }: Ends): boolean => {
  if (!Number.isFinite(exact)) return !Object.is(actual, exact);
  return !(Math.abs(actual - exact) <= 3 * unit * Math.abs(exact) + 2 * tiny);
};

describe.each(["f64", "f32"] as const)("division of many by few, %s", (precision) => {
  const round = (x: number): number => (precision === "f64" ? x : Math.fround(x));
  const values = samples(ends[precision]).map(round);
  const count = values.length;
  const graph = quotients(count, count);

  it("is done once for each divisor", () => {
    const nodes = reach(simplify(graph, precision).outputs);
    const divisions = nodes.filter(({ op }) => op === "div");
    expect(divisions.map(({ shape }) => shape)).toEqual([[count, 1]]);
  });

  it("gives the quotients of all sizes, and their infinities and NaNs", () => {
    const arrays = [values.flatMap(() => values), values].map((list, i) => ({
      type: "real" as const,
      shape: graph.inputs[i].shape,
      values: Float64Array.from(list),
    }));
    const [{ values: found }] = runCompiled(graph, arrays, precision);
    const wrong = values.flatMap((s, i) =>
      values.flatMap((x, j) => {
        const exact = round(x / s);
        const actual = found[i * count + j];
        return wrongAt(actual, exact, ends[precision]) ? [`${x} / ${s} = ${exact}, got ${actual}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("is left alone where divisors are many", () => {
    const few = quotients(4, 8);
    expect(reach(simplify(few, precision).outputs).filter(({ op }) => op === "div")[0].shape).toEqual([4, 8]);
  });
});
