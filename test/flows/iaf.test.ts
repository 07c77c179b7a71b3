import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { iaf } from "../../src/flows/iaf.ts";
import { masked } from "../../src/nn/masked.ts";
import { key, normal } from "../../src/ops/random.ts";
import { moved } from "../guides/table.ts";
import { jacobianOf } from "./jacobian.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

/** Which inputs each output of each head depends on: those whose change changes it by even a bit. */
const dependencies = (size: number, hidden: readonly number[], heads: number): number[][][] => {
  const network = masked(size, hidden, heads);
  const apply = network.at(moved(network.init(key(hostKey(1))), 1, 2));
  const outputs = (x: readonly number[]): number[][] => apply(fromHost(x, [size])).map((y) => [...hostValues(y)]);
  const x = range(size).map((i) => 0.3 * (i + 1));
  const before = outputs(x);
  const after = x.map((_, j) => outputs(x.map((v, k) => (k === j ? v + 0.5 : v))));
  return before.map((head, h) => head.map((y, i) => range(size).filter((j) => after[j][h][i] !== y)));
};

describe("a masked network", () => {
  it.each([
    [4, [8]],
    [4, [9, 7]],
    [6, [20, 20, 20]],
    [2, [1]],
  ] as const)(
    "of %i inputs and hidden layers %j sees for each output all inputs before it, and no other",
    (size, hidden) =>
      exactly(() => {
        const before = range(size).map((i) => range(i));
        expect(dependencies(size, hidden, 2)).toEqual([before, before]);
      }),
  );

  it("of too few hidden units sees fewer, never a later one", () =>
    exactly(() => {
      for (const seen of dependencies(5, [2], 1)[0].entries()) expect(seen[1].every((j) => j < seen[0])).toBe(true);
    }));

  it("of one input gives constants", () =>
    exactly(() => {
      expect(dependencies(1, [3], 2)).toEqual([[[]], [[]]]);
    }));

  it("keeps shapes, and begins near zero", () =>
    exactly(() => {
      const network = masked(3, [32, 32], 2);
      const made = network.at(network.init(key(hostKey(1))))(normal(key(hostKey(2)), [2, 4, 3]));
      expect(made.map((y) => y.shape)).toEqual([
        [2, 4, 3],
        [2, 4, 3],
      ]);
      for (const y of made) expect(Math.max(...hostValues(y.abs()))).toBeLessThan(0.2);
    }));
});

describe("one inverse autoregressive layer", () => {
  it("has a triangular Jacobian whose diagonal is the scale", () =>
    exactly(() => {
      const flow = iaf({ layers: 1, hidden: 12 }).flow(5);
      const map = flow.at(moved(flow.init(key(hostKey(4))), 0.7, 5));
      const x = [0.4, -1.2, 0.7, 2, -0.3];
      const jacobian = jacobianOf(map, x);
      for (const i of range(5)) for (const j of range(5).slice(i + 1)) expect(jacobian[i][j]).toBe(0);
      const logDet = hostValues(map.forward(fromHost(x, [5])).logDet)[0];
      expect(logDet).toBeCloseTo(
        range(5).reduce((sum, i) => sum + Math.log(jacobian[i][i]), 0),
        8,
      );
    }));

  it("moves and scales its first coordinate by constants", () =>
    exactly(() => {
      const flow = iaf({ layers: 1, hidden: 4 }).flow(2);
      const map = flow.at(moved(flow.init(key(hostKey(4))), 0.7, 5));
      const first = hostValues(map.forward(fromHost([0, 5, 1, -2, 2, 9], [3, 2])).value).filter((_, i) => i % 2 === 0);
      expect(first[2] - first[1]).toBeCloseTo(first[1] - first[0], 12);
    }));

  it("keeps its scales between e⁻⁴ and e⁴, however large the weights", () =>
    exactly(() => {
      const flow = iaf({ layers: 1, hidden: 4 }).flow(3);
      const map = flow.at(moved(flow.init(key(hostKey(4))), 1000, 5));
      const { value, logDet } = map.forward(fromHost([3, -2, 1], [3]));
      expect(Math.abs(hostValues(logDet)[0])).toBeLessThanOrEqual(12);
      expect([...hostValues(value)].every(Number.isFinite)).toBe(true);
    }));
});

it("two layers let every output see every other input: the order is reversed between them", () =>
  exactly(() => {
    const flow = iaf({ layers: 2, hidden: 16 }).flow(4);
    const map = flow.at(moved(flow.init(key(hostKey(6))), 0.7, 7));
    const jacobian = jacobianOf(map, [0.5, -1, 0.2, 1]);
    for (const i of range(4)) for (const j of range(4)) expect(jacobian[i][j], `${i}, ${j}`).not.toBe(0);
  }));
