import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import type { Flow } from "../../src/flows/flow.ts";
import { glow } from "../../src/flows/glow.ts";
import { nice } from "../../src/flows/nice.ts";
import { actnorm } from "../../src/flows/parts/actnorm.ts";
import { coupling, couplings } from "../../src/flows/parts/coupling.ts";
import { alternating } from "../../src/flows/parts/halves.ts";
import { halving } from "../../src/flows/parts/multiscale.ts";
import { realNvp } from "../../src/flows/realNvp.ts";
import { key, normal } from "../../src/ops/random.ts";
import { additiveMonotone } from "../../src/transforms/monotone/additive.ts";
import { affineMonotone } from "../../src/transforms/monotone/affine.ts";
import { moved } from "../guides/table.ts";
import { apart, known, layersOf, tensorOf } from "./couplingKnown.ts";
import { jacobianOf } from "./jacobian.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

const far = <P>(flow: Flow<P>, spread = 0.7, seed = 1): P => moved(flow.init(key(hostKey(seed))), spread, seed + 1);
const point = [0.5, -1, 0.2, 1, -0.6];

/** For each output, the inputs on which it depends. */
const seenBy = (flow: Flow<unknown>): number[][] =>
  jacobianOf(flow.at(far(flow)), point).map((row) => range(row.length).filter((j) => Math.abs(row[j]) > 1e-9));

describe("a coupling layer", () => {
  it("is numpy's", () =>
    exactly(() => {
      const flow = coupling({ size: 5, kept: 2, hidden: [4], monotone: affineMonotone });
      const map = flow.at(layersOf(known.coupling.layers));
      const x = tensorOf(known.coupling.x);
      const there = map.forward(x);
      expect(apart(hostValues(there.value), known.coupling.value.values)).toBeLessThan(1e-13);
      expect(apart(hostValues(there.logDet), known.coupling.logDet.values)).toBeLessThan(1e-13);
      expect(
        apart(hostValues(map.inverse(tensorOf(known.coupling.value)).value), known.coupling.x.values),
      ).toBeLessThan(1e-12);
    }));

  it.each([
    [{ kept: 2, swapped: false }, [[0], [1], [0, 1, 2], [0, 1, 3], [0, 1, 4]]],
    [{ kept: 2, swapped: true }, [[0, 3, 4], [1, 3, 4], [2, 3, 4], [3], [4]]],
    [{ kept: 0, swapped: false }, range(5).map((i) => [i])],
  ] as const)("with %j moves the others, each by what stays", (halves, want) =>
    exactly(() => {
      expect(seenBy(coupling({ size: 5, hidden: [6], monotone: affineMonotone, ...halves }))).toEqual(want);
    }),
  );

  it("that adds has a log-determinant of exactly 0, and leaves what stays as it is, to the bit", () =>
    exactly(() => {
      const flow = coupling({ size: 5, kept: 3, hidden: [8], monotone: additiveMonotone });
      const x = normal(key(hostKey(3)), [20, 5]).mul(100);
      for (const way of ["forward", "inverse"] as const) {
        const { value, logDet } = flow.at(far(flow))[way](x);
        expect([...hostValues(logDet)]).toEqual(range(20).map(() => 0));
        const still = (z: Tensor) => [...hostValues(z.slice([0, 0], [20, 3]))];
        expect(still(value)).toEqual(still(x));
      }
    }));

  it("keeps fewer than all of its coordinates", () =>
    expect(() => coupling({ size: 3, kept: 3, hidden: [2], monotone: affineMonotone })).toThrow(
      "expected to keep 0 to 2 of 3 coordinates, got 3",
    ));
});

describe("halves by turns", () => {
  it.each([1, 2, 5, 6])("of %i coordinates move every one in two layers", (size) => {
    const moving = [0, 1].flatMap((i) => {
      const { kept, moved, swapped } = alternating(size, i);
      expect(kept + moved).toBe(size);
      return range(moved).map((j) => (swapped ? j : kept + j));
    });
    expect([...new Set(moving)].sort()).toEqual(range(size));
  });

  it("let every output see every input after three layers", () =>
    exactly(() => {
      const flow = couplings(3, { size: 5, hidden: [6], monotone: affineMonotone });
      expect(seenBy(flow)).toEqual(range(5).map(() => range(5)));
    }));

  it("may be every second coordinate: one layer leaves 1 and 3 where they are", () =>
    exactly(() => {
      const flow = realNvp({ layers: 1, hidden: 6, mask: "alternate" }).flow(5);
      expect(seenBy(flow)).toEqual([[0, 1, 3], [1], [1, 2, 3], [3], [1, 3, 4]]);
    }));
});

describe("NICE", () => {
  it("has one log-determinant everywhere, the sum of its log-scales", () =>
    exactly(() => {
      const flow = nice({ layers: 3, hidden: 5 }).flow(4);
      const params = far(flow);
      const [{ numbers }] = params as [{ numbers: Tensor }];
      const { logDet } = flow.at(params).forward(normal(key(hostKey(3)), [7, 4]).mul(10));
      const sum = hostValues(numbers.sum())[0];
      expect(
        apart(
          hostValues(logDet),
          range(7).map(() => sum),
        ),
      ).toBeLessThan(1e-14);
    }));

  it("behind a context scales by it", () =>
    exactly(() => {
      const flow = nice({ layers: 1, hidden: 5 }).flow(2, 1);
      const at = (context: number): number => {
        const map = flow.at(far(flow), { context: fromHost([context], [1]) });
        return hostValues(map.forward(fromHost([1, 2], [2])).logDet)[0];
      };
      expect(Math.abs(at(1) - at(-1))).toBeGreaterThan(0.1);
    }));
});

