import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { slope } from "../distributions/slopes.ts";
import { supports } from "../transforms/table.ts";

/** log |det| of a square matrix, by elimination with row pivots. */
const logAbsDet = (matrix: number[][]): number => {
  const a = matrix.map((row) => [...row]);
  let sum = 0;
  for (let j = 0; j < a.length; j++) {
    const pivot = a.reduce((best, row, i) => (i >= j && Math.abs(row[j]) > Math.abs(a[best][j]) ? i : best), j);
    [a[j], a[pivot]] = [a[pivot], a[j]];
    sum += Math.log(Math.abs(a[j][j]));
    for (let i = j + 1; i < a.length; i++) {
      const factor = a[i][j] / a[j][j];
      for (let k = j; k < a.length; k++) a[i][k] -= factor * a[j][k];
    }
  }
  return sum;
};

const near = (got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, label: string): void => {
  expect(got.length, label).toBe(expected.length);
  for (let i = 0; i < got.length; i++) {
    const error = Math.abs(got[i] - expected[i]);
    expect(error <= tolerance * Math.max(1, Math.abs(expected[i])), `${label}: ${got[i]} for ${expected[i]}`).toBe(
      true,
    );
  }
};

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

/** ½ log det JᵀJ: the log of the area, within the image, per volume before the map. */
const logArea = (jacobian: number[][]): number => {
  const columns = jacobian[0].map((_, j) => jacobian.map((row) => row[j]));
  const dot = (a: number[], b: number[]): number => a.reduce((sum, each, i) => sum + each * b[i], 0);
  return logAbsDet(columns.map((a) => columns.map((b) => dot(a, b)))) / 2;
};

