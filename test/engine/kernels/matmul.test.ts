import { setFlagsFromString } from "node:v8";
import { describe, expect, it } from "vitest";
import type { Precision } from "../../../src/core/double.ts";
import { range } from "../../../src/core/shape.ts";
import type { Shape } from "../../../src/core/tensor.ts";
import { matmul } from "../../../src/engine/wasm/kernels/matmul/matmul.ts";
import { epsilon, type Layout, numbers, type Operand, operand, runKernel } from "./run.ts";

setFlagsFromString("--experimental-wasm-relaxed-simd");

/** Products and their sums of absolute terms, by plain loops. */
const expected = (a: Operand, b: Operand): { value: number; scale: number }[] => {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.shape.length - 1];
  const batch = a.shape.slice(0, -2).reduce((x, y) => x * y, 1);
  return range(batch * m * n).map((at) => {
    const [g, i, j] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
    let [value, scale] = [0, 0];
    for (let p = 0; p < k; p++) {
      const term = a.values[(g * m + i) * k + p] * b.values[(g * k + p) * n + j];
      value += term;
      scale += Math.abs(term);
    }
    return { value, scale };
  });
};

interface Case {
  readonly precision: Precision;
  readonly relaxed?: boolean;
  readonly batch?: Shape;
  readonly size: readonly [m: number, k: number, n: number];
  readonly layouts?: readonly [a: Layout, b: Layout];
  readonly based?: boolean;
}

const check = ({ precision, relaxed, batch = [], size: [m, k, n], layouts = [{}, {}], based }: Case): void => {
  const a = operand([...batch, m, k], numbers(1), layouts[0]);
  const b = operand([...batch, k, n], numbers(2), layouts[1]);
  const out = { type: "real", shape: [...batch, m, n] } as const;
  const emit: Parameters<typeof runKernel>[0]["emit"] = (context, target, views) => matmul(context, target, views);
  const actual = runKernel({ precision, relaxed, out, inputs: [a, b], emit, based });
  const wanted = expected(a, b);
  const wrong = wanted.findIndex(
    ({ value, scale }, i) => !(Math.abs(actual[i] - value) <= (k + 1) * epsilon[precision] * scale),
  );
  expect(
    wrong < 0 ? "" : `[${m}, ${k}] × [${k}, ${n}] element ${wrong}: ${actual[wrong]} for ${wanted[wrong].value}`,
  ).toBe("");
};

const transposed = (rank: number): Layout => ({ order: [...range(rank - 2), rank - 1, rank - 2] });
const layoutsOf = (rank: number): Readonly<Record<string, Layout>> => ({
  rows: {},
  columns: transposed(rank),
  sparse: { step: 3 },
  "sparse columns": { ...transposed(rank), step: 2 },
  reversed: { reversed: [rank - 2, rank - 1] },
  "one row": { spread: [rank - 2] },
  "one column": { spread: [rank - 1] },
});
const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33];

describe.each(["f64", "f32"] as const)("matmul in %s", (precision) => {
  it.each([false, true])(
    "multiplies matrices of small sizes, every pair of lengths among them, relaxed %s",
    (relaxed) => {
      for (const [i, m] of lengths.entries())
        for (const [j, k] of lengths.entries())
          for (const [l, n] of lengths.entries())
            if ((i + j + l) % 4 === 0) check({ precision, relaxed, size: [m, k, n] });
    },
  );
  const sizes = [
    [1, 7, 9],
    [2, 4, 8],
    [3, 17, 2],
    [3, 17, 9],
    [9, 17, 9],
    [9, 7, 1],
    [1, 70, 1],
    [9, 1, 8],
    [2, 2, 2],
    [9, 17, 2],
  ] as const;
  const layouts = layoutsOf(2);
  for (const [nameA, a] of Object.entries(layouts))
    it(`reads ${nameA} times any layout`, () => {
      for (const b of Object.values(layouts)) for (const size of sizes) check({ precision, size, layouts: [a, b] });
    });
  it("goes over batches, shared and not, whose axes lie anyhow", () => {
    const batched: Layout[] = [
      {},
      { spread: [0] },
      { spread: [0, 1] },
      { order: [2, 0, 3, 1] },
      { reversed: [1], step: 2 },
      { order: [3, 2, 1, 0] },
    ];
    for (const a of batched)
      for (const b of batched)
        for (const size of [
          [2, 2, 2],
          [5, 9, 4],
          [1, 6, 9],
          [9, 6, 1],
          [1, 33, 1],
        ] as const)
          check({ precision, batch: [3, 2], size, layouts: [a, b] });
  });
  it("goes over k by blocks and keeps ragged tiles right", () => {
    for (const layouts of [
      [{}, {}],
      [transposed(2), transposed(2)],
    ] as const)
      for (const size of [
        [9, 1100, 17],
        [33, 513, 5],
        [3, 1025, 9],
        [1, 1111, 6],
        [6, 1111, 1],
      ] as const)
        check({ precision, size, layouts });
  });
  it("finds operands at addresses known only at run time", () => {
    for (const size of [
      [2, 2, 2],
      [9, 9, 9],
      [1, 40, 9],
      [9, 40, 1],
    ] as const)
      check({ precision, size, based: true, batch: [2] });
  });
  it("lets NaN and infinities through and spreads them no further", () => {
    const a = operand([9, 9], (i) => (i === 9 ? Number.NaN : i === 40 ? Number.POSITIVE_INFINITY : 1));
    const b = operand([9, 9], () => 1);
    const actual = runKernel({
      precision,
      out: { type: "real", shape: [9, 9] },
      inputs: [a, b],
      emit: (context, out, views) => matmul(context, out, views),
    });
    actual.forEach((x, at) => {
      const row = Math.floor(at / 9);
      expect(x).toBe(row === 1 ? Number.NaN : row === 4 ? Number.POSITIVE_INFINITY : 9);
    });
  });
});
