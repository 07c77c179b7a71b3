import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { type Increasing, increasingRoot, type RootOptions } from "../../src/ops/root.ts";
import { softplus } from "../../src/ops/special.ts";
import { differences } from "./accuracy.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

/** Functions that make trouble for Newton's method, each its own way: roots at which to look for them. */
const functions: Readonly<Record<string, { readonly f: Increasing; readonly roots: readonly number[] }>> = {
  "a line": {
    f: (x) => ({ value: x.mul(3).sub(1), logDet: tf.fill(x.shape, Math.log(3)) }),
    roots: [0, 1, -7, 1e3, -1e6, 1e-9],
  },
  "a steep line": {
    f: (x) => ({ value: x.mul(1e8), logDet: tf.fill(x.shape, Math.log(1e8)) }),
    roots: [0, 0.3, -40, 1e5],
  },
  "a flat line": {
    f: (x) => ({ value: x.mul(1e-8), logDet: tf.fill(x.shape, Math.log(1e-8)) }),
    roots: [0, 0.3, -40, 1e5],
  },
  "an exponential on a line, whose steps are of 1 on one side": {
    f: (x) => ({ value: x.add(x.exp()), logDet: softplus(x) }),
    roots: [0, 1, 5, 20, 300, -1, -1000],
  },
  "a hyperbolic sine, which overflows": {
    f: (x) => ({
      value: x.exp().sub(x.neg().exp()).div(2),
      logDet: x
        .abs()
        .add(tf.log1p(x.abs().mul(-2).exp()))
        .sub(Math.log(2)),
    }),
    roots: [0, 0.1, -3, 50, -400],
  },
  "a staircase": {
    f: (x) => ({
      value: x.add(
        x
          .mul(2 * Math.PI)
          .sin()
          .mul(0.999 / (2 * Math.PI)),
      ),
      logDet: x
        .mul(2 * Math.PI)
        .cos()
        .mul(0.999)
        .add(1)
        .log(),
    }),
    roots: [0, 0.2, 0.7, 3.3, -17.9, 1000.1],
  },
  "a cliff": {
    f: (x) => ({
      value: x.mul(0.01).add(x.sub(2).mul(1e4).tanh()),
      logDet: tf.log(tf.scalar(0.01).add(x.sub(2).mul(1e4).tanh().square().neg().add(1).mul(1e4))),
    }),
    roots: [0, 1.9, 2, 2.00001, 2.1, -300, 55],
  },
  "a cube with a little slope": {
    f: (x) => ({ value: x.pow(3).add(x.mul(1e-6)), logDet: x.square().mul(3).add(1e-6).log() }),
    roots: [1e-4, 0.01, 2, -50, 1e4],
  },
};

const rootsOf = (f: Increasing, roots: readonly number[], options?: RootOptions): Float64Array =>
  hostValues(increasingRoot(f, f(fromHost(roots, [roots.length])).value, options));

/** f, and how often it was called. */
const counted = (f: Increasing): { readonly f: Increasing; readonly calls: () => number } => {
  let calls = 0;
  return {
    f: (x) => {
      calls++;
      return f(x);
    },
    calls: () => calls,
  };
};

const distance = (got: ArrayLike<number>, want: readonly number[]): number =>
  Math.max(...want.map((x, i) => Math.abs(got[i] - x) / (1 + Math.abs(x))));

const table = Object.entries(functions);

