/** What the eager engine does beside what every engine does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { isDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { eagerEngine } from "../../src/engine/eager.ts";

let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors).toBe(before));

it("works in double unless told otherwise", () => {
  expect(eagerEngine().name).toBe("eager-f64");
  expect(eagerEngine().compile(() => isDouble())()).toBe(true);
});

describe.each(["f32", "f64"] as const)("eager, %s", (precision) => {
  const engine = eagerEngine(precision);

  it("reads values wherever a program asks for them, and calls a step each time", () => {
    const seen: number[] = [];
    const start = engine.tensor([1], []);
    const loop = engine.loop(
      (s: Tensor) => {
        seen.push(hostValues(s)[0]);
        return [s.mul(2), { s: s as Scalar }] as const;
      },
      start,
      hostKey(1),
    );
    loop.run([], 3);
    expect(seen).toEqual([1, 2, 4]);
    loop.dispose();
    start.dispose();
  });

  it("keeps its state where a step throws", () => {
    const start = engine.tensor([1], []);
    let fails = false;
    const loop = engine.loop(
      (s: Tensor) => {
        const next = s.add(1);
        if (fails) throw new Error("no");
        return [next, { s: s as Scalar }] as const;
      },
      start,
      hostKey(1),
    );
    loop.run([], 2);
    fails = true;
    expect(() => loop.run([], 1)).toThrow("no");
    fails = false;
    expect([...loop.run([], 1).s]).toEqual([3]);
    loop.dispose();
    start.dispose();
  });

  it("runs on the cpu, whatever backend is active", () => {
    tf.registerBackend("other", tf.findBackendFactory("cpu"));
    void tf.setBackend("other");
    expect(engine.compile(() => tf.getBackend())()).toBe("cpu");
    expect(tf.getBackend()).toBe("other");
    void tf.setBackend("cpu");
    tf.removeBackend("other");
  });
});
