import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { inversionErrors, jacobians, lipschitzConstants } from "../../src/flows/lipschitz.ts";
import { planar } from "../../src/flows/planar.ts";
import { key, normal } from "../../src/ops/random.ts";
import type { Bijection, Transform } from "../../src/transforms/transform.ts";
import { moved } from "../guides/table.ts";
import { jacobianOf } from "./jacobian.ts";

type Rows = readonly (readonly number[])[];
interface Known {
  readonly matrices: readonly { readonly name: string; readonly matrix: Rows; readonly singular: readonly number[] }[];
  readonly layers: readonly { readonly jacobian: Rows; readonly forward: number; readonly inverse: number }[];
}
/** By numpy 2.4.6: scripts/reference/residual.py. */
const known = JSON.parse(readFileSync(new URL("../known/residual.json", import.meta.url), "utf8")) as Known;

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
/** x ↦ A x. */
const linear = (rows: Rows): Transform => {
  const a = fromHost(rows.flat(), [rows.length, rows.length]);
  return {
    rank: 1,
    forward: (x) => ({ value: tf.matMul(x as tf.Tensor2D, a as tf.Tensor2D, false, true), logDet: tf.scalar(0) }),
  };
};
const planarAt = (size: number): Bijection => {
  const flow = planar({ layers: 3 }).flow(size);
  return flow.at(moved(flow.init(key(hostKey(1))), 0.8, 2));
};

describe("Lipschitz constants at points", () => {
  it.each([
    ...known.layers.map(({ jacobian, forward, inverse }, i) => [`layer ${i + 1}`, jacobian, forward, inverse] as const),
    ...known.matrices
      .filter(({ matrix, singular }) => matrix.length === matrix[0].length && singular[singular.length - 1] > 1e-9)
      .map(({ name, matrix, singular }) => [name, matrix, singular[0], 1 / singular[singular.length - 1]] as const),
  ])("are numpy's singular values of a linear map's matrix: %s", (_, matrix, forward, inverse) =>
    exactly(() => {
      const made = lipschitzConstants(linear(matrix), normal(key(hostKey(1)), [3, matrix.length]));
      const condition = forward * inverse;
      for (const i of [0, 1, 2]) {
        expect(Math.abs(hostValues(made.forward)[i] / forward - 1)).toBeLessThan(1e-13);
        expect(Math.abs(hostValues(made.inverse)[i] / inverse - 1)).toBeLessThan(1e-14 * condition + 1e-13);
      }
    }),
  );

  it("come from a flow's Jacobians, each point by itself, compiled as op by op", () => {
    const x = inDouble(() => normal(key(hostKey(3)), [4, 3]));
    const fellBack: string[] = [];
    const engine = compiledEngine("f64", { warn: (message) => fellBack.push(message) });
    const compiled = engine.compile((at: Tensor) => lipschitzConstants(planarAt(3), at))(x);
    exactly(() => {
      const map = planarAt(3);
      const eager = lipschitzConstants(map, x);
      const all = hostValues(jacobians(map, x));
      for (const i of [0, 1, 2, 3]) {
        const own = jacobianOf(map, [...hostValues(x).subarray(3 * i, 3 * i + 3)]).flat();
        for (const [j, want] of own.entries()) expect(all[9 * i + j]).toBeCloseTo(want, 9);
        for (const way of ["forward", "inverse"] as const)
          expect(hostValues(compiled[way])[i] / hostValues(eager[way])[i]).toBeCloseTo(1, 12);
      }
    });
    disposeTree([x, compiled]);
    expect(fellBack).toEqual([]);
  });

  it("of the inverse are the stretches of the map the other way round", () =>
    exactly(() => {
      const map = planarAt(2);
      const back: Transform = { rank: 1, forward: (y) => map.inverse(y) };
      const x = normal(key(hostKey(4)), [3, 2]);
      const there = lipschitzConstants(map, x);
      const again = lipschitzConstants(back, map.forward(x).value);
      for (const i of [0, 1, 2]) {
        expect(hostValues(again.forward)[i] / hostValues(there.inverse)[i]).toBeCloseTo(1, 9);
        expect(hostValues(again.inverse)[i] / hostValues(there.forward)[i]).toBeCloseTo(1, 9);
      }
    }));
});

describe("inversion errors", () => {
  it("are rounding where a map can be inverted, and what is lost where it cannot", () =>
    exactly(() => {
      const x = normal(key(hostKey(5)), [6, 2]);
      for (const error of hostValues(inversionErrors(planarAt(2), x))) expect(error).toBeLessThan(1e-12);
      const steep: Bijection = {
        rank: 1,
        forward: (at) => ({ value: at.mul(1e-12).add(1), logDet: tf.zeros([6]) }),
        inverse: (y) => ({ value: y.sub(1).mul(1e12), logDet: tf.zeros([6]) }),
        domain: (shape) => shape,
      };
      const errors = hostValues(inversionErrors(steep, x));
      expect(Math.max(...errors)).toBeGreaterThan(1e-6);
      expect(Math.max(...errors)).toBeLessThan(1e-3);
    }));
});
