import { describe, expect, it } from "vitest";
import { sizeOf } from "../../../src/core/shape.ts";
import type { Shape } from "../../../src/core/tensor.ts";
import { argMax, argMin, cumprod, cumsum } from "../../../src/engine/wasm/kernels/along.ts";
import { type Layout, numbers, operand, runKernel } from "./run.ts";

/** The elements of x along an axis, for every place in the others; and their row-major places. */
const lines = (shape: Shape, axis: number): number[][] => {
  const after = sizeOf(shape.slice(axis + 1));
  const before = sizeOf(shape.slice(0, axis));
  return Array.from({ length: before * after }, (_, line) => {
    const start = Math.floor(line / after) * shape[axis] * after + (line % after);
    return Array.from({ length: shape[axis] }, (_, i) => start + i * after);
  });
};

const shapes: readonly Shape[] = [[1], [2], [9], [0], [3, 4], [4, 0], [5, 1], [2, 3, 4]];
const layoutsFor = (rank: number): readonly Layout[] => [
  {},
  { step: 2, order: [...Array(rank).keys()].reverse() },
  { reversed: [0] },
  { spread: [rank - 1] },
];

describe.each(["f64", "f32"] as const)("along an axis in %s", (precision) => {
  const round = precision === "f32" ? Math.fround : (x: number): number => x;
  it.each([
    ["cumsum", cumsum, (a: number, b: number) => a + b, 0],
    ["cumprod", cumprod, (a: number, b: number) => a * b, 1],
  ] as const)("%s runs either way, with the element or without", (_, kernel, combine, start) => {
    for (const type of ["real", "int"] as const)
      for (const shape of shapes)
        for (const layout of layoutsFor(shape.length))
          for (let axis = 0; axis < shape.length; axis++)
            for (const [exclusive, reverse] of [
              [false, false],
              [true, false],
              [false, true],
              [true, true],
            ]) {
              const random = numbers(6);
              const x = operand(shape, type === "int" ? (i) => (i % 7) - 3 : random, layout, type);
              const actual = runKernel({
                precision,
                out: { type, shape },
                inputs: [x],
                emit: (context, out, views) => kernel(context, out, views, { axis, exclusive, reverse }),
              });
              for (const line of lines(shape, axis)) {
                let total: number = start;
                for (const at of reverse ? line.reverse() : line) {
                  const next = combine(total, x.values[at]);
                  expect(actual[at] + 0).toBe(round(exclusive ? total : next) + 0);
                  total = next;
                }
              }
            }
  });
  it.each([
    ["argMax", argMax, (a: number, b: number) => a > b],
    ["argMin", argMin, (a: number, b: number) => a < b],
  ] as const)("%s finds the first of equals, and passes NaN over unless it comes first", (_, kernel, better) => {
    const values = [2, Number.NaN, -1, 5, 5, -1, Number.NEGATIVE_INFINITY, 7, Number.POSITIVE_INFINITY, Number.NaN, 3];
    for (const type of ["real", "int", "bool"] as const)
      for (const shape of shapes)
        for (const layout of layoutsFor(shape.length))
          for (let axis = 0; axis < shape.length; axis++) {
            const element = (i: number): number =>
              type === "real" ? values[(i * 3) % 11] : type === "int" ? ((i * 5) % 7) - 3 : i % 2;
            const x = operand(shape, element, layout, type);
            const actual = runKernel({
              precision,
              out: { type: "int", shape: shape.filter((_, i) => i !== axis) },
              inputs: [x],
              emit: (context, out, views) => kernel(context, out, views, { axis }),
            });
            const expected = lines(shape, axis).map((line) => {
              let best = 0;
              for (let i = 1; i < line.length; i++) if (better(x.values[line[i]], x.values[line[best]])) best = i;
              return best;
            });
            expect(actual).toEqual(expected);
          }
  });
});
