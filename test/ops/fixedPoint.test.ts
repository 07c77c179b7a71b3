import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, inPrecision } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { type Contraction, fixedPoint } from "../../src/ops/fixedPoint.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { inverse, solve } from "../../src/ops/matrices.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

interface Orbit {
  readonly mean: Tensor;
  readonly eccentricity: Tensor;
}
/** Kepler's equation, E = M + e sin E; dE/dM = 1/(1 − e cos E), dE/de = sin E/(1 − e cos E). */
const kepler: Contraction<Orbit> = {
  step: (x, { mean, eccentricity }) => x.sin().mul(eccentricity).add(mean),
};
const withPull: Contraction<Orbit> = {
  ...kepler,
  pull: (x, { eccentricity }) => {
    const slope = x.cos().mul(eccentricity);
    return (w) => w.mul(slope);
  },
};
const means = [0.1, 1, 2.5, -3];
const orbit = (): Orbit => ({ mean: fromHost(means, [4]), eccentricity: fromHost([0.1, 0.9, 0.5, 0.3], [4]) });
const anomaly = (parts: Contraction<Orbit>, at: Orbit): Tensor => fixedPoint(parts, at, tf.zerosLike(at.mean));

describe("a fixed point", () => {
  it("is that of the cosine to the last bits", () =>
    exactly(() => {
      const [x] = hostValues(fixedPoint({ step: (at) => at.cos() }, {}, tf.scalar(0)));
      expect(Math.abs(x - 0.7390851332151606416553)).toBeLessThan(1e-14);
    }));

  it.each([
    ["by the gradient of a step", kepler],
    ["by a formula", withPull],
  ])("solves Kepler's equation, with its slopes %s", (_, parts) =>
    exactly(() => {
      const at = orbit();
      const solved = hostValues(anomaly(parts, at));
      const { gradient: slopes } = gradient((o: Orbit) => anomaly(parts, o).sum() as Scalar)(at);
      const eccentricities = hostValues(at.eccentricity);
      for (const [i, x] of solved.entries()) {
        const e = eccentricities[i];
        expect(Math.abs(x - e * Math.sin(x) - means[i])).toBeLessThan(1e-14);
        const slope = 1 / (1 - e * Math.cos(x));
        expect(Math.abs(hostValues(slopes.mean)[i] / slope - 1)).toBeLessThan(1e-12);
        expect(Math.abs(hostValues(slopes.eccentricity)[i] / (slope * Math.sin(x)) - 1)).toBeLessThan(1e-12);
      }
    }),
  );

  it("of x ↦ a x + b is (I − a)⁻¹ b, with slopes (I − a)⁻ᵀ", () =>
    exactly(() => {
      const a = fromHost([0.2, 0.5, -0.4, 0.3, 0.1, 0.6, -0.1, 0.2, 0.5], [3, 3]);
      const b = fromHost([1, -2, 0.5], [3, 1]);
      const still = tf.eye(3).sub(a);
      const find = (at: Tensor): Tensor =>
        fixedPoint({ step: (x, c: Tensor) => tf.matMul(a, x).add(c) }, at, tf.zeros([3, 1]));
      const weights = fromHost([1, 2, 3], [3, 1]);
      const slopes = gradient((at: Tensor) => find(at).mul(weights).sum() as Scalar)(b).gradient;
      const wanted = tf.matMul(inverse(still), weights, true, false);
      for (const [got, want] of [
        [find(b), solve(still, b)],
        [slopes, wanted],
      ] as const)
        for (const [i, x] of hostValues(got).entries()) expect(x).toBeCloseTo(hostValues(want)[i], 12);
    }));

  it("is found compiled as op by op, with its slopes", () => {
    const fellBack: string[] = [];
    const engine = compiledEngine("f64", { warn: (message) => fellBack.push(message) });
    for (const parts of [kepler, withPull]) {
      const f = (at: Orbit): unknown => [
        anomaly(parts, at),
        gradient((o: Orbit) => anomaly(parts, o).square().sum() as Scalar)(at).gradient,
      ];
      const at = inDouble(orbit);
      const compiled = engine.compile(f)(at) as readonly [Tensor, Orbit];
      const [value, slopes] = compiled;
      exactly(() => {
        const [wanted, wantedSlopes] = f(at) as readonly [Tensor, Orbit];
        for (const [got, want] of [
          [value, wanted],
          [slopes.mean, wantedSlopes.mean],
          [slopes.eccentricity, wantedSlopes.eccentricity],
        ])
          for (const [i, x] of hostValues(got).entries()) expect(x).toBeCloseTo(hostValues(want)[i], 12);
      });
      disposeTree([at, compiled]);
    }
    expect(fellBack).toEqual([]);
  });

  it("settles in single precision, and stops where it is told to", () => {
    inPrecision("f32", () =>
      tf.tidy(() => {
        const [x] = hostValues(fixedPoint({ step: (at) => at.cos() }, {}, tf.scalar(0)));
        expect(Math.abs(x - 0.73908513)).toBeLessThan(3e-6);
      }),
    );
    exactly(() => {
      // Twice in the loop, once for the gradient: cos cos cos 0.
      const [x] = hostValues(fixedPoint({ step: (at) => at.cos(), most: 2 }, {}, tf.scalar(0)));
      expect(x).toBe(Math.cos(Math.cos(Math.cos(0))));
      expect(() => fixedPoint({ step: (at) => at.cos(), most: 0 }, {}, tf.scalar(0))).toThrow(/most/);
    });
  });
});
