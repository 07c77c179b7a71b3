import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { leaves } from "../../src/core/tree.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { map } from "../../src/ops/map.ts";
import { key, normal, splitMany } from "../../src/ops/random.ts";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const values = (tree: unknown): number[][] => leaves(tree).map((leaf) => [...hostValues(leaf)]);

/** Inputs for `count` draws: a matrix, a vector and a scalar each. */
const inputs = (count: number) => ({
  a: normal(key(hostKey(1)), [count, 2, 2]),
  rest: [normal(key(hostKey(2)), [count, 2]), normal(key(hostKey(3)), [count])] as const,
});
const outer = (): Tensor => fromHost([0.5, -1.5], [2]);
const f =
  (shared: Tensor) =>
  ({ a, rest: [v, s] }: ReturnType<typeof inputs>) => ({
    product: tf.matMul(a, v.mul(shared).expandDims(1)).squeeze([1]).mul(s),
    more: [s.exp(), a.sum()],
  });
const draw = (xs: ReturnType<typeof inputs>, i: number): ReturnType<typeof inputs> => {
  const part = (x: Tensor): Tensor => x.gather(tf.scalar(i, "int32"));
  return { a: part(xs.a), rest: [part(xs.rest[0]), part(xs.rest[1])] };
};

describe("map", () => {
  it.each([1, 2, 7])("is a loop over %i draws, for trees of inputs and outputs", (count) =>
    exactly(() => {
      const xs = inputs(count);
      const all = map(f(outer()), xs);
      expect(leaves(all).map((x) => x.shape)).toEqual([[count, 2], [count], [count]]);
      const each = range(count).map((i) => values(f(outer())(draw(xs, i))));
      expect(values(all)).toEqual(range(3).map((leaf) => each.flatMap((row) => row[leaf])));
    }),
  );

  it.each([1, 4])("has the slopes of the loop, in its inputs and in what it closes over, %i draws", (count) =>
    exactly(() => {
      const total = (made: unknown): Scalar => tf.addN(leaves(made).map((x) => x.square().sum())) as Scalar;
      const at = { xs: inputs(count), shared: outer() };
      const mapped = gradient(({ xs, shared }: typeof at) => total(map(f(shared), xs)))(at);
      const looped = gradient(
        ({ xs, shared }: typeof at) => tf.addN(range(count).map((i) => total(f(shared)(draw(xs, i))))) as Scalar,
      )(at);
      for (const [got, want] of [
        [mapped.value, looped.value],
        [mapped.gradient, looped.gradient],
      ])
        values(got).forEach((row, leaf) => {
          row.forEach((v, i) => {
            expect(v, `leaf ${leaf}, ${i}`).toBeCloseTo(values(want)[leaf][i], 12);
          });
        });
    }),
  );

  it("hands each draw a key of its own", () =>
    exactly(() => {
      const keys = splitMany(key(hostKey(4)), 5);
      const noise = map((k: Tensor) => normal(k as never, [3]), keys);
      expect(noise.shape).toEqual([5, 3]);
      expect(new Set(hostValues(noise)).size).toBe(15);
      const slope = gradient((x: Tensor) => map((k: Tensor) => normal(k as never, []).mul(x), keys).sum() as Scalar);
      expect(slope(tf.scalar(2)).gradient.shape).toEqual([]);
    }));

  it("takes outputs that do not depend on the draw, and one map inside another", () =>
    exactly(() => {
      const constant = tf.scalar(4);
      expect(values(map(() => constant, tf.zeros([3])))).toEqual([[4, 4, 4]]);
      const x = fromHost([1, 2, 3, 4, 5, 6], [2, 3]);
      const squares = map((row: Tensor) => map((v: Tensor) => v.square(), row), x);
      expect([squares.shape, values(squares)]).toEqual([[2, 3], [[1, 4, 9, 16, 25, 36]]]);
    }));

  it("refuses inputs of different lengths, of none, and none at all", () =>
    exactly(() => {
      const first = ([x]: Tensor[]): Tensor => x;
      expect(() => map(first, [tf.zeros([3]), tf.zeros([4, 2])])).toThrow(
        "map: expected tensors with one leading length above 0, got [3], [4, 2]",
      );
      expect(() => map(first, [tf.zeros([0, 2])])).toThrow("got [0, 2]");
      expect(() => map(first, [tf.scalar(1)])).toThrow("got a scalar");
      expect(() => map(first, [])).toThrow("got none");
    }));
});
