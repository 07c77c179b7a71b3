import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { map } from "../../src/ops/map.ts";
import { scan } from "../../src/ops/scan.ts";
import { exp } from "../../src/ops/special.ts";
import { withGradient } from "../../src/ops/withGradient.ts";
import { eagerly, int, real, traced, wave } from "../engine/trace/both.ts";
import { distance, ways } from "./regions.ts";

interface Pair {
  readonly a: Tensor;
  readonly b: readonly Tensor[];
}

/** a · exp(b), whose slope in b is told three times too large. */
const odd = withGradient(
  ({ a, b: [b] }: Pair) => a.mul(exp(b)),
  (g, { a, b: [b] }): Pair => ({ b: [g.mul(a).mul(exp(b)).mul(3)], a: g.mul(exp(b)) }),
);

const few = 1e-13;

/** 2 row, whose slope is told to be `scale`. */
const scaled = withGradient(
  ({ row }: { row: Tensor; scale: Tensor }) => row.mul(2),
  (g, { scale }) => ({ row: g.mul(scale), scale: tf.zerosLike(scale) }),
);

/** A gradient through a map and a scan, in which `own` is given something that changes. */
const inRegions = (x: Tensor, own: (row: Tensor, scale: Tensor) => Tensor): Tensor =>
  gradient((z: Tensor) => {
    const drawn = map((one: Tensor) => odd({ a: one, b: [one] }).add(own(one, one.sin())), z).sum();
    const [last] = scan(
      (state: Tensor, row: Tensor) => [own(row, state.cos()).add(state), []] as const,
      tf.scalar(0),
      z,
    );
    return drawn.add(last) as Scalar;
  })(x).gradient;

describe.each(ways)("withGradient, %s", (_, run) => {
  const inputs = [wave(3), wave(3)];
  const a = [...inputs[0].values];
  const b = [...inputs[1].values];
  const total = (x: Tensor, y: Tensor) => gradient((z: Pair) => odd(z).sum() as Scalar)({ a: x, b: [y] });

  it("has the value of the one and the gradient of the other", () => {
    const [value, inA, inB] = run(([x, y]) => total(x, y), inputs);
    expect(Math.abs(value.values[0] - a.reduce((sum, x, i) => sum + x * Math.exp(b[i]), 0))).toBeLessThan(few);
    for (let i = 0; i < 3; i++) {
      expect(Math.abs(inA.values[i] - Math.exp(b[i]))).toBeLessThan(few);
      expect(Math.abs(inB.values[i] - 3 * a[i] * Math.exp(b[i]))).toBeLessThan(few);
    }
  });

  it("can be differentiated again", () => {
    const second = ([x, y]: Tensor[]): Tensor =>
      gradient((z: Tensor) => total(x, z).gradient.b[0].sum() as Scalar)(y).gradient;
    const [got] = run(second, inputs);
    for (let i = 0; i < 3; i++) expect(Math.abs(got.values[i] - 3 * a[i] * Math.exp(b[i]))).toBeLessThan(few);
  });

  it("works over draws and in a scan", () => {
    const f = ([x, y]: Tensor[]): Tensor => inRegions(x.add(y), (row, scale) => scaled({ row, scale }));
    expect(distance(run(f, inputs), eagerly(f, inputs))).toBeLessThan(few);
  });

  it("may form its gradient by a gradient, and what stands beside it keeps its own", () => {
    const sine = withGradient(
      (x: Tensor) => x.sin(),
      (g, x) => gradient((z: Tensor) => z.sin().mul(g).sum() as Scalar)(x).gradient,
    );
    const f = ([x, y]: Tensor[]): Tensor =>
      gradient((z: Tensor) => sine(exp(z)).mul(exp(y)).sum() as Scalar)(x).gradient.add(x);
    const before = tf.memory().numTensors;
    const [got] = run(f, inputs);
    for (let i = 0; i < 3; i++) {
      const want = Math.cos(Math.exp(a[i])) * Math.exp(a[i]) * Math.exp(b[i]) + a[i];
      expect(Math.abs(got.values[i] - want)).toBeLessThan(few);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it("gives ints no gradient", () => {
    const pick = withGradient(
      ({ x, i }: { x: Tensor; i: Tensor }) => x.gather(i).sum(),
      (g, { x, i }) => ({ x: tf.onesLike(x).mul(g), i }),
    );
    const f = ([x, i]: Tensor[]): Tensor => gradient((z: Tensor) => pick({ x: z, i }) as Scalar)(x).gradient;
    expect(run(f, [wave(3), int([2], [0, 2])])[0].values).toEqual([1, 1, 1]);
  });

  it("names the gradient that does not fit", () => {
    const bad = withGradient(
      ({ x }: { x: Tensor }) => x.square(),
      (g) => ({ x: g.expandDims(0) }),
    );
    expect(() => run(([x]) => gradient((z: Tensor) => bad({ x: z }) as Scalar)(x).gradient, [real([], [1])])).toThrow(
      'withGradient: gradient "x": expected float32 of shape a scalar as before, got float32 of shape [1]',
    );
  });
});

describe("withGradient, traced", () => {
  it("may close over what changes in a region", () => {
    const closing = (row: Tensor, scale: Tensor): Tensor =>
      withGradient(
        (at: Tensor) => at.mul(2),
        (g) => g.mul(scale),
      )(row);
    const got = traced(([x]) => inRegions(x, closing), [wave(4)]);
    expect(
      distance(
        got,
        eagerly(([x]) => inRegions(x, (row, scale) => scaled({ row, scale })), [wave(4)]),
      ),
    ).toBeLessThan(few);
  });
});
