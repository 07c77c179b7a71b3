import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, inPrecision, isDouble } from "../../src/core/double.ts";
import { asTensor, fromHost, hostValues } from "../../src/core/tensor.ts";
import { tidy } from "../../src/core/tidy.ts";

const value = (f: () => tf.Tensor): number => tf.tidy(() => hostValues(f())[0]);

describe("inDouble", () => {
  it("makes every literal a double", () => {
    inDouble(() => {
      expect(value(() => tf.scalar(0.1))).toBe(0.1);
      expect(value(() => tf.scalar(1).mul(0.1))).toBe(0.1);
      expect(value(() => tf.fill([2], 0.1))).toBe(0.1);
      expect(value(() => tf.tensor1d([0.1]))).toBe(0.1);
      expect(value(() => asTensor(0.1))).toBe(0.1);
      expect(value(() => fromHost([0.1], [1]))).toBe(0.1);
      expect(value(() => tf.scalar(2).sqrt())).toBe(Math.SQRT2);
    });
    expect(value(() => tf.scalar(0.1))).toBe(Math.fround(0.1));
  });

  it("hands on what is made, and puts things back after a throw", () => {
    expect(inDouble(() => isDouble())).toBe(true);
    expect(() =>
      inDouble(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(isDouble()).toBe(false);
  });

  it("nests with single precision, each inside the other", () => {
    inDouble(() => {
      expect(inPrecision("f32", isDouble)).toBe(false);
      expect(inPrecision("f32", () => inPrecision("f64", isDouble))).toBe(true);
      expect(() =>
        inPrecision("f32", () => {
          throw new Error("no");
        }),
      ).toThrow();
      expect(isDouble()).toBe(true);
    });
    expect(isDouble()).toBe(false);
  });
});

describe("tidy", () => {
  it("keeps the tensors of any result, and no other", () => {
    const before = tf.memory().numTensors;
    const made = tidy(() => ({ n: 3, deep: [tf.scalar(1).add(1)] }));
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(made.n).toBe(3);
    expect(made.deep[0].dataSync()[0]).toBe(2);
    made.deep[0].dispose();
    expect(tidy(() => undefined)).toBeUndefined();
    expect(() =>
      tidy(() => {
        tf.scalar(1);
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("copies values out, in full width", () => {
    const x = inDouble(() => tf.tensor1d([0.1, 0.2]));
    const copy = hostValues(x);
    copy[0] = 5;
    expect([...hostValues(x)]).toEqual([0.1, 0.2]);
    x.dispose();
  });
});
