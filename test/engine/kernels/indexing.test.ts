import { describe, expect, it } from "vitest";
import { sizeOf } from "../../../src/core/shape.ts";
import type { Shape } from "../../../src/core/tensor.ts";
import type { Type } from "../../../src/engine/graph/ops.ts";
import { copy } from "../../../src/engine/wasm/kernels/copy.ts";
import { gather, scatterAdd } from "../../../src/engine/wasm/kernels/indexing.ts";
import { pad } from "../../../src/engine/wasm/kernels/pad.ts";
import { indexOf, type Layout, numbers, operand, runKernel } from "./run.ts";

const flatten = (index: readonly number[], shape: Shape): number =>
  index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);

interface Case {
  readonly x: Shape;
  readonly indices: Shape;
  readonly axis: number;
  readonly batch: number;
}
const cases: readonly Case[] = [
  { x: [5], indices: [7], axis: 0, batch: 0 },
  { x: [5], indices: [41], axis: 0, batch: 0 },
  { x: [5], indices: [8, 6], axis: 0, batch: 0 },
  { x: [1], indices: [9], axis: 0, batch: 0 },
  { x: [5, 33], indices: [4], axis: 0, batch: 0 },
  { x: [3, 5], indices: [2, 3], axis: 1, batch: 0 },
  { x: [3, 5, 2], indices: [3, 4], axis: 1, batch: 1 },
  { x: [2, 3, 4, 9], indices: [2, 3], axis: 2, batch: 1 },
  { x: [4, 3], indices: [], axis: 0, batch: 0 },
  { x: [2, 4], indices: [2], axis: 1, batch: 1 },
  { x: [4, 0], indices: [3], axis: 0, batch: 0 },
  { x: [0, 2], indices: [3], axis: 0, batch: 0 },
  { x: [4, 2], indices: [0], axis: 0, batch: 0 },
];
const outShape = ({ x, indices, axis, batch }: Case): Shape => [
  ...x.slice(0, axis),
  ...indices.slice(batch),
  ...x.slice(axis + 1),
];

/** For every element of the picked shape: where it lies in the long one, or undefined. */
const rowOf = ({ x, indices, axis, batch }: Case, values: Float64Array, flat: number): number | undefined => {
  const rest = indices.length - batch;
  const index = indexOf(flat, outShape({ x, indices, axis, batch }));
  const picked = values[flatten([...index.slice(0, batch), ...index.slice(axis, axis + rest)], indices)];
  if (!(picked >= 0 && picked < x[axis])) return undefined;
  return flatten([...index.slice(0, axis), picked, ...index.slice(axis + rest)], x);
};

const pick = (flat: number): number => [0, 3, 1, -1, 2, 99, 4, 2, -2147483648][flat % 9];
const layoutsFor = (rank: number): readonly Layout[] => [
  {},
  { step: 2 },
  { order: [...Array(rank).keys()].reverse() },
  { reversed: [...Array(rank).keys()] },
];

describe.each(["f64", "f32"] as const)("indexing in %s", (precision) => {
  it("gathers along any axis, over batches, from any layout", () => {
    for (const type of ["real", "int", "bool"] as Type[])
      for (const one of cases)
        for (const layout of layoutsFor(one.x.length)) {
          const values = numbers(5);
          const element = (i: number): number =>
            type === "real" ? values(i) : type === "int" ? Math.floor(1e9 * values(i)) : Number(values(i) > 0);
          const x = operand(one.x, element, layout, type);
          const indices = operand(one.indices, pick, { step: layout.step ?? 1 }, "int");
          const out = { type, shape: outShape(one) };
          const actual = runKernel({
            precision,
            out,
            inputs: [x, indices],
            emit: (context, target, views) => gather(context, target, views, one),
          });
          expect(actual).toEqual(
            actual.map((_, i) => {
              const at = rowOf(one, indices.values, i);
              return at === undefined ? (type === "real" ? Number.NaN : 0) : x.values[at];
            }),
          );
        }
  });
  it("adds up what indices share, and reverses gather", () => {
    for (const type of ["real", "int"] as Type[])
      for (const one of cases)
        for (const layout of layoutsFor(outShape(one).length)) {
          const updates = operand(outShape(one), (i) => (i % 17) - 8, layout, type);
          const indices = operand(one.indices, pick, {}, "int");
          const actual = runKernel({
            precision,
            out: { type, shape: one.x },
            inputs: [updates, indices],
            emit: (context, target, views) => scatterAdd(context, target, views, { ...one, length: one.x[one.axis] }),
          });
          const expected = new Float64Array(sizeOf(one.x));
          for (const [i, value] of updates.values.entries()) {
            const at = rowOf(one, indices.values, i);
            if (at !== undefined) expected[at] += value;
          }
          expect(actual).toEqual([...expected]);
        }
  });
  it("pads any view", () => {
    for (const type of ["real", "int", "bool"] as Type[])
      for (const value of [0, -0, 1, 2.5])
        for (const [shape, before, after] of [
          [[], [], []],
          [[3], [2], [0]],
          [[0], [2], [1]],
          [
            [2, 3],
            [1, 0],
            [0, 4],
          ],
          [
            [2, 3, 4],
            [0, 1, 1],
            [2, 0, 1],
          ],
        ])
          for (const layout of layoutsFor(shape.length)) {
            const filler = type === "real" ? value : Math.floor(Math.min(value, 1)) + 0;
            const x = operand(shape, (i) => (type === "bool" ? i % 2 : i + 1), layout, type);
            const out = shape.map((n, axis) => before[axis] + n + after[axis]);
            const expected = new Float64Array(sizeOf(out)).fill(filler);
            for (const [i, element] of x.values.entries())
              expected[
                flatten(
                  indexOf(i, shape).map((at, axis) => at + before[axis]),
                  out,
                )
              ] = element;
            const actual = runKernel({
              precision,
              out: { type, shape: out },
              inputs: [x],
              emit: (context, target, views) => pad(context, target, views, { before, value: filler }),
            });
            expect(actual).toEqual([...expected]);
          }
  });
  it("copies any view", () => {
    for (const type of ["real", "int"] as Type[])
      for (const shape of [[], [0], [1], [3], [33], [300], [2, 3], [5, 40], [3, 4, 5], [2, 1, 3, 2]])
        for (const layout of [...layoutsFor(shape.length), { spread: shape.length ? [0] : [] }]) {
          const x = operand(shape, (i) => i + 1, layout, type);
          const actual = runKernel({
            precision,
            based: true,
            out: { type, shape },
            inputs: [x],
            emit: (context, target, [view]) => copy(context, target, view),
          });
          expect(actual).toEqual([...x.values]);
        }
  });
});
