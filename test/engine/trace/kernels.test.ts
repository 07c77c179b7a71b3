import { describe, expect, it } from "vitest";
import { lowerings } from "../../../src/engine/trace/kernels/table.ts";
import { eagerly, type Result, traced } from "./both.ts";
import { type Case, cases } from "./cases.ts";

const reached = new Set<string>();
const table = lowerings as Record<string, (typeof lowerings)[string]>;
for (const [name, lowering] of Object.entries(table))
  table[name] = (inputs, attributes) => {
    reached.add(name);
    return lowering(inputs, attributes);
  };

/** Both work in double: they differ by the rounding of a few operations. */
const few = 2e-14;

const agree = (x: number, y: number, tolerance: number): boolean =>
  Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * (1 + Math.abs(x));

const expectAgree = (got: readonly Result[], want: readonly Result[], tolerance = few): void => {
  expect(got.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(want.map(({ dtype, shape }) => ({ dtype, shape })));
  for (const [i, { values }] of want.entries())
    for (const [at, value] of values.entries())
      expect(
        agree(value, got[i].values[at], tolerance),
        `result ${i}, element ${at}: ${got[i].values[at]} for ${value}`,
      ).toBe(true);
};

describe("a traced kernel gives what tfjs gives in double", () => {
  for (const [name, given] of Object.entries(cases))
    it(name, () => {
      for (const { f, inputs, tolerance } of [given].flat() as Case[]) {
        const got = traced(f, inputs);
        expectAgree(got, eagerly(f, inputs), tolerance);
      }
    });

  it("and none is left out", () => {
    expect(Object.keys(lowerings).filter((name) => !reached.has(name))).toEqual([]);
  });
});
