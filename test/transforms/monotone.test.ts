import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inDouble } from "../../src/core/double.ts";
import { gaussLegendre } from "../../src/core/special/gaussLegendre.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { tidy } from "../../src/core/tidy.ts";
import { integrand } from "../../src/flows/parts/integrand.ts";
import { integral } from "../../src/transforms/monotone/integral.ts";
import type { Monotone } from "../../src/transforms/monotone/monotone.ts";
import { piecewiseLinear } from "../../src/transforms/monotone/piecewiseLinear.ts";
import { sigmoidMixture } from "../../src/transforms/monotone/sigmoidMixture.ts";
import { sumOfSquares } from "../../src/transforms/monotone/sumOfSquares.ts";
import known from "../known/flows/monotone.json" with { type: "json" };
import { monotones } from "./monotoneTable.ts";

const exactly = <T>(f: () => T): T => inDouble(() => tidy(f));

interface Made {
  readonly value: Float64Array;
  readonly logDet: Float64Array;
}

/** Both results at points, with the same numbers for all. */
const run = (monotone: Monotone, way: "forward" | "inverse", numbers: readonly number[], x: readonly number[]): Made =>
  tidy(() => {
    const map = monotone.at(
      numbers.map(
        (n): Tensor =>
          fromHost(
            x.map(() => n),
            [x.length],
          ),
      ),
    );
    const { value, logDet } = map[way](fromHost(x, [x.length]));
    return { value: hostValues(value), logDet: hostValues(logDet) };
  });

const table = Object.entries(monotones);
const far = [-1e3, -40, -5.0001, 5.0001, 40, 1e3];

const numbersFor = (monotone: Monotone, size = 3): fc.Arbitrary<number[]> =>
  fc
    .array(fc.double({ min: -size, max: size, noNaN: true }), {
      minLength: monotone.start.length,
      maxLength: monotone.start.length,
    })
    .map((moves) => moves.map((move, i) => move + monotone.start[i]));

const points: fc.Arbitrary<number[]> = fc
  .uniqueArray(fc.double({ min: -12, max: 12, noNaN: true }), { minLength: 8, maxLength: 8 })
  .map((list) => [...list, ...far].sort((a, b) => a - b));

const check = <T>(property: fc.IRawProperty<T, false>, numRuns = 25): void => fc.assert(property, { seed: 7, numRuns });

describe.each(table)("monotone %s", (_, { monotone, start = 1e-12, corners = false }) => {
  it("keeps the order of numbers, near and far, whatever its own numbers are", () =>
    exactly(() =>
      check(
        fc.property(numbersFor(monotone), points, (numbers, x) => {
          const { value, logDet } = run(monotone, "forward", numbers, x);
          for (let i = 1; i < x.length; i++) {
            expect(value[i]).toBeGreaterThanOrEqual(value[i - 1]);
            // A step that rounding cannot swallow is a step.
            if (x[i] - x[i - 1] > 1e-6) expect(value[i]).toBeGreaterThan(value[i - 1]);
          }
          for (const log of logDet) expect(Number.isFinite(log)).toBe(true);
        }),
      ),
    ));

  it("comes back from near and far, with its log-slope turned round", () =>
    exactly(() =>
      check(
        fc.property(numbersFor(monotone), points, (numbers, x) => {
          const there = run(monotone, "forward", numbers, x);
          const back = run(monotone, "inverse", numbers, [...there.value]);
          for (const [i, want] of x.entries()) {
            // What rounding of y moves x by, where the map is flat.
            const rounding = 4e-15 * (1 + Math.abs(there.value[i])) * Math.exp(-there.logDet[i]);
            expect(Math.abs(back.value[i] - want)).toBeLessThan(1e-11 * (1 + Math.abs(want)) + 100 * rounding);
          }
        }),
      ),
    ));

  it("knows its slope", () =>
    exactly(() =>
      check(
        fc.property(numbersFor(monotone, 1.5), fc.double({ min: -8, max: 8, noNaN: true }), (numbers, x) => {
          const h = 1e-3;
          const { value, logDet } = run(monotone, "forward", numbers, [x, x + h, x - h, x + 2 * h, x - 2 * h]);
          const slope = (8 * (value[1] - value[2]) - (value[3] - value[4])) / (12 * h);
          // On both sides of a corner slopes differ; differences then lie somewhere about them.
          const spread = corners ? 2 * (Math.max(...logDet) - Math.min(...logDet)) : 0;
          expect(Math.abs(Math.log(slope) - logDet[0])).toBeLessThan(2e-7 + spread);
        }),
        60,
      ),
    ));

  it("starts near the identity", () =>
    exactly(() => {
      const x = [-3, -2.2, -1, -0.4, 0, 0.3, 1, 2.5, 3];
      const { value } = run(monotone, "forward", monotone.start, x);
      for (const [i, want] of x.entries()) expect(Math.abs(value[i] - want)).toBeLessThan(start);
    }));

  it("takes numbers for each coordinate or for all, and leaves each element to itself", () =>
    exactly(() => {
      const x = fromHost([0.3, -1.2, 2.1, 7.5, -9, 0.01], [3, 2]);
      const numbers = monotone.start.map((s, i) => [s + 0.3 * Math.sin(i), s - 0.2 * Math.cos(3 * i)]);
      const all = monotone.at(numbers.map((pair): Tensor => fromHost(pair, [2]).broadcastTo([3, 2])));
      const each = monotone.at(numbers.map((pair): Tensor => fromHost(pair, [2])));
      for (const way of ["forward", "inverse"] as const) {
        const [got, want] = [each[way](x), all[way](x)];
        for (const part of ["value", "logDet"] as const) {
          expect(got[part].shape).toEqual([3, 2]);
          const apart = hostValues(got[part].sub(want[part]).abs().max())[0];
          expect(apart).toBeLessThan(1e-13);
        }
      }
    }));

  it("is finite and keeps order in single precision, far out too", () => {
    check(
      fc.property(numbersFor(monotone, 2), (numbers) => {
        const x = [-1e3, -100, -20, -4, -1, 0, 1, 4, 20, 100, 1e3];
        const there = run(monotone, "forward", numbers, x);
        for (let i = 1; i < x.length; i++) expect(there.value[i]).toBeGreaterThan(there.value[i - 1]);
        const back = run(monotone, "inverse", numbers, [...there.value]);
        for (const [i, want] of x.entries()) {
          const rounding = 2e-6 * (1 + Math.abs(there.value[i])) * Math.exp(-there.logDet[i]);
          expect(Math.abs(back.value[i] - want)).toBeLessThan(1e-5 * (1 + Math.abs(want)) + 10 * rounding);
        }
      }),
      10,
    );
  });
});