describe("the root of an increasing function", () => {
  it.each(table)("%s: comes to rounding, in few evaluations", (_, { f, roots }) =>
    exactly(() => {
      for (const root of roots) {
        const { f: watched, calls } = counted(f);
        const y = f(fromHost([root], [1])).value;
        const found = increasingRoot(watched, y);
        expect(calls(), `evaluations for ${root}`).toBeLessThanOrEqual(26);
        // As near as rounding of the value lets it come: 4 ulp of y over the slope.
        const { logDet } = f(found);
        const rounding = 4 * 2.3e-16 * Math.abs(hostValues(y)[0]) * Math.exp(-hostValues(logDet)[0]);
        expect(distance(hostValues(found), [root])).toBeLessThan(2e-15 + rounding);
      }
    }),
  );

  it.each(table)("%s: finds roots near and far at once, as each by itself", (_, { f, roots }) =>
    exactly(() => {
      const alone = roots.map((root) => rootsOf(f, [root])[0]);
      expect(distance(rootsOf(f, roots), alone)).toBeLessThan(4e-15);
    }),
  );

  it.each(table)("%s: in single precision, to that", (_, { f, roots }) =>
    tf.tidy(() => {
      const near = roots.filter((root) => Math.abs(root) < 80);
      const found = rootsOf(f, near);
      // What comes out of f again is what went in, to rounding on both sides of the root.
      const y = hostValues(f(fromHost(near, [near.length])).value);
      const { value, logDet } = f(fromHost(found, [near.length]));
      const [values, slopes] = [hostValues(value), hostValues(logDet).map(Math.exp)];
      near.forEach((root, i) => {
        const rounding = 4e-7 * Math.abs(y[i]) + 2e-6 * (1 + Math.abs(root)) * slopes[i];
        expect(Math.abs(values[i] - y[i]), `at ${root}`).toBeLessThan(rounding + 1e-6);
      });
    }),
  );

  it("starts near where it is told", () =>
    exactly(() => {
      const { f } = functions["a staircase"];
      const { f: watched, calls } = counted(f);
      const y = f(fromHost([1e6 + 0.2], [1])).value;
      expect(distance(hostValues(increasingRoot(watched, y, { near: y })), [1e6 + 0.2])).toBeLessThan(1e-14);
      expect(calls()).toBeLessThan(12);
    }));

  it("gives NaN for NaN, at once, and leaves the others alone", () =>
    exactly(() => {
      const { f } = functions["a cube with a little slope"];
      const { f: watched, calls } = counted(f);
      const y = fromHost([Number.NaN, 8 + 2e-6, Number.NaN], [3]);
      expect([...hostValues(increasingRoot(watched, y))].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([
        Number.NaN,
        2,
        Number.NaN,
      ]);
      expect(calls()).toBeLessThan(15);
      expect(hostValues(increasingRoot(f, y, { near: y }))[1]).toBeCloseTo(2, 12);
    }));

  it("ends, whatever comes: values never reached, infinities, functions of NaN", () =>
    exactly(() => {
      const bounded: Increasing = (x) => ({ value: x.sigmoid(), logDet: softplus(x).add(softplus(x.neg())).neg() });
      const { f: watched, calls } = counted(bounded);
      hostValues(increasingRoot(watched, fromHost([2, -1, 0.5, Number.POSITIVE_INFINITY], [4])));
      expect(calls()).toBeLessThanOrEqual(201);
      const lost: Increasing = (x) => ({ value: x.mul(Number.NaN), logDet: x.mul(Number.NaN) });
      expect([...rootsOf(lost, [1, 2])]).toEqual([Number.NaN, Number.NaN]);
      expect(rootsOf(bounded, [0.25], { most: 1 })).toHaveLength(1);
    }));

  it("finds roots of a function that is NaN far out", () =>
    exactly(() => {
      const narrow: Increasing = (x) => ({
        value: tf.where(x.abs().greater(9), Number.NaN, x),
        logDet: tf.zerosLike(x),
      });
      const roots = [8.5, -8.9, 3];
      expect(distance(hostValues(increasingRoot(narrow, fromHost(roots, [3]))), roots)).toBeLessThan(1e-14);
    }));

  it("has the implicit gradient, to y and to what the function is made of", () =>
    exactly(() => {
      const at = (p: Tensor): Scalar => {
        const [a, b, y] = [0, 1, 2].map((i) => p.slice([i], [1]));
        const f: Increasing = (x) => {
          const bent = a.mul(x).exp();
          return { value: bent.mul(b).add(x), logDet: bent.mul(b).mul(a).add(1).log() };
        };
        return increasingRoot(f, y).sum() as Scalar;
      };
      const p = [0.7, 1.3, 4];
      const got = hostValues(gradient(at)(fromHost(p, [3])).gradient);
      const want = differences((z) => tf.tidy(() => hostValues(at(fromHost(z, [3])))[0]), p, 1e-3);
      expect(distance(got, [...want])).toBeLessThan(1e-9);
    }));

  it.each(["f64", "f32"] as const)("compiled, %s: the same roots and slopes as op by op", (precision) => {
    const program = (y: Tensor): Tensor[] =>
      table.flatMap(([, { f }]) => {
        const total = (z: Tensor): Scalar => increasingRoot(f, z).sum() as Scalar;
        return [increasingRoot(f, y), gradient(total)(y).gradient];
      });
    const fellBack: string[] = [];
    const run = (engine: ReturnType<typeof eagerEngine>): number[][] => {
      const y = engine.tensor([0.3, -2, 11, Number.NaN], [4]);
      const made = engine.compile(program)(y);
      const numbers = made.map((tensor) => [...hostValues(tensor)]);
      disposeTree([made, y]);
      return numbers;
    };
    const compiled = run(compiledEngine(precision, { warn: (message) => fellBack.push(message) }));
    const eager = run(eagerEngine(precision));
    expect(fellBack).toEqual([]);
    const limit = precision === "f64" ? 1e-12 : 2e-4;
    for (const i of range(compiled.length)) {
      if (i % 2 === 0) expect([compiled[i][3], eager[i][3]]).toEqual([Number.NaN, Number.NaN]);
      expect(distance(compiled[i].slice(0, 3), eager[i].slice(0, 3)), `output ${i}`).toBeLessThan(limit);
    }
  });

  it("says what is wrong with its options", () => {
    const { f } = functions["a line"];
    expect(() => increasingRoot(f, tf.scalar(0), { most: 0 })).toThrow("increasingRoot: most");
    expect(() => increasingRoot(f, tf.scalar(0), { width: 0 })).toThrow("increasingRoot: width");
  });
});

it("takes for a batch about as many evaluations as for its slowest root: those that have settled stay", () =>
  exactly(() => {
    const evaluations = (y: readonly number[]): number => {
      let count = 0;
      const f: Increasing = (x) => {
        count++;
        const bend = x.mul(3).tanh();
        return { value: bend.mul(0.7).add(x.mul(0.3)), logDet: bend.square().neg().add(1).mul(2.1).add(0.3).log() };
      };
      increasingRoot(f, fromHost(y, [y.length]));
      return count;
    };
    const all = range(100).map((i) => (i - 50) * 0.071);
    const slowest = Math.max(...all.map((y) => evaluations([y])));
    expect(evaluations(all)).toBeLessThanOrEqual(slowest + 1);
  }));
