import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import type { Flow } from "../../src/flows/flow.ts";
import { iaf } from "../../src/flows/iaf.ts";
import { made } from "../../src/flows/made.ts";
import { maf } from "../../src/flows/maf.ts";
import type { Order } from "../../src/flows/parts/orders.ts";
import { key } from "../../src/ops/random.ts";
import { moved } from "../guides/table.ts";
import { jacobianOf } from "./jacobian.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const size = 4;

/** Which inputs each output depends on, going forward or back. */
const seenBy = (flow: Flow<unknown>, way: "forward" | "inverse" = "forward"): number[][] => {
  const map = flow.at(moved(flow.init(key(hostKey(6))), 0.7, 7));
  const jacobian = jacobianOf({ rank: 1, forward: (x) => map[way](x) }, [0.5, -1, 0.2, 1]);
  return jacobian.map((row) => range(size).filter((j) => Math.abs(row[j]) > 1e-9));
};

/** What each coordinate sees where the coordinates come in this order: itself and those before it. */
const allBefore = (order: readonly number[]): number[][] =>
  range(size).map((i) => order.slice(0, order.indexOf(i) + 1).sort((a, b) => a - b));

const orders: readonly (readonly [Order, readonly number[]])[] = [
  ["natural", [0, 1, 2, 3]],
  ["reversed", [3, 2, 1, 0]],
  [
    [2, 0, 3, 1],
    [2, 0, 3, 1],
  ],
];

describe.each(orders)("order %j", (order, expected) => {
  it("is the one in which one layer takes the coordinates, in IAF, MAF and MADE", () =>
    exactly(() => {
      const options = { hidden: 16, order };
      expect(seenBy(iaf({ layers: 1, ...options }).flow(size) as Flow<unknown>)).toEqual(allBefore(expected));
      const others = [maf({ layers: 1, ...options }), made(options), made({ ...options, components: 2 })];
      for (const { flow } of others)
        expect(seenBy(flow(size) as Flow<unknown>, "inverse")).toEqual(allBefore(expected));
    }));

  it("turns round in the next layer, so that two see everything", () =>
    exactly(() => {
      const flow = iaf({ layers: 2, hidden: 16, order }).flow(size) as Flow<unknown>;
      expect(seenBy(flow)).toEqual(range(size).map(() => range(size)));
    }));
});

describe("random orders", () => {
  const seen = (seed: number | undefined, layers = 1): number[][] =>
    seenBy(iaf({ layers, hidden: 16, order: "random", seed }).flow(size) as Flow<unknown>);

  it("are permutations that the seed decides", () =>
    exactly(() => {
      const all = range(6).map((seed) => seen(seed));
      for (const one of all) expect(one.map(({ length }) => length).sort()).toEqual([1, 2, 3, 4]);
      expect(new Set(all.map((one) => JSON.stringify(one))).size).toBeGreaterThan(3);
      expect(seen(4)).toEqual(all[4]);
      expect(seen(undefined)).toEqual(all[0]);
    }));

  it("stand in the options with their seed, and other orders without", () => {
    expect(maf({ order: "random", seed: 5 }).options).toMatchObject({ order: "random", seed: 5 });
    expect(maf({ order: "reversed", seed: 5 }).options).not.toHaveProperty("seed");
  });
});

it("says what is wrong with an order", () => {
  expect(() => maf({ order: "upwards" as Order })).toThrow(/maf: expected an order .*got upwards/);
  expect(() => maf({ order: [0, 0, 1] })).toThrow(/maf: expected an order .*got 0,0,1/);
  expect(() => made({ order: "random", seed: -1 })).toThrow(/seed/);
  expect(() => iaf({ order: [1, 0] }).flow(3)).toThrow(/iaf: expected an order of 3 coordinates, got one of 2/);
  expect(() => maf({ activation: "step" as "tanh" })).toThrow(/maf: activation/);
});