type Row = readonly [numbers: readonly number[], x: number, value: number, logSlope: number];

/**
 * The farthest of values and log-slopes from known ones, and of the way back, in units of what rounding has to work with: far out a
 * log-slope is a difference of logs as large as the value.
 */
const apart = (monotone: Monotone, rows: readonly Row[]): { readonly there: number; readonly back: number } =>
  exactly(() => {
    let [there, back] = [0, 0];
    for (const [numbers, x, value, logSlope] of rows) {
      const got = run(monotone, "forward", numbers, [x]);
      const error = Math.abs(got.value[0] - value) / (1 + Math.abs(value));
      const slope = Math.abs(got.logDet[0] - logSlope) / (1 + Math.abs(logSlope) + Math.abs(value));
      there = Math.max(there, error, slope);
      const home = run(monotone, "inverse", numbers, [value]).value[0];
      const rounding = Math.max(1, Math.exp(-logSlope) * (1 + Math.abs(value)));
      back = Math.max(back, Math.abs(home - x) / (1 + Math.abs(x)) / rounding);
    }
    return { there, back };
  });

describe("monotone maps worked out elsewhere", () => {
  it.each(Object.entries(known.sigmoidMixture))("mixtures of %s sigmoids: mpmath, to ±1000", (units, rows) => {
    const { there, back } = apart(sigmoidMixture(Number(units)), rows as unknown as Row[]);
    expect(there).toBeLessThan(2e-15);
    expect(back).toBeLessThan(4e-15);
  });

  it.each(known.sumOfSquares)(
    "$count squares of degree $degree: numpy and mpmath",
    ({ count, degree, bound, rows }) => {
      const { there, back } = apart(sumOfSquares(count, degree, bound), rows as unknown as Row[]);
      expect(there).toBeLessThan(2e-15);
      expect(back).toBeLessThan(4e-15);
    },
  );

  it.each(known.piecewiseLinear)("polygons of $bins pieces: numpy", ({ bins, bound, rows }) => {
    const { there, back } = apart(piecewiseLinear(bins, bound), rows as unknown as Row[]);
    expect(there).toBeLessThan(6e-15); // numpy adds up knots in double too
    expect(back).toBeLessThan(6e-15);
  });

  it("the integral of a network: scipy's quad", () => {
    const { layers, bound, rows } = known.integral;
    const made = exactly(() => {
      const network = integrand(3, [6, 5]);
      const tensors = layers.map(({ w, b }) => ({
        w: fromHost(w.flat(), [w.length, w[0].length]),
        b: fromHost(b, [b.length]),
      }));
      const monotone = (nodes: number): Monotone =>
        integral({ logIntegrand: network.at(tensors), count: 3, nodes, bound });
      const errors = [4, 8, 16, 24, 32].map((nodes) => apart(monotone(nodes), rows as unknown as Row[]).there);
      return { errors, ...apart(monotone(32), rows as unknown as Row[]) };
    });
    expect(made.there).toBeLessThan(5e-15);
    expect(made.back).toBeLessThan(5e-15);
    // More nodes, fewer errors, by orders of magnitude.
    expect(made.errors[2]).toBeLessThan(made.errors[0] / 100);
  });

  it("quadrature is exact for polynomials of degree 2n − 1, and no further", () => {
    for (const n of [1, 2, 5, 16, 33, 64]) {
      const { nodes, weights } = gaussLegendre(n);
      const of = (degree: number): number => nodes.reduce((sum, x, i) => sum + weights[i] * x ** degree, 0);
      for (const degree of [0, 1, n, 2 * n - 1])
        expect(Math.abs(of(degree) * (degree + 1) - 1)).toBeLessThan(1e-13 * n);
      if (n < 9) expect(Math.abs(of(2 * n) * (2 * n + 1) - 1)).toBeGreaterThan(1e-9);
    }
  });
});
