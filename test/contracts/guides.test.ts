import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Density, Sampler } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar } from "../../src/core/tensor.ts";
import { leaves, mapTree, paths, rebuild } from "../../src/core/tree.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal } from "../../src/ops/random.ts";
import { farFromStart, guideFor, guides, type Row } from "../guides/table.ts";
import { differences } from "../ops/accuracy.ts";
import { mostZ } from "../ops/statistics.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const guideAt = (row: Row, size: number, seed = 1): Sampler =>
  guideFor(row, size).at(farFromStart(row, size, seed)) as Sampler;
const densityAt = (row: Row, size: number, seed = 1): Density => guideAt(row, size, seed) as Density;

const near = (got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < got.length; i++)
    expect(Math.abs(got[i] - want[i]) / Math.max(1, Math.abs(want[i])), `element ${i}`).toBeLessThan(tolerance);
};

/** D (I + Q (L Lᵀ − I) Qᵀ) D, the basis made orthonormal by Gram and Schmidt. */
const spikedMoments = (
  host: Readonly<Record<string, readonly number[]>>,
  size: number,
): { mean: number[]; covariance: number[][] } => {
  const part = (name: string): readonly number[] =>
    Object.entries(host).find(([path]) => path.endsWith(name))?.[1] ?? [];
  const rank = part("basis").length / size;
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const basis: number[][] = [];
  for (const k of range(rank)) {
    const rest = basis.reduce(
      (column, q) => {
        const along = dot(q, column);
        return column.map((x, i) => x - along * q[i]);
      },
      range(size).map((i) => part("basis")[i * rank + k]),
    );
    basis.push(rest.map((x) => x / Math.sqrt(dot(rest, rest))));
  }
  const l = (i: number, k: number): number => (k <= i ? part("inner")[i * rank + k] : 0);
  const bent = (a: number, b: number): number =>
    range(rank).reduce((sum, k) => sum + l(a, k) * l(b, k), 0) - (a === b ? 1 : 0);
  const covariance = range(size).map((i) =>
    range(size).map((j) => {
      const more = range(rank).flatMap((a) => range(rank).map((b) => basis[a][i] * bent(a, b) * basis[b][j]));
      const scales = Math.exp(part("logScale")[i] + part("logScale")[j]);
      return scales * more.reduce((sum, x) => sum + x, i === j ? 1 : 0);
    }),
  );
  return { mean: [...part("loc")], covariance };
};

/** The mean and the covariance that parameters stand for, written out from the definitions. */
const momentsOf = (name: string, params: unknown, size: number): { mean: number[]; covariance: number[][] } => {
  const host = Object.fromEntries(paths(params).map((path, i) => [path, [...hostValues(leaves(params)[i])]]));
  const product = (l: (i: number, k: number) => number, columns: number, extra: (i: number) => number): number[][] =>
    range(size).map((i) =>
      range(size).map((j) => range(columns).reduce((sum, k) => sum + l(i, k) * l(j, k), 0) + (i === j ? extra(i) : 0)),
    );
  const scale = (i: number): number => Math.exp((host.logScale ?? host.logDiagonal)[i]);
  if (name === "mean-field")
    return {
      mean: host.loc,
      covariance: product(
        () => 0,
        0,
        (i) => scale(i) ** 2,
      ),
    };
  if (name === "full-rank") {
    const l = (i: number, k: number): number =>
      scale(i) * (i === k ? 1 : k < i ? host.below[i * size + k] / Math.sqrt(size) : 0);
    return { mean: host.loc, covariance: product(l, size, () => 0) };
  }
  if (name === "laplace")
    return {
      mean: host.loc,
      covariance: product(
        (i, k) => (k <= i ? host.factor[i * size + k] : 0),
        size,
        () => 0,
      ),
    };
  if (name.startsWith("pathfinder")) return spikedMoments(host, size);
  const rank = host.factor.length / size;
  const l = (i: number, k: number): number => scale(i) * host.factor[i * rank + k];
  return { mean: host.loc, covariance: product(l, rank, (i) => scale(i) ** 2) };
};

