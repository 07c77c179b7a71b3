import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree, leaves } from "../../src/core/tree.ts";
import { gradient, gradientWith } from "../../src/ops/gradient.ts";
import { key, uniform } from "../../src/ops/random.ts";
import { exp, tanh } from "../../src/ops/special.ts";

let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors).toBe(before));

const values = (tree: unknown): number[][] => leaves(tree).map((leaf) => [...hostValues(leaf)]);
const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

describe("gradient", () => {
  it("has the form of its tree, zeros where nothing depends on a leaf", () =>
    exactly(() => {
      const at = { a: fromHost([1, 2], [2]), deep: [fromHost([3], []), { unused: fromHost([1, 1, 1], [3]) }] as const };
      const { value, gradient: slope } = gradient(({ a, deep: [s] }: typeof at) => a.square().sum().mul(s) as Scalar)(
        at,
      );
      expect(values([value, slope])).toEqual([[15], [6, 12], [5], [0, 0, 0]]);
      expect(slope.deep[1].unused.shape).toEqual([3]);
    }));

  it("of a constant is 0", () =>
    exactly(() => {
      const x = fromHost([1, 2], [2]);
      expect(values(gradient(() => tf.scalar(3))(x))).toEqual([[3], [0, 0]]);
    }));

  it("passes comparisons and choices by", () =>
    exactly(() => {
      const x = fromHost([-1, 2, 3], [3]);
      const relu = (at: Tensor): Scalar => {
        const chosen = tf.logicalAnd(at.greater(0), at.lessEqual(2).logicalNot().logicalOr(at.equal(2)));
        return tf.where(chosen, at.square(), at.mul(-1)).sum() as Scalar;
      };
      expect(values(gradient(relu)(x).gradient)).toEqual([[-1, 4, 6]]);
      const counted = (at: Tensor): Scalar => at.isNaN().logicalNot().cast("float32").mul(at).sum() as Scalar;
      expect(values(gradient(counted)(x).gradient)).toEqual([[1, 1, 1]]);
    }));

  it("takes keys among its inputs: they have no slope", () =>
    exactly(() => {
      const at = { x: tf.scalar(2), noise: key(hostKey(1)) };
      const { value, gradient: slope } = gradient(({ x, noise }: typeof at) => uniform(noise, []).mul(x) as Scalar)(at);
      expect(values(slope)).toEqual([[hostValues(value)[0] / 2], [0, 0]]);
    }));

  it("can be taken of a gradient", () =>
    exactly(() => {
      const first = (x: Tensor): Tensor => gradient((at: Tensor) => at.mul(exp(at)).sum() as Scalar)(x).gradient;
      const second = gradient((x: Tensor) => first(x).sum() as Scalar)(fromHost([0.3, -1], [2])).gradient;
      for (const [i, x] of [0.3, -1].entries()) expect(hostValues(second)[i]).toBeCloseTo((2 + x) * Math.exp(x), 14);
    }));

  it("takes what its function closes over for a constant, the very same tensor too", () =>
    exactly(() => {
      const x = tf.scalar(0.7);
      const inner = (at: Scalar): Tensor => gradient((y: Scalar) => tanh(y.mul(at)) as Scalar)(at).gradient;
      // ∂/∂y tanh(y x) at y = x, and d/dx of that: x sech²(x²).
      const sech2 = 1 - Math.tanh(0.49) ** 2;
      expect(hostValues(inner(x))[0]).toBeCloseTo(0.7 * sech2, 14);
      const second = hostValues(gradient((at: Scalar) => inner(at) as Scalar)(x).gradient)[0];
      expect(second).toBeCloseTo(sech2 * (1 - 4 * 0.49 * Math.tanh(0.49)), 14);
      const twice = { a: x, b: x };
      expect(values(gradient(({ a, b }: typeof twice) => a.square().mul(b) as Scalar)(twice).gradient)).toEqual(
        [[2 * 0.7 * 0.7], [0.7 ** 2]].map(([v]) => [expect.closeTo(v, 14)]),
      );
    }));

  it("refuses a function to anything but a scalar", () => {
    const x = tf.tensor1d([1, 2]);
    expect(() => gradient((at: Tensor) => at.square() as never)(x)).toThrow(
      "gradient: expected a function to a scalar, got one to [2]",
    );
    x.dispose();
  });

  it("of the identity is a value of its own", () => {
    const x = tf.scalar(3);
    const made = gradient((at: Scalar) => at)(x);
    expect(values([made.value, made.gradient])).toEqual([[3], [1]]);
    disposeTree(made);
    expect(values(x)).toEqual([[3]]);
    x.dispose();
  });
});

describe("gradientWith", () => {
  it("hands back what else the function makes, inputs and outer tensors among it, and nothing more", () => {
    const [x, outer] = [tf.scalar(3), tf.scalar(5)];
    const made = gradientWith((at: Scalar) => {
      const square = at.square();
      return [square.mul(outer) as Scalar, { square, same: at, outer, list: [square], n: 7 }] as const;
    })(x);
    expect(values([made.value, made.gradient, made.extra])).toEqual([[45], [30], [9], [3], [5], [9]]);
    expect(made.extra.n).toBe(7);
    expect(tf.memory().numTensors).toBe(before + 2 + 2 + 4);
    disposeTree([made.value, made.gradient, made.extra]);
    expect(values([x, outer])).toEqual([[3], [5]]);
    disposeTree([x, outer]);
  });

  it("leaves all to the scope around it", () =>
    tf.tidy(() => {
      const made = gradientWith((at: Scalar) => [at.exp().sin() as Scalar, at.exp()] as const)(tf.scalar(3));
      expect(values(made.extra)).toHaveLength(1);
    }));

  it("gives extras that a gradient around it goes through", () =>
    exactly(() => {
      const outerSlope = gradient((x: Scalar) => {
        const { extra } = gradientWith((y: Scalar) => [y.square() as Scalar, y.mul(y).mul(y)] as const)(x);
        return extra as Scalar;
      })(tf.scalar(2));
      expect(values(outerSlope.gradient)).toEqual([[12]]);
    }));

  it("leaves nothing behind where the function throws, at any depth", () => {
    const x = tf.scalar(2);
    const broken = (at: Scalar): Scalar => {
      at.square().mul(at).exp().mul(at);
      throw new Error("no");
    };
    expect(() => gradient(broken)(x)).toThrow("no");
    expect(() => gradient((at: Scalar) => gradient(broken)(at.square() as Scalar).gradient)(x)).toThrow("no");
    const caught = gradient((at: Scalar) => {
      expect(() => gradient(broken)(at)).toThrow("no");
      return at.square() as Scalar;
    })(x);
    expect(values(caught.gradient)).toEqual([[4]]);
    disposeTree([caught, x]);
  });
});
