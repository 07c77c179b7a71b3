import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { findNonFinite, within } from "../../src/core/within.ts";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const nan = (): tf.Scalar => tf.scalar(Number.NaN);

describe("within", () => {
  it("hands on what is made", () => expect(within("a", () => 5)).toBe(5));

  it("puts its labels before an error once, from outside in", () => {
    const broken = (): never => {
      throw new Error("no such thing");
    };
    expect(() => within("guide", () => within("layer 3", broken))).toThrow(/^guide › layer 3: no such thing$/);
    expect(() => within("model", broken)).toThrow(/^model: no such thing$/);
  });

  it("leaves labels as they were after an error", () => {
    expect(() => within("a", () => within("b", () => tf.scalar(1).reshape([2])))).toThrow(/^a › b: /);
    expect(findNonFinite(() => within("c", nan))?.where).toEqual(["c"]);
  });
});

describe("findNonFinite", () => {
  it("names the innermost part that first went wrong, and its value", () => {
    const found = findNonFinite(() =>
      within("guide", () => {
        within("layer 1", () => tf.scalar(1));
        within("layer 2", () => ({ value: tf.tensor1d([1, Number.NEGATIVE_INFINITY]), logDet: tf.scalar(0) }));
        return within("layer 3", nan);
      }),
    );
    expect(found).toEqual({ where: ["guide", "layer 2"], value: Number.NEGATIVE_INFINITY });
  });

  it("finds nothing where all is finite, or nothing is labelled", () => {
    expect(findNonFinite(() => within("a", () => [tf.scalar(1), { b: tf.scalar(1e30) }]))).toBeUndefined();
    expect(findNonFinite(nan)).toBeUndefined();
  });

  it("watches while it runs, and only then; one inside another keeps to its own", () => {
    within("before", nan);
    const outer = findNonFinite(() => {
      expect(findNonFinite(() => within("inner", nan))?.where).toEqual(["inner"]);
      within("fine", () => tf.scalar(0));
    });
    expect(outer).toBeUndefined();
    expect(() =>
      findNonFinite(() => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(findNonFinite(() => within("after", nan))?.where).toEqual(["after"]);
  });
});