describe.each(Object.entries(supports))("%s", (name, { make, points, sizes, shapes, coordinates, far, outside }) => {
  const shapeOf = (x: readonly number[]): readonly number[] => shapes?.[0] ?? (sizes || x.length > 1 ? [x.length] : []);
  const shapeAfter = (y: readonly number[]): readonly number[] => shapes?.[1] ?? shapeOf(y);
  const eventOf = (x: readonly number[]): Tensor => fromHost(x, shapeOf(x));

  it("inverts, each way with the other's log-determinant negated", () =>
    exactly(() => {
      for (const x of points) {
        const forward = make().forward(eventOf(x));
        const inverse = make().inverse(forward.value);
        near(hostValues(inverse.value), x, 1e-10, `${name} at ${x}`);
        near(hostValues(inverse.logDet), hostValues(forward.logDet.neg()), 1e-10, `${name}: log-det at ${x}`);
      }
    }));

  it("knows its Jacobian", () =>
    exactly(() => {
      for (const x of points.filter((point) => point.every((each) => Math.abs(each) < 30))) {
        const support = make();
        const coordinate = (at: readonly number[], i: number): number =>
          hostValues(support.forward(eventOf(at)).value)[i];
        const entries = Array.isArray(coordinates)
          ? coordinates
          : coordinates === "surface"
            ? [...hostValues(support.forward(eventOf(x)).value).keys()]
            : [...x.keys()];
        const jacobian = entries.map((i) =>
          x.map((_, j) =>
            slope(
              (v) =>
                coordinate(
                  x.map((u, k) => (k === j ? v : u)),
                  i,
                ),
              x[j],
              1e-3,
            ),
          ),
        );
        const expected =
          support.rank === 0
            ? jacobian.map((row, i) => Math.log(Math.abs(row[i])))
            : [(coordinates === "surface" ? logArea : logAbsDet)(jacobian)];
        // Differences of values of size v lose v · 1e-16 / step of a slope: compare where the slopes are of ordinary size.
        if (expected.some((each) => Math.abs(each) > 15)) continue;
        const got = hostValues(support.forward(eventOf(x)).logDet);
        const largest = Math.max(1, ...hostValues(support.forward(eventOf(x)).value).map(Math.abs));
        const smallest = Math.exp(Math.min(0, ...expected));
        near(got, expected, 1e-9 + (1e-12 * largest) / smallest, `${name} at ${x}`);
      }
    }));

  it("maps onto its set, and knows what lies outside", () =>
    exactly(() => {
      const support = make();
      for (const x of points)
        expect(hostValues(support.contains(support.forward(eventOf(x)).value)).every(Boolean), `${x}`).toBe(true);
      for (const y of outside)
        expect(hostValues(support.contains(fromHost(y, shapeAfter(y)))).some(Boolean), `${y}`).toBe(false);
    }));

  it("keeps shapes: an event's domain, batches in front", () =>
    exactly(() => {
      const support = make();
      const [x] = points;
      const event = hostValues(support.forward(eventOf(x)).value).length;
      const after = shapes?.[1] ?? (shapeOf(x).length === 0 ? [] : [event]);
      if (sizes) expect([x.length, event]).toEqual(sizes);
      expect(support.forward(eventOf(x)).value.shape).toEqual([...after]);
      expect(support.domain(after)).toEqual(shapeOf(x));
      expect(support.domain([5, ...after])).toEqual([5, ...shapeOf(x)]);
      const batch = tf.stack([eventOf(x), eventOf(x)]);
      const { value, logDet } = support.forward(batch);
      expect(value.shape).toEqual([2, ...after]);
      expect(logDet.shape).toEqual([2, ...after].slice(0, 1 + after.length - support.rank));
      expect(support.inverse(value).value.shape).toEqual(batch.shape);
      expect(support.contains(value).shape).toEqual(logDet.shape);
    }));

  it("has right first and second slopes", () =>
    exactly(() => {
      for (const x of points.filter((point) => point.every((each) => Math.abs(each) < 8))) {
        const at = (v: number, i: number): Tensor => eventOf(x.map((u, k) => (k === i ? v : u)));
        const total = (z: Tensor): Scalar => {
          const { value, logDet } = make().forward(z);
          return value.square().sum().add(logDet.sum()) as Scalar;
        };
        const first = (z: Tensor): Tensor => gradient(total)(z).gradient;
        const slopes = hostValues(first(eventOf(x)));
        for (const [i, own] of x.entries()) {
          const along = slope((v) => hostValues(total(at(v, i)))[0], own, 1e-3);
          near([slopes[i]], [along], 1e-8, `${name}: slope ${i} at ${x}`);
          const sum = (z: Tensor): Scalar => first(z).sum() as Scalar;
          const second = hostValues(gradient(sum)(eventOf(x)).gradient)[i];
          near(
            [second],
            [slope((v) => hostValues(sum(at(v, i)))[0], own, 1e-3)],
            1e-8,
            `${name}: second slope ${i} at ${x}`,
          );
        }
      }
    }));

  it("has slopes that are numbers, far out and in single precision", () =>
    tf.tidy(() => {
      for (const x of [-(far ?? 80), -20, 0, 20, far ?? 80]) {
        const at = eventOf(points[0].map(() => x));
        const total = (z: Tensor): Scalar => {
          const { value, logDet } = make().forward(z);
          return value.mul(1e-3).sum().add(logDet.sum()) as Scalar;
        };
        const { value, gradient: slopes } = gradient(total)(at);
        expect([...hostValues(value), ...hostValues(slopes)].every(Number.isFinite), `${name} at ${x}`).toBe(true);
      }
    }));

  it("stays finite and within its set 30 out in every direction", () =>
    exactly(() => {
      for (const sign of [() => 1, () => -1, (i: number) => (i % 2 ? 1 : -1), (i: number) => (i % 3 ? 1 : -1)]) {
        const at = eventOf(points[0].map((_, i) => 30 * sign(i)));
        const { value, logDet } = make().forward(at);
        const total = (z: Tensor): Scalar => {
          const mapped = make().forward(z);
          return mapped.value.atan().sum().add(mapped.logDet.sum()) as Scalar;
        };
        const numbers = [value, logDet, gradient(total)(at).gradient].flatMap((x) => [...hostValues(x)]);
        expect(numbers.every(Number.isFinite), `${name} at ${hostValues(at)}`).toBe(true);
        expect(hostValues(make().contains(value)).every(Boolean), `${name} at ${hostValues(at)}`).toBe(true);
      }
    }));
});
