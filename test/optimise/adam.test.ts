import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import type { Now } from "../../src/core/now.ts";
import { fromHost, hostValues, type Scalar } from "../../src/core/tensor.ts";
import { adam } from "../../src/optimise/adam.ts";
import { clipNorm, globalNorm } from "../../src/optimise/clip.ts";
import known from "./adam.json" with { type: "json" };

const scalar = (x: number): Scalar => fromHost([x], []) as Scalar;
const now = (step: number, rate: number): Now => ({ step: scalar(step), beta: scalar(1), rate: scalar(rate) });
const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

/** A vector of four as a tree of a matrix and a list with a scalar in it. */
const tree = (v: readonly number[]) => ({ w: fromHost(v.slice(0, 3), [1, 3]), rest: [fromHost(v.slice(3), [])] });
const flat = ({ w, rest }: ReturnType<typeof tree>): number[] => [...hostValues(w), ...hostValues(rest[0])];

describe("adam", () => {
  it.each(known.cases)("walks the reference's path, %o", ({ options, rates, path }) =>
    exactly(() => {
      const optimiser = adam(options);
      let params = tree(known.start);
      let state = optimiser.init(params);
      for (const [t, gradient] of known.gradients.entries()) {
        [params, state] = optimiser.update(params, tree(gradient), state, now(t, rates[t]));
        flat(params).forEach((got, i) => {
          expect(Math.abs(got - path[t][i]), `step ${t}, element ${i}`).toBeLessThan(1e-12);
        });
      }
      expect(hostValues(state.count)[0]).toBe(known.gradients.length);
    }),
  );

  it("moves by the rate at its first step, in single precision too", () =>
    tf.tidy(() => {
      const optimiser = adam();
      const params = tree([0, 0, 0, 0]);
      const [moved] = optimiser.update(params, tree([1, -3, 1e-3, 1e4]), optimiser.init(params), now(0, 1));
      // Rounding of single precision, 6e-8 an operation; epsilon counts for 1e-5 beside a slope of 1e-3.
      flat(moved).forEach((got, i) => {
        expect(Math.abs(got - [-1, 1, -1 / 1.00001, -1][i])).toBeLessThan(5e-7);
      });
    }));

  it("leaves what it is given as it was", () =>
    exactly(() => {
      const optimiser = adam();
      const params = tree(known.start);
      const state = optimiser.init(params);
      optimiser.update(params, tree(known.gradients[0]), state, now(0, 0.1));
      expect(flat(params)).toEqual(known.start);
      expect(hostValues(state.count)[0]).toBe(0);
      expect(flat(state.first as never)).toEqual([0, 0, 0, 0]);
    }));

  it("refuses bad options", () => {
    expect(() => adam({ beta1: 1 })).toThrow("adam: beta1 must be at least 0 and below 1, got 1");
    expect(() => adam({ beta2: Number.NaN })).toThrow("adam: beta2");
    expect(() => adam({ epsilon: 0 })).toThrow("adam: epsilon: expected a number above 0, got 0");
    expect(() => adam({ rate: 1 } as object)).toThrow('adam: unknown option "rate"');
  });
});

describe("clipping", () => {
  it("takes the norm over all tensors", () =>
    exactly(() => {
      expect(hostValues(globalNorm(tree([1, 2, 2, 4])))[0]).toBe(5);
      expect(hostValues(globalNorm(tree([0, 0, 0, 0])))[0]).toBe(0);
    }));

  it("scales down to the limit, never up", () =>
    exactly(() => {
      const slopes = tree([1, 2, 2, 4]);
      const clipped = (limit: number): number[] => flat(clipNorm(slopes, globalNorm(slopes), scalar(limit)));
      clipped(1).forEach((v, i) => {
        expect(v).toBeCloseTo([0.2, 0.4, 0.4, 0.8][i], 15);
      });
      expect(clipped(5)).toEqual([1, 2, 2, 4]);
      expect(clipped(100)).toEqual([1, 2, 2, 4]);
      expect(flat(clipNorm(tree([0, 0, 0, 0]), scalar(0), scalar(1)))).toEqual([0, 0, 0, 0]);
    }));
});
