import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../../src/core/special/normal.ts";
import { purpose, threefry, unit23, unit52 } from "../../../src/core/threefry.ts";
import { hostFunctions } from "../../../src/engine/runtime/host.ts";
import { kernels } from "../../../src/engine/wasm/kernels/table.ts";
import { epsilon, type Layout, numbers, operand, runKernel } from "./run.ts";

const pick = (i: number): number => [1, -5, 2147483647, 123456789, -2147483648, 77, 8, 9, 10, 11, 12, 13][i % 12];
const words = (k0: number, k1: number, index: number, use: number): Int32Array => {
  const out = new Int32Array(2);
  threefry(k0, k1, index, use, out);
  return out;
};
const batches = [[], [3], [2, 3]];
const layoutsFor = (rank: number): readonly Layout[] => [
  {},
  { order: [...Array(rank).keys()].reverse(), step: 2 },
  { spread: rank > 1 ? [0] : [] },
];

describe.each(["f64", "f32"] as const)("random numbers in %s", (precision) => {
  const round = precision === "f32" ? Math.fround : (x: number): number => x;
  it("give every key its own elements, those of the host", () => {
    for (const name of ["uniform", "normal"] as const)
      for (const batch of batches)
        for (const layout of layoutsFor(batch.length + 1))
          for (const shape of [[], [0], [1], [5], [2, 4]]) {
            const key = operand([...batch, 2], pick, layout, "int");
            const count = shape.reduce((a, b) => a * b, 1);
            const actual = runKernel({
              precision,
              out: { type: "real", shape: [...batch, ...shape] },
              inputs: [key],
              emit: (context, out, views) => kernels[name](context, out, views, { shape }),
            });
            for (const [i, value] of actual.entries()) {
              const at = Math.floor(i / count);
              const [high, low] = words(key.values[2 * at], key.values[2 * at + 1], i % count, purpose.draw);
              if (name === "uniform") expect(value).toBe(precision === "f64" ? unit52(high, low) : unit23(high));
              else {
                const expected = round(normalQuantile(unit52(high, low)));
                expect(Math.abs(value - expected)).toBeLessThanOrEqual(2 * epsilon[precision] * Math.abs(expected));
              }
            }
          }
  });
  it("splits and folds keys bit by bit as the host does", () => {
    for (const batch of batches)
      for (const layout of layoutsFor(batch.length + 1)) {
        const key = operand([...batch, 2], pick, layout, "int");
        const pairs = key.values.length / 2;
        const keyOf = (at: number): readonly [number, number] => [key.values[2 * at], key.values[2 * at + 1]];
        for (const count of [0, 1, 3, 6]) {
          const use = purpose.split;
          const parts = runKernel({
            precision,
            out: { type: "int", shape: [...batch, count, 2] },
            inputs: [key],
            emit: (context, out, views) => kernels.split(context, out, views, { count, use }),
          });
          const expected = Array.from({ length: pairs * count }, (_, i) => [
            ...words(...keyOf(Math.floor(i / count)), i % count, use),
          ]);
          expect(parts).toEqual(expected.flat());
        }
        const index = operand(batch, (i) => 3 * i + 1, {}, "int");
        const folded = runKernel({
          precision,
          out: { type: "int", shape: [...batch, 2] },
          inputs: [key, index],
          emit: (context, out, views) => kernels.fold(context, out, views, {}),
        });
        const expected = Array.from({ length: pairs }, (_, i) => [
          ...words(...keyOf(i), index.values[i], purpose.fold),
        ]);
        expect(folded).toEqual(expected.flat());
      }
  });
  it.each(["gammaDraw", "logGammaDraw", "poissonDraw", "binomialDraw"] as const)(
    "%s asks the host once an element",
    (name) => {
      const random = numbers(7);
      for (const batch of batches)
        for (const layout of layoutsFor(batch.length + 1)) {
          const shape = [...batch, 2, 2];
          const key = operand([...batch, 2], pick, layout, "int");
          const transposed = { order: shape.map((_, axis) => axis).reverse() };
          const first = operand(
            shape,
            (i) => (name === "binomialDraw" ? 1 + (i % 50) : 1e-3 + 3 * Math.abs(random(i))),
            transposed,
          );
          const second = operand(shape, (i) => Math.abs(random(i)));
          const parameters = name === "binomialDraw" ? [first, second] : [first];
          const actual = runKernel({
            precision,
            out: { type: "real", shape },
            inputs: [key, ...parameters],
            emit: (context, out, views) => kernels[name](context, out, views, {}),
            imports: hostFunctions as WebAssembly.ModuleImports,
          });
          const smallest = precision === "f64" ? 2 ** -1022 : 2 ** -126;
          const expected = actual.map((_, i) => {
            const at = Math.floor(i / 4);
            const given = parameters.map(({ values }) => round(values[i]));
            const draw = hostFunctions[name](key.values[2 * at], key.values[2 * at + 1], i % 4, ...given);
            return round(name === "gammaDraw" ? Math.max(draw, smallest) : draw);
          });
          expect(actual).toEqual(expected);
        }
    },
  );
});
