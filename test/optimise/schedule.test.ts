import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar } from "../../src/core/tensor.ts";
import { annealing, constant, cosine, exponentialDecay, linear, type Schedule } from "../../src/optimise/schedule.ts";

/** Each schedule with what it is at some steps, by hand. */
const table: Readonly<Record<string, readonly [Schedule, Readonly<Record<number, number>>]>> = {
  "constant(0.1)": [constant(0.1), { 0: 0.1, 1e6: 0.1 }],
  "linear(1, 0.2, 100)": [linear(1, 0.2, 100), { 0: 1, 25: 0.8, 50: 0.6, 100: 0.2, 500: 0.2 }],
  "linear(0, 1, 1)": [linear(0, 1, 1), { 0: 0, 1: 1, 2: 1 }],
  "cosine(1, 0, 90)": [
    cosine(1, 0, 90),
    { 0: 1, 30: 0.75, 45: 0.5, 60: 0.25, 90: 0, 1000: 0, 15: (1 + Math.sqrt(3) / 2) / 2 },
  ],
  "cosine(0.1, 0.3, 10)": [cosine(0.1, 0.3, 10), { 0: 0.1, 5: 0.2, 10: 0.3 }],
  "exponentialDecay(0.5, 0.1, 100)": [
    exponentialDecay(0.5, 0.1, 100),
    { 0: 0.5, 50: 0.5 * Math.sqrt(0.1), 200: 0.005 },
  ],
  "annealing()": [annealing(), { 0: 0.01, 1: 0.0101, 5000: 0.51, 9900: 1, 20000: 1 }],
  "annealing(0.5, 10)": [annealing(0.5, 10), { 0: 0.5, 2: 0.7, 5: 1, 6: 1 }],
};

describe.each(Object.entries(table))("%s", (_, [schedule, known]) => {
  it("is what it should be at known steps", () =>
    inDouble(() =>
      tf.tidy(() => {
        for (const [step, want] of Object.entries(known)) {
          const got = schedule(fromHost([Number(step)], []) as Scalar);
          expect(got.shape).toEqual([]);
          expect(hostValues(got)[0], `step ${step}`).toBeCloseTo(want, 14);
        }
      }),
    ));
});

it("schedules refuse lengths that are none", () => {
  expect(() => linear(0, 1, 0)).toThrow("linear: steps: expected a whole number from 1, got 0");
  expect(() => cosine(0, 1, 1.5)).toThrow("cosine: steps");
  expect(() => annealing(0.1, -1)).toThrow("annealing: steps");
  expect(() => exponentialDecay(1, 0, 10)).toThrow("exponentialDecay: factor: expected a number above 0, got 0");
  expect(() => exponentialDecay(1, 0.5, 0)).toThrow("exponentialDecay: every");
});