describe("activation normalisation", () => {
  const { x, mean, sd } = known.moments;

  it("takes numpy's moments, and gives mean 0 and standard deviation 1 at the other side, either way", () =>
    exactly(() => {
      const flow = actnorm(3);
      const start = flow.init(key(hostKey(1)));
      const after = flow.prepare?.(start, tensorOf(x), "after") ?? start;
      expect(apart(hostValues(after.loc), mean.values)).toBeLessThan(1e-13);
      expect(apart(hostValues(after.logScale.exp()), sd.values)).toBeLessThan(1e-12);
      const before = flow.prepare?.(start, tensorOf(x), "before") ?? start;
      for (const { value } of [flow.at(after).inverse(tensorOf(x)), flow.at(before).forward(tensorOf(x))]) {
        const found = tf.moments(value, 0);
        expect(apart(hostValues(found.mean), [0, 0, 0])).toBeLessThan(1e-11);
        expect(apart(hostValues(found.variance), [1, 1, 1])).toBeLessThan(1e-11);
      }
    }));

  it("only centres what is constant", () =>
    exactly(() => {
      const flow = actnorm(2);
      const values = fromHost([0.1, 1, 0.1, 3, 0.1, 8], [3, 2]);
      const params = flow.prepare?.(flow.init(key(hostKey(1))), values, "after");
      expect(hostValues(params?.logScale as Tensor)[0]).toBe(0);
      expect(hostValues(params?.loc as Tensor)[0]).toBeCloseTo(0.1, 14);
    }));

  it.each([1, 2])("makes Glow start from data as standard noise, on %i scales", (levels) =>
    exactly(() => {
      const flow = glow({ layers: 2, hidden: 5, levels }).flow(4);
      const data = normal(key(hostKey(3)), [500, 4])
        .mul([3, 0.1, 7, 1])
        .add([5, -2, 0, 100]);
      const params = flow.prepare?.(flow.init(key(hostKey(1))), data, "after");
      const found = tf.moments(flow.at(params).inverse(data).value, 0);
      // Exactly so but for the networks, whose last layers begin at a hundredth.
      expect(apart(hostValues(found.mean), [0, 0, 0, 0])).toBeLessThan(0.05);
      expect(apart(hostValues(found.variance), [1, 1, 1, 1])).toBeLessThan(0.05);
    }),
  );
});

describe("several scales", () => {
  it("let halves of the noise join in one after the other, the last to leave first", () =>
    exactly(() => {
      const shift = (size: number): Flow<unknown> => ({
        init: () => ({}),
        at: () => ({
          rank: 1,
          forward: (z) => ({ value: z.add(10 ** size), logDet: tf.fill(z.shape.slice(0, -1), size) }),
          inverse: (z) => ({ value: z.sub(10 ** size), logDet: tf.fill(z.shape.slice(0, -1), -size) }),
          domain: (shape) => shape,
        }),
      });
      const flow = halving("several", 7, 3, shift);
      const map = flow.at(flow.init(key(hostKey(1))));
      const { value, logDet } = map.forward(tf.zeros([7]));
      // 7 coordinates: 3 leave, 4 stay; 2 leave, 2 stay.
      expect([...hostValues(value)]).toEqual([0, 0, 0, 1e4, 1e4, 1.01e4, 1.01e4].map((v) => v + 1e7));
      expect(hostValues(logDet)[0]).toBe(7 + 4 + 2);
      expect([...hostValues(map.inverse(value).value)]).toEqual(range(7).map(() => 0));
      expect(hostValues(map.inverse(value).logDet)[0]).toBe(-13);
    }));

  it("need something to halve", () => {
    expect(() => glow({ levels: 4 }).flow(4)).toThrow("glow: expected at most 3 levels over vectors of size 4, got 4");
    expect(() => realNvp({ levels: 2 }).flow(1)).toThrow("at most 1 levels over vectors of size 1");
  });
});

describe("options", () => {
  it.each([
    [() => nice({ layers: 0 }), "nice: layers: expected a whole number from 1, got 0"],
    [() => nice({ hiden: 3 } as never), 'nice: unknown option "hiden" (did you mean "hidden"?)'],
    [() => nice({ activation: "rely" as never }), 'nice: activation: expected "tanh", "relu"'],
    [() => realNvp({ mask: "even" as never }), 'realNvp: mask: expected "half" or "alternate", got "even"'],
    [() => realNvp({ hidden: [3, 0.5] }), "realNvp: hidden: expected a whole number from 1, got 0.5"],
    [() => glow({ mask: "half" } as never), 'glow: unknown option "mask"'],
    [() => glow({ blocks: 1 }), 'glow: unknown option "blocks"'],
    [() => glow({ levels: 0 }), "glow: levels: expected a whole number from 1, got 0"],
    [() => glow(null as never), "glow: expected { layers"],
    [() => realNvp(3 as never), "realNvp: expected { layers"],
  ])("refuses case %#", (make, message) => expect(make).toThrow(message));

  it("stand in the spec with their defaults, as plain data", () => {
    for (const spec of [nice(), realNvp({ mask: "alternate" }), glow({ image: [2, 4, 1], levels: 1 })])
      expect(JSON.parse(JSON.stringify(spec.options))).toEqual(spec.options);
    expect(glow({ image: [2, 4, 1] }).options).toMatchObject({ hidden: [32, 32], activation: "relu", blocks: 0 });
  });
});
