import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { countUpTo, folded, orderOf } from "../../src/diagnostics/order.ts";
import { normalScores, scoresOf } from "../../src/diagnostics/ranks.ts";

const uniforms = (seed: number, count: number): Float64Array => {
  const next = hostUniforms(hostKey(seed));
  return new Float64Array(count).map(() => next());
};
const normals = (seed: number, count: number): Float64Array => uniforms(seed, count).map(normalQuantile);

const u = uniforms(1, 2000);
const cases: Readonly<Record<string, Float64Array>> = {
  normals: normals(2, 2000),
  "one value": Float64Array.of(3),
  none: new Float64Array(0),
  equal: new Float64Array(50).fill(-2.5),
  ties: normals(3, 1000).map((x) => Math.round(2 * x)),
  "a narrow range, told apart by low bits only": u.map((x) => 1e6 + 1e-6 * x),
  "a narrow negative range": u.map((x) => -1e6 - 1e-7 * x),
  "a narrow range and an outlier": u.map((x, i) => (i === 7 ? -5 : 1e6 + 1e-6 * x)),
  "all sizes": u.map((x, i) => (i % 2 ? -1 : 1) * 10 ** (600 * x - 300)),
  subnormal: u.map((x, i) => (i % 2 ? -1 : 1) * Math.floor(100 * x) * 5e-324),
  infinite: Float64Array.of(1, Number.NEGATIVE_INFINITY, -1, Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY),
  zeros: Float64Array.of(0, -0, 1, -0, 0, -1),
  descending: u.toSorted().reverse(),
};

describe("orderOf", () => {
  it.each(Object.entries(cases))("is the stable sort by comparison: %s", (_, values) => {
    const expected = [...values.keys()].sort((a, b) =>
      values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : a - b,
    );
    const { order, ascending } = orderOf(values);
    expect([...order]).toEqual(expected);
    expect([...ascending]).toEqual(expected.map((i) => values[i]));
  });
  it("puts NaN of either sign last, and reads views", () => {
    const words = new Uint32Array(10);
    const values = new Float64Array(words.buffer).subarray(1);
    values.set([2, Number.NaN, 1, 0]);
    words.set([0, 0xfff80000], 8);
    expect([...orderOf(values).order]).toEqual([2, 0, 1, 3]);
  });
});

it("countUpTo counts what is at most a level", () => {
  const values = Float64Array.of(-1, 0, 0, 2);
  expect([-2, -1, 0, 1, 2, 3].map((level) => countUpTo(values, level))).toEqual([0, 1, 3, 3, 4, 4]);
});

it.each([
  ["continuous", normals(4, 1001), 0.3],
  ["ties", normals(5, 1000).map(Math.round), 0],
  ["a centre beyond", normals(6, 100), 9],
  ["a centre below", normals(7, 100), -9],
] as const)("folded draws are the sorted distances: %s", (_, values, centre) => {
  const { order, ascending } = folded(orderOf(values), centre);
  const distances = values.map((x) => Math.abs(x - centre));
  expect([...ascending]).toEqual([...distances.toSorted()]);
  expect([...order.toSorted()]).toEqual([...values.keys()]);
  expect(Array.from(order, (i) => distances[i])).toEqual([...ascending]);
});

describe("normal scores", () => {
  /** Mean ranks by counting: 1 + #less + (#equal − 1)/2. */
  const plain = (values: Float64Array): Float64Array =>
    values.map((x) => {
      const less = values.filter((y) => y < x).length;
      const equal = values.filter((y) => y === x).length;
      return normalQuantile((less + (equal + 1) / 2 - 0.375) / (values.length + 0.25));
    });
  it.each(Object.entries({ normals: normals(8, 400), ties: normals(9, 400).map((x) => Math.round(3 * x)) }))(
    "are those of ranks by counting: %s",
    (_, values) => {
      const { bulk, fold } = scoresOf(orderOf(values), 2, normalScores(values.length));
      const sorted = values.toSorted();
      const centre = (sorted[199] + sorted[200]) / 2;
      const expected = [plain(values), plain(values.map((x) => Math.abs(x - centre)))];
      // Scores of opposite ranks are made from one another: 1 − p is rounded differently.
      for (const [k, got] of [bulk, fold].entries())
        for (const [i, score] of got.values.entries()) expect(Math.abs(score - expected[k][i])).toBeLessThan(2e-14);
    },
  );
});
