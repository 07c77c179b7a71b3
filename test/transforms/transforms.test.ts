import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { affine, chain, exp, interval, lower, ordered, simplex, upper } from "../../src/transforms/index.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

describe("simplex", () => {
  it("maps zeros to the uniform point", () =>
    exactly(() => {
      const shares = hostValues(simplex.forward(tf.zeros([4])).value);
      for (const share of shares) expect(Math.abs(share - 0.2)).toBeLessThan(1e-15);
    }));

  it("keeps the digits of small shares in single precision", () =>
    tf.tidy(() => {
      const x = [-60, 3, -20];
      const { value, logDet } = simplex.forward(fromHost(x, [3]));
      const back = hostValues(simplex.inverse(value).value);
      // Each coordinate is a difference of logarithms of size 60 at most: some units of 60 · 2^−24.
      for (const [i, each] of x.entries()) expect(Math.abs(back[i] - each)).toBeLessThan(4e-5);
      expect(Number.isFinite(hostValues(logDet)[0])).toBe(true);
    }));
});

it("chain of rank 1 and rank 0 sums the elementwise log-determinants", () =>
  exactly(() => {
    const f = chain(ordered, exp, affine(1, -2));
    const x = fromHost([0.3, -1, 0.5], [3]);
    const y = f.forward(x);
    const first = ordered.forward(x);
    const expected = hostValues(first.logDet.add(first.value.sum()).add(3 * Math.log(2)))[0];
    expect(y.logDet.shape).toEqual([]);
    expect(Math.abs(hostValues(y.logDet)[0] - expected)).toBeLessThan(1e-12);
    const back = f.inverse(y.value);
    expect(Math.abs(hostValues(back.logDet)[0] + expected)).toBeLessThan(1e-12);
    for (const [i, each] of hostValues(back.value).entries())
      expect(Math.abs(each - hostValues(x)[i])).toBeLessThan(1e-12);
  }));

describe("errors", () => {
  it.each([
    [() => interval(2, 1), "interval: expected its lower bound below its upper, got 2 and 1"],
    [() => interval(0, Infinity), "interval: expected a finite bound, got Infinity"],
    [() => lower(Number.NaN), "lower: expected a finite bound, got NaN"],
    [() => upper(-Infinity), "upper: expected a finite bound, got -Infinity"],
    [() => simplex.domain([1]), "simplex: expected a vector of at least two elements, got shape [1]"],
    [() => simplex.domain([]), "simplex: expected a vector of at least two elements, got shape a scalar"],
    [() => ordered.domain([]), "ordered: expected a vector of at least one element, got shape a scalar"],
  ])("%#: say what was expected and what came", (make, message) => {
    expect(make).toThrow(message);
  });

  it("name the set as an error wants it", () => {
    expect(lower(0).name).toBe("positive numbers");
    expect(lower(2).name).toBe("numbers above 2");
    expect(interval(0, 1).name).toBe("numbers between 0 and 1");
  });
});
