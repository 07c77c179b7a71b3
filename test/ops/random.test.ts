import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { foldHostKey, hostKey, hostUniforms, type Key, splitHostKey } from "../../src/core/key.ts";
import { normalCdf } from "../../src/core/special/error.ts";
import { hostValues, type Tensor } from "../../src/core/tensor.ts";
import { unit23, unit52 } from "../../src/core/threefry.ts";
import { fold, integers, key, normal, split, splitMany, uniform } from "../../src/ops/random.ts";
import { chiSquareP, correlationZ, countBins, leastP, meanZ, mostZ, uniformP, varianceZ } from "./statistics.ts";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const single = (f: () => Tensor): number[] => tf.tidy(() => [...hostValues(f())]);
const double = (f: () => Tensor): number[] => tf.tidy(() => [...inDouble(() => hostValues(f()))]);
const seeded = (seed: number): Key => key(hostKey(seed));
const many = 50_000;

describe.each([
  ["single", single],
  ["double", double],
] as const)("in %s precision", (_, run) => {
  it("uniforms are uniform and never 0 or 1", () => {
    const u = run(() => uniform(seeded(1), [many]));
    expect(uniformP(u)).toBeGreaterThan(leastP);
    expect(Math.abs(meanZ(u, 0.5, 1 / 12))).toBeLessThan(mostZ);
    expect(Math.abs(varianceZ(u, 0.5, 1 / 12, 9 / 5))).toBeLessThan(mostZ);
    expect(Math.min(...u)).toBeGreaterThan(0);
    expect(Math.max(...u)).toBeLessThan(1);
    // No serial correlation.
    expect(Math.abs(correlationZ(u.slice(1), u.slice(0, -1)))).toBeLessThan(mostZ);
  });

  it("normals are normal", () => {
    const z = run(() => normal(seeded(2), [many]));
    expect(uniformP(z.map(normalCdf))).toBeGreaterThan(leastP);
    expect(Math.abs(meanZ(z, 0, 1))).toBeLessThan(mostZ);
    expect(Math.abs(varianceZ(z, 0, 1, 3))).toBeLessThan(mostZ);
    // The third and fourth moments have variances 15 and 96.
    expect(
      Math.abs(
        meanZ(
          z.map((v) => v ** 3),
          0,
          15,
        ),
      ),
    ).toBeLessThan(mostZ);
    expect(
      Math.abs(
        meanZ(
          z.map((v) => v ** 4),
          3,
          96,
        ),
      ),
    ).toBeLessThan(mostZ);
  });

  it.each([2, 7, 1000])("whole numbers below %s come equally often", (below) => {
    const draws = run(() => integers(seeded(3), below, [many]));
    expect(draws.every((v) => Number.isInteger(v) && v >= 0 && v < below)).toBe(true);
    const edges = Array.from({ length: below - 1 }, (_, i) => i);
    expect(chiSquareP(countBins(draws, edges), new Array(below).fill(1 / below))).toBeGreaterThan(leastP);
  });
});

it("the extreme words stay inside (0, 1)", () => {
  for (const unit of [unit52, (high: number) => Math.fround(unit23(high))]) {
    expect(unit(0, 0)).toBeGreaterThan(0);
    expect(unit(-1, -1)).toBeLessThan(1);
  }
});

it("a uniform and a normal in single precision are those of double, rounded", () => {
  const u = double(() => uniform(seeded(4), [100]));
  single(() => uniform(seeded(4), [100])).forEach((v, i) => {
    expect(Math.abs(v - u[i])).toBeLessThanOrEqual(2 ** -23);
  });
  expect(single(() => normal(seeded(4), [100]))).toEqual(double(() => normal(seeded(4), [100])).map(Math.fround));
});

describe("keys", () => {
  it("same key, same numbers; a longer draw begins with the shorter", () => {
    const draw = (): number[] => single(() => normal(seeded(5), [10]));
    expect(draw()).toEqual(draw());
    expect(single(() => normal(seeded(5), [20])).slice(0, 10)).toEqual(draw());
    expect(single(() => normal(seeded(6), [10]))).not.toEqual(draw());
  });

  it("the op and the host agree: uniforms, split and fold", () => {
    const host = hostKey(7);
    const next = hostUniforms(host);
    expect(double(() => uniform(key(host), [50]))).toEqual(Array.from({ length: 50 }, () => next()));
    expect(single(() => tf.stack(split(key(host), 3)))).toEqual(splitHostKey(host, 3).flatMap((k) => [...k]));
    expect(single(() => splitMany(key(host), 3))).toEqual(splitHostKey(host, 3).flatMap((k) => [...k]));
    expect(single(() => fold(key(host), tf.scalar(12, "int32")))).toEqual([...foldHostKey(host, 12)]);
  });

  it("numbers from split, folded and used keys are independent", () => {
    const streams = [
      single(() => uniform(seeded(8), [many])),
      ...[0, 1].map((i) => single(() => uniform(split(seeded(8), 2)[i], [many]))),
      ...[0, 1].map((i) => single(() => uniform(fold(seeded(8), tf.scalar(i, "int32")), [many]))),
      single(() => uniform(seeded(9), [many])),
    ];
    for (let a = 0; a < streams.length; a++)
      for (let b = 0; b < a; b++) expect(Math.abs(correlationZ(streams[a], streams[b]))).toBeLessThan(mostZ);
  });

  it("the first numbers of many split keys are uniform", () => {
    const first = splitHostKey(hostKey(10), many).map((k) => hostUniforms(k)());
    expect(uniformP(first)).toBeGreaterThan(leastP);
    const bySeed = Array.from({ length: many }, (_, seed) => hostUniforms(hostKey(seed))());
    expect(uniformP(bySeed)).toBeGreaterThan(leastP);
  });

  it("seeds must be whole numbers from 0", () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => hostKey(seed)).toThrow("seed: expected");
    expect([...hostKey(2 ** 32)]).not.toEqual([...hostKey(0)]);
  });
});
