/** The worked examples of lecture notes on normalising flows, with the answers they give. */
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import { diagonalLinear } from "../../src/transforms/linear/diagonal.ts";
import { linearMap } from "../../src/transforms/linear/linear.ts";
import { unitTriangularLinear } from "../../src/transforms/linear/triangular.ts";
import { planarMap } from "../../src/transforms/planar.ts";
import type { Bijection } from "../../src/transforms/transform.ts";
import { jacobianOf, logAbsDet } from "./jacobian.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const vector = (values: readonly number[]): Tensor => fromHost(values, [values.length]);

/** log p of what a map takes to standard normal noise: log p(f(x)) + log |det|. */
const logDensity = (map: Bijection, x: readonly number[]): number => {
  const { value, logDet } = map.forward(vector(x));
  return hostValues(standardLogProb(value).add(logDet))[0];
};

describe("z = 0.5 x − 2.5", () => {
  const map = (): Bijection => linearMap(diagonalLinear({ logScale: vector([Math.log(0.5)]) }), vector([-2.5]));

  it("has |det| 1/2 and takes N(5, 2) to N(0, 1)", () =>
    exactly(() => {
      for (const x of [-1, 3, 5, 7.5, 12]) {
        const { value, logDet } = map().forward(vector([x]));
        expect(hostValues(value)[0]).toBeCloseTo(0.5 * x - 2.5, 14);
        expect(hostValues(logDet)[0]).toBeCloseTo(Math.log(0.5), 15);
        const want = -((x - 5) ** 2) / (2 * 2 ** 2) - Math.log(2 * Math.sqrt(2 * Math.PI));
        expect(logDensity(map(), [x])).toBeCloseTo(want, 13);
      }
    }));
});

describe("z = (ln x₁, x₂ − 2 ln x₁)", () => {
  /** ln of the first coordinate, then a triangle: I + off/√2 has −2 below its diagonal. */
  const map = (): Bijection => {
    const shear = linearMap(unitTriangularLinear(fromHost([0, 0, -2 * Math.SQRT2, 0], [2, 2]), true));
    const logFirst = (x: Tensor): Tensor => {
      const [first, second] = tf.split(x, 2, -1);
      return tf.concat([first.log(), second], -1);
    };
    return {
      rank: 1,
      forward: (x) => {
        const { value, logDet } = shear.forward(logFirst(x));
        return { value, logDet: logDet.sub(x.slice([0], [1]).log().sum()) };
      },
      inverse: (y) => {
        const { value, logDet } = shear.inverse(y);
        const [first, second] = tf.split(value, 2, -1);
        return { value: tf.concat([first.exp(), second], -1), logDet: logDet.add(first.sum()) };
      },
      domain: (shape) => shape,
    };
  };

  it("has |det| 1/x₁ and the density of the notes", () =>
    exactly(() => {
      for (const [x1, x2] of [
        [0.2, -1],
        [1, 0],
        [1.7, 2.5],
        [4, -0.3],
      ]) {
        const { value, logDet } = map().forward(vector([x1, x2]));
        expect(hostValues(value)[0]).toBeCloseTo(Math.log(x1), 14);
        expect(hostValues(value)[1]).toBeCloseTo(x2 - 2 * Math.log(x1), 13);
        expect(hostValues(logDet)[0]).toBeCloseTo(-Math.log(x1), 14);
        expect(logAbsDet(jacobianOf(map(), [x1, x2], 1e-4))).toBeCloseTo(-Math.log(x1), 7);
        const want = -(Math.log(x1) ** 2 + (x2 - 2 * Math.log(x1)) ** 2) / 2 - Math.log(2 * Math.PI) - Math.log(x1);
        expect(logDensity(map(), [x1, x2])).toBeCloseTo(want, 12);
        const back = hostValues(map().inverse(value).value);
        expect([back[0] - x1, back[1] - x2].every((gap) => Math.abs(gap) < 1e-13)).toBe(true);
      }
    }));
});

describe("a planar step with w = (5, 0), û = (1, 0), b = 0", () => {
  /** The u that is moved to û = u + (m − wᵀu) w/‖w‖² = (1, 0): softplus(5 u₁ + ln(e − 1)) = 1 + wᵀû = 6. */
  const u = (Math.log(Math.expm1(6)) - Math.log(Math.E - 1)) / 5;
  const map = (): Bijection => planarMap({ w: vector([5, 0]), u: vector([u, 0]), b: tf.scalar(0) });

  it("is (z₁ + tanh 5z₁, z₂), with log |det| = ln(1 + 5 (1 − tanh² 5z₁))", () =>
    exactly(() => {
      for (const [z1, z2] of [
        [0, 0],
        [0.1, -2],
        [-0.3, 1],
        [0.02, 5],
        [2, 0.5],
      ]) {
        const { value, logDet } = map().forward(vector([z1, z2]));
        const bend = Math.tanh(5 * z1);
        expect(hostValues(value)[0]).toBeCloseTo(z1 + bend, 13);
        expect(hostValues(value)[1]).toBe(z2);
        expect(hostValues(logDet)[0]).toBeCloseTo(Math.log(1 + 5 * (1 - bend ** 2)), 13);
      }
    }));

  it("pushes a grid away from zero: none of its images lies nearer", () =>
    exactly(() => {
      const grid = range(81).map((i) => (i - 40) / 20);
      const moved = hostValues(
        map().forward(
          fromHost(
            grid.flatMap((z) => [z, 0]),
            [81, 2],
          ),
        ).value,
      );
      for (const [i, z] of grid.entries()) if (z !== 0) expect(Math.abs(moved[2 * i])).toBeGreaterThan(Math.abs(z));
    }));
});