describe.each(Object.entries(guides))("%s", (name, row) => {
  it.each(row.sizes)("draws any batch, size %i", (size) =>
    exactly(() => {
      for (const batch of [[], [3], [2, 3]]) {
        const { value, logQ } = guideAt(row, size).draw(key(hostKey(5)), batch);
        expect(value.shape).toEqual([...batch, size]);
        expect(logQ.shape).toEqual(batch);
        expect([...hostValues(value), ...hostValues(logQ)].every(Number.isFinite)).toBe(true);
        if (row.density) expect(densityAt(row, size).logProb(value).shape).toEqual(batch);
      }
      const { value } = guideAt(row, size).draw(key(hostKey(5)));
      expect(value.shape).toEqual([size]);
    }),
  );

  it.each(row.sizes)("draws the same from the same key and other draws from another, size %i", (size) =>
    exactly(() => {
      const draw = (seed: number): number[] => [...hostValues(guideAt(row, size).draw(key(hostKey(seed)), [4]).value)];
      expect(draw(1)).toEqual(draw(1));
      expect(new Set([...draw(1), ...draw(2)]).size).toBe(8 * size);
    }),
  );

  it.each(row.implicit ? [] : row.sizes)("has right slopes in every parameter, size %i", (size) =>
    exactly(() => {
      const guide = guideFor(row, size);
      const params = farFromStart(row, size);
      const weights = normal(key(hostKey(6)), [3, size]);
      const total = (at: unknown): Scalar => {
        const { value, logQ } = (guide.at(at) as Sampler).draw(key(hostKey(7)), [3]);
        return value
          .mul(weights)
          .sum()
          .add(logQ.mul(fromHost([1, -0.5, 2], [3])).sum()) as Scalar;
      };
      const slopes = leaves(gradient(total)(params).gradient);
      expect(slopes.map((slope) => slope.shape)).toEqual(leaves(params).map((leaf) => leaf.shape));
      for (const [i, path] of paths(params).entries())
        for (const seed of [1, 2]) {
          const direction = normal(key(hostKey(10 * i + seed)), leaves(params)[i].shape);
          const along = (t: number): number =>
            tf.tidy(() => {
              const shifted = mapTree(params, (leaf, j) => (j === i ? leaf.add(direction.mul(t)) : leaf));
              return hostValues(total(shifted))[0];
            });
          const want = differences(([t]) => along(t - 1), [1], 1e-3)[0];
          const got = hostValues(slopes[i].mul(direction).sum())[0];
          if (row.fixed?.includes(path)) {
            expect(Math.abs(want), path).toBeGreaterThan(0);
            expect(got, path).toBe(0);
            continue;
          }
          expect(Math.abs(got - want) / Math.max(1, Math.abs(want)), path).toBeLessThan(2e-8);
        }
    }),
  );

  it("has finite slopes in single precision at the start", () =>
    tf.tidy(() => {
      const guide = guideFor(row, 5);
      const total = (at: unknown): Scalar => {
        const { value, logQ } = (guide.at(at) as Sampler).draw(key(hostKey(7)), [3]);
        return value.square().sum().add(logQ.sum()) as Scalar;
      };
      const { value, gradient: slopes } = gradient(total)(guide.init(key(hostKey(1))));
      expect([value, ...leaves(slopes)].flatMap((x) => [...hostValues(x)]).every(Number.isFinite)).toBe(true);
    }));

  it("starts alike from the same key, and in plain data that can be rebuilt", () =>
    exactly(() => {
      const guide = guideFor(row, 5);
      const start = guide.init(key(hostKey(1)));
      const copy = rebuild(
        start,
        leaves(start).map((leaf) => fromHost(hostValues(leaf), leaf.shape)),
      );
      const draw = (params: unknown): number[] => [
        ...hostValues((guide.at(params) as Sampler).draw(key(hostKey(3))).value),
      ];
      expect(draw(copy)).toEqual(draw(start));
      expect(draw(guide.init(key(hostKey(1))))).toEqual(draw(start));
    }));

  if (row.density) {
    it.each(row.sizes)("gives the density of its draws, size %i", (size) =>
      exactly(() => {
        for (const seed of [1, 2, 3])
          for (const batch of [[], [7], [2, 3]]) {
            const guide = densityAt(row, size, seed);
            const { value, logQ } = guide.draw(key(hostKey(8)), batch);
            near(hostValues(logQ), hostValues(guide.logProb(value)), 1e-10);
          }
      }),
    );
  } else
    it("has no density to ask for", () =>
      exactly(() => {
        expect("logProb" in guideAt(row, 2)).toBe(false);
      }));

  if (row.gaussian) {
    it.each(row.sizes)("has the mean and covariance of its parameters, size %i", (size) =>
      exactly(() => {
        const count = 20_000;
        const params = farFromStart(row, size);
        const { mean, covariance } = momentsOf(name, params, size);
        const draws = hostValues((guideFor(row, size).at(params) as Sampler).draw(key(hostKey(9)), [count]).value);
        const about = (n: number, i: number): number => draws[n * size + i] - mean[i];
        for (const i of range(size)) {
          const average = range(count).reduce((sum, n) => sum + about(n, i), 0) / count;
          expect(Math.abs(average) / Math.sqrt(covariance[i][i] / count)).toBeLessThan(mostZ);
          for (const j of range(i + 1)) {
            const product = range(count).reduce((sum, n) => sum + about(n, i) * about(n, j), 0) / count;
            // The variance of a product of two normals about their means: Isserlis 1918.
            const error = Math.sqrt((covariance[i][i] * covariance[j][j] + covariance[i][j] ** 2) / count);
            expect(Math.abs(product - covariance[i][j]) / error).toBeLessThan(mostZ);
          }
        }
      }),
    );

    it.each(row.sizes.filter((size) => size <= 2))("integrates to 1, size %i", (size) =>
      exactly(() => {
        const params = farFromStart(row, size);
        const { mean, covariance } = momentsOf(name, params, size);
        const reach = range(size).map((i) => 9 * Math.sqrt(covariance[i][i]));
        const points = size === 1 ? 401 : 301;
        const axis = (i: number): number[] =>
          range(points).map((n) => mean[i] + reach[i] * ((2 * n) / (points - 1) - 1));
        const grid = size === 1 ? axis(0) : axis(0).flatMap((x) => axis(1).flatMap((y) => [x, y]));
        const z = fromHost(grid, [points ** size, size]);
        const cell = reach.reduce((area, r) => (area * 2 * r) / (points - 1), 1);
        const whole = hostValues(densityAt(row, size).logProb(z).exp().sum())[0] * cell;
        expect(Math.abs(whole - 1)).toBeLessThan(1e-9);
      }),
    );
  } else if (!row.auxiliary)
    it("gives a density of its draws that integrates to 1 in one dimension", () =>
      exactly(() => {
        for (const seed of [1, 2, 3]) {
          const { value, logQ } = guideAt(row, 1, seed).draw(key(hostKey(11)), [20_000]);
          const [z, density] = [hostValues(value), hostValues(logQ).map(Math.exp)];
          const order = range(z.length).sort((a, b) => z[a] - z[b]);
          const area = order
            .slice(1)
            .reduce((sum, n, i) => sum + ((z[n] - z[order[i]]) * (density[n] + density[order[i]])) / 2, 0);
          // The draws leave out about 1 / 20,000 of the mass on either side, give or take as much.
          expect(Math.abs(area - 1), `seed ${seed}`).toBeLessThan(1e-3);
        }
      }));
});
