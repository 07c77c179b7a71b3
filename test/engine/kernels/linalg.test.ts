import { describe, expect, it } from "vitest";
import { range } from "../../../src/core/shape.ts";
import { cholesky } from "../../../src/engine/wasm/kernels/cholesky.ts";
import { triangularSolve } from "../../../src/engine/wasm/kernels/triangularSolve.ts";
import { epsilon, type Layout, numbers, operand, runKernel } from "./run.ts";

const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33];
const layouts: Readonly<Record<string, Layout>> = {
  rows: {},
  columns: { order: [0, 2, 1] },
  sparse: { step: 3 },
  reversed: { reversed: [1, 2] },
  "shared by the batch": { spread: [0] },
};

/** Positive definite matrices M Mᵀ + n, their lower triangles; the upper ones hold what must not be read. */
const definite = (n: number) => {
  const random = numbers(3);
  return (flat: number): number => {
    const [g, i, j] = [Math.floor(flat / (n * n)), Math.floor(flat / n) % n, flat % n];
    if (j > i) return Number.NaN;
    const row = (r: number, p: number): number => random((g * n + r) * n + p);
    const product = range(n).reduce((sum, p) => sum + row(i, p) * row(j, p), 0);
    return Math.fround(product + (i === j ? n : 0));
  };
};

describe.each(["f64", "f32"] as const)("linear algebra in %s", (precision) => {
  const factor = (batch: number, n: number, a: ReturnType<typeof operand>, based = false): number[] =>
    runKernel({
      precision,
      based,
      out: { type: "real", shape: [batch, n, n] },
      inputs: [a],
      emit: (context, out, views) => cholesky(context, out, views),
    });

  it.each(Object.entries(layouts))("factors matrices that lie as %s", (_, layout) => {
    for (const n of sizes) {
      const a = operand([2, n, n], definite(n), layout);
      const l = factor(2, n, a, n % 2 === 0);
      for (const [flat, value] of a.values.entries()) {
        const [start, i, j] = [Math.floor(flat / (n * n)) * n * n, Math.floor(flat / n) % n, flat % n];
        if (j > i) expect(l[flat]).toBe(0);
        else {
          const terms = range(j + 1).map((p) => l[start + i * n + p] * l[start + j * n + p]);
          const scale = terms.reduce((sum, x) => sum + Math.abs(x), 0);
          const error = Math.abs(terms.reduce((sum, x) => sum + x, 0) - value);
          // Backward error of the factorisation: Higham 2002, theorem 10.3.
          expect(error).toBeLessThanOrEqual((n + 2) * epsilon[precision] * scale);
        }
      }
    }
  });
  it("gives NaN for what is not positive definite, in that matrix alone", () => {
    for (const bad of [-1, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const n = 3;
      const good = definite(n);
      const a = operand([3, n, n], (flat) => (flat === 9 + 4 ? bad : good(flat)));
      const l = factor(3, n, a);
      expect(l.slice(9, 18).every(Number.isNaN)).toBe(true);
      expect([...l.slice(0, 9), ...l.slice(18)].every(Number.isFinite)).toBe(true);
    }
  });
  it("gives NaN where the last pivot is exactly 0", () => {
    expect(
      factor(
        1,
        1,
        operand([1, 1, 1], () => 0),
      ),
    ).toEqual([Number.NaN]);
    expect(
      factor(
        1,
        2,
        operand([1, 2, 2], () => 1),
      ),
    ).toEqual(Array(4).fill(Number.NaN));
  });

  const systems = [true, false].flatMap((transpose) => [true, false].map((lower) => ({ transpose, lower })));
  it.each(systems)("solves triangular systems, transpose $transpose, lower $lower", (system) => {
    const random = numbers(4);
    for (const n of sizes)
      for (const k of [0, 1, 2, 3, 5])
        for (const [tLayout, bLayout] of [
          [{}, {}],
          [layouts.columns, layouts.reversed],
          [layouts["shared by the batch"], layouts.columns],
          [layouts.reversed, layouts.sparse],
        ]) {
          const t = operand(
            [2, n, n],
            (flat) => {
              const [i, j] = [Math.floor(flat / n) % n, flat % n];
              if (i === j) return 2 + random(flat);
              return j < i === system.lower ? random(flat) / n : Number.NaN;
            },
            tLayout,
          );
          const b = operand([2, n, k], random, bLayout);
          const x = runKernel({
            precision,
            out: { type: "real", shape: [2, n, k] },
            inputs: [t, b],
            emit: (context, out, views) => triangularSolve(context, out, views, system),
          });
          for (const [flat, value] of b.values.entries()) {
            const [g, i, c] = [Math.floor(flat / (n * k)), Math.floor(flat / k) % n, flat % k];
            let [product, scale] = [0, 0];
            for (let j = 0; j < n; j++) {
              const [row, column] = system.transpose ? [j, i] : [i, j];
              if (row !== column && column < row !== system.lower) continue;
              const term = t.values[(g * n + row) * n + column] * x[(g * n + j) * k + c];
              product += term;
              scale += Math.abs(term);
            }
            expect(Math.abs(product - value)).toBeLessThanOrEqual((n + 2) * epsilon[precision] * scale);
          }
        }
  });
  it("leaves infinities where a diagonal holds 0", () => {
    const x = runKernel({
      precision,
      out: { type: "real", shape: [1, 2, 1] },
      inputs: [operand([1, 2, 2], (i) => [0, 0, 1, 1][i]), operand([1, 2, 1], () => 1)],
      emit: (context, out, views) => triangularSolve(context, out, views, { transpose: false, lower: true }),
    });
    expect(x).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });
});
