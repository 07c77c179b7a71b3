import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { foldHostKey, type HostKey, hostKey, hostUniforms, splitHostKey } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { hostValues, type Tensor } from "../../src/core/tensor.ts";
import { fold, key, normal, split, uniform } from "../../src/ops/random.ts";

const seeds = [0, 1, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER];
const double = (f: () => Tensor): number[] => tf.tidy(() => inDouble(() => [...hostValues(f())]));
const firstUniforms = (from: HostKey, count: number): number[] => {
  const next = hostUniforms(from);
  return Array.from({ length: count }, () => next());
};

describe.each(seeds)("the keys of seed %i", (seed) => {
  const host = hostKey(seed);

  it("split and fold to the same words on the host and as ops", () => {
    expect(double(() => tf.stack(split(key(host), 5)))).toEqual(splitHostKey(host, 5).flatMap((k) => [...k]));
    for (const index of [0, 1, 2 ** 31 - 1])
      expect(double(() => fold(key(host), tf.scalar(index, "int32")))).toEqual([...foldHostKey(host, index)]);
  });

  it("give the same uniforms and normals, bit for bit", () => {
    expect(double(() => uniform(key(host), [4, 5]))).toEqual(firstUniforms(host, 20));
    expect(double(() => normal(key(host), [20]))).toEqual(firstUniforms(host, 20).map(normalQuantile));
  });

  it("never meet: parent, children and folds are all different", () => {
    const all = [host, ...splitHostKey(host, 20), ...Array.from({ length: 20 }, (_, i) => foldHostKey(host, i))];
    expect(new Set(all.map(String)).size).toBe(all.length);
  });
});

it("a longer split begins with the shorter", () => {
  expect(splitHostKey(hostKey(3), 5).slice(0, 2)).toEqual(splitHostKey(hostKey(3), 2));
});
