import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../../src/core/tensor.ts";
import { trace } from "../../src/engine/trace/trace.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { map } from "../../src/ops/map.ts";
import { normal, splitMany } from "../../src/ops/random.ts";
import { scan } from "../../src/ops/scan.ts";
import { eagerly, int, real, wave } from "../engine/trace/both.ts";
import { distance, ways } from "./regions.ts";

/** A few roundings, summed over the turns. */
const few = 1e-13;

/** An AR(1) filter with its log density; `a` is closed over. */
const filter = (a: Tensor, xs: Tensor): { last: Tensor; total: Tensor } => {
  const [state, { density }] = scan(
    ({ mean, count }: { mean: Tensor; count: Tensor }, x: Tensor) => {
      const next = mean.mul(a).add(x.mul(0.5));
      return [{ count: count.add(tf.scalar(1, "int32")), mean: next }, { density: x.sub(next).square() }] as const;
    },
    { mean: tf.scalar(0.2), count: tf.scalar(0, "int32") },
    xs,
  );
  return { last: state.mean.mul(state.count.cast("float32")), total: density.sum() };
};

const unrolled = (a: Tensor, xs: Tensor): { last: Tensor; total: Tensor } => {
  let mean: Tensor = tf.scalar(0.2);
  const terms = Array.from({ length: xs.shape[0] }, (_, i) => {
    const x = xs.slice(i, 1).reshape([]);
    mean = mean.mul(a).add(x.mul(0.5));
    return x.sub(mean).square();
  });
  return { last: mean.mul(xs.shape[0]), total: tf.addN(terms) };
};

const scalarOf = (f: typeof filter) => (z: { a: Tensor; xs: Tensor }) => {
  const { last, total } = f(z.a, z.xs);
  return last.sin().add(total) as Scalar;
};

describe.each(ways)("scan, %s", (_, run) => {
  const inputs = [real([], [0.7]), wave(6)];

  it("is the fold written out", () => {
    expect(
      distance(
        run(([a, xs]) => filter(a, xs), inputs),
        eagerly(([a, xs]) => unrolled(a, xs), inputs),
      ),
    ).toBeLessThan(few);
  });

  it("has its gradient, in what is folded and what is closed over", () => {
    const slope =
      (f: typeof filter) =>
      ([a, xs]: Tensor[]) =>
        gradient(scalarOf(f))({ a, xs }).gradient;
    expect(distance(run(slope(filter), inputs), eagerly(slope(unrolled), inputs))).toBeLessThan(few);
  });

  it("has a second gradient", () => {
    const twice =
      (f: typeof filter) =>
      ([a, xs]: Tensor[]) =>
        gradient((z: { a: Tensor; xs: Tensor }) => {
          const { a: first, xs: rest } = gradient(scalarOf(f))(z).gradient;
          return first.add(rest.square().sum()) as Scalar;
        })({ a, xs }).gradient;
    expect(distance(run(twice(filter), inputs), eagerly(twice(unrolled), inputs))).toBeLessThan(few);
  });

  it("gives trees of sequences, of one turn too", () => {
    const f = ([x]: Tensor[]): unknown =>
      scan(
        (state: readonly Tensor[], { x: one }: { x: Tensor }) =>
          [[state[0].add(one)], { a: state[0], b: [one, one.mul(2)] }] as const,
        [tf.zeros([2])],
        { x },
      );
    for (const length of [1, 3]) {
      const [x] = [wave(length, 2)];
      const [last, a, b, c] = run(f, [x]);
      expect([last.shape, a.shape, b.shape, c.shape]).toEqual([[2], [length, 2], [length, 2], [length, 2]]);
      expect(b.values).toEqual([...x.values]);
      expect(a.values.slice(0, 2)).toEqual([0, 0]);
    }
  });

  it("takes keys as elements, and goes over draws", () => {
    const walk = ([key]: Tensor[]): unknown =>
      scan(
        (at: Tensor, k: Tensor) => [at.add(normal(k as never)), at] as const,
        tf.scalar(0),
        splitMany(key as never, 4),
      );
    const key = int([2], [3, 4]);
    expect(distance(run(walk, [key]), eagerly(walk, [key]))).toBeLessThan(few);
    const many = ([a, xs]: Tensor[]): Tensor =>
      gradient((z: Tensor) => map((one: Tensor) => filter(one, xs).total, z).sum() as Scalar)(a).gradient;
    const draws = [real([3], [0.1, 0.5, 0.9]), wave(5)];
    expect(distance(run(many, draws), eagerly(many, draws))).toBeLessThan(few);
  });

  it("names the tensor that changes", () => {
    const bad = (f: (state: { m: Tensor; k: Tensor }, x: Tensor) => readonly [unknown, unknown]) => () =>
      run(([x]) => scan(f as never, { m: tf.scalar(0), k: tf.scalar(0, "int32") }, x), [wave(2)]);
    expect(bad(({ k }, x) => [{ m: x.expandDims(0), k }, x])).toThrow(
      'scan: state "m": expected float32 of shape a scalar as before, got float32 of shape [1]',
    );
    expect(bad(({ m }, x) => [{ m, k: m }, x])).toThrow('scan: state "k": expected int32');
    expect(bad(({ m }, x) => [{ m }, x])).toThrow('scan: state "k" is missing');
    expect(bad(({ m, k }, x) => [{ m, k, n: m }, x])).toThrow('scan: state "n" is new: expected the tensors m, k');
    expect(() => run(([x]) => scan((s: Tensor, y: Tensor) => [s, y] as const, x, [] as never), [wave(2)])).toThrow(
      "scan: expected tensors with one leading length above 0",
    );
  });
});

describe("scan, traced", () => {
  it("is one node, however long, and what does not change stays outside", () => {
    const sizes = [3, 300].map((length) => {
      const { graph } = trace(
        "f64",
        [
          { type: "real", shape: [] },
          { type: "real", shape: [length] },
        ],
        ([a, xs]) => scan((s: Tensor, x: Tensor) => [s.mul(a.exp()).add(x), []] as const, tf.scalar(0), xs)[0],
      );
      const node = graph.outputs[0].inputs[0];
      expect(node.op).toBe("scan");
      return (node as typeof node & { attributes: { body: { inputs: unknown[] } } }).attributes.body.inputs.length;
    });
    expect(sizes).toEqual([3, 3]);
  });
});
