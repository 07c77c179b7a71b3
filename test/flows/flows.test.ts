import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import type { Family } from "../../src/core/family.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { iafFlow } from "../../src/flows/iaf.ts";
import { planarFlow } from "../../src/flows/planar.ts";
import { radialFlow } from "../../src/flows/radial.ts";
import { key, normal } from "../../src/ops/random.ts";
import type { Transform } from "../../src/transforms/transform.ts";
import { moved } from "../guides/table.ts";
import { jacobianOf, logAbsDet } from "./jacobian.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
type AnyFlow = Family<unknown, Transform>;

/** Every flow by its size: a new one is a new row. */
const flows: Readonly<Record<string, readonly [(size: number) => AnyFlow, number]>> = {
  "planar, 1": [(size) => planarFlow(size, 1) as AnyFlow, 1],
  "planar, 5": [(size) => planarFlow(size, 5) as AnyFlow, 1],
  "radial, 1": [(size) => radialFlow(size, 1) as AnyFlow, 1],
  "radial, 5": [(size) => radialFlow(size, 5) as AnyFlow, 1],
  "iaf, one hidden layer": [(size) => iafFlow(size, 2, [8]) as AnyFlow, 0.5],
  "iaf, two hidden layers": [(size) => iafFlow(size, 3, [7, 5]) as AnyFlow, 0.5],
  "iaf, narrower than its inputs": [(size) => iafFlow(size, 2, [2]) as AnyFlow, 0.5],
};

const mapAt = ([make, spread]: readonly [(size: number) => AnyFlow, number], size: number, seed: number): Transform => {
  const flow = make(size);
  return flow.at(moved(flow.init(key(hostKey(seed))), spread, seed + 50));
};

describe.each(Object.entries(flows))("%s", (_, row) => {
  it.each([1, 2, 5])("knows its Jacobian far from its start, size %i", (size) =>
    exactly(() => {
      for (const seed of [1, 2, 3]) {
        const map = mapAt(row, size, seed);
        const x = [...hostValues(normal(key(hostKey(seed + 20)), [size]).mul(1.5))];
        const { logDet } = map.forward(fromHost(x, [size]));
        expect(logDet.shape).toEqual([]);
        const want = logAbsDet(jacobianOf(map, x));
        expect(Math.abs(hostValues(logDet)[0] - want), `seed ${seed}`).toBeLessThan(1e-7);
      }
    }),
  );

  it("maps each of a batch by itself", () =>
    exactly(() => {
      const map = mapAt(row, 3, 4);
      const x = normal(key(hostKey(9)), [2, 2, 3]);
      const all = map.forward(x);
      expect([all.value.shape, all.logDet.shape]).toEqual([
        [2, 2, 3],
        [2, 2],
      ]);
      const one = map.forward(x.slice([1, 0, 0], [1, 1, 3]).reshape([3]));
      expect([...hostValues(all.value)].slice(6, 9)).toEqual([...hostValues(one.value)]);
      expect(hostValues(all.logDet)[2]).toBe(hostValues(one.logDet)[0]);
    }));
});
