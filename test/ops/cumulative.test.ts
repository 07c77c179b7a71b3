import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import * as bessel from "../../src/core/special/bessel.ts";
import * as gamma from "../../src/core/special/incompleteGamma.ts";
import { logIncompleteBeta } from "../../src/core/special/logIncompleteBeta.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { besselGap, besselRatio, logBesselI0, vonMisesQuantile } from "../../src/ops/bessel.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { incompleteBeta, logIncompleteBetaOfLogit } from "../../src/ops/incompleteBeta.ts";
import {
  incompleteGamma,
  incompleteGammaUpper,
  logIncompleteGamma,
  logIncompleteGammaUpper,
} from "../../src/ops/incompleteGamma.ts";
import { logAddExp, logDiffExp } from "../../src/ops/logExp.ts";
import { differences, relative, worst } from "./accuracy.ts";

/** mpmath at 60 digits or more, rounded once; see scripts/reference/cumulative.py for the points. */
const known = JSON.parse(readFileSync(new URL("../known/cumulative.json", import.meta.url), "utf8"))
  .functions as Record<string, readonly (readonly number[])[]>;

/** The rows [...arguments, value] of column `at` of a table whose rows start with `count` arguments. */
const column = (name: string, count: number, at: number): number[][] =>
  known[name].map((row) => [...row.slice(0, count), row[at]]);

// A program that falls back on the eager engine says so.
const warn = vi.spyOn(console, "warn");
beforeAll(() => void warn.mockClear());
afterAll(() => expect(warn.mock.calls).toEqual([]));

describe("logarithms of cumulative functions", () => {
  const rows: readonly (readonly [string, number[][], (...x: number[]) => number, typeof relative, number])[] = [
    ["log P", column("logIncompleteGamma", 2, 2), gamma.logIncompleteGammaLower, relative, 1e-12],
    ["log Q", column("logIncompleteGamma", 2, 3), gamma.logIncompleteGammaUpper, relative, 1e-12],
    ["log I", column("logIncompleteBeta", 3, 3), (w, a, b) => logIncompleteBeta(w, a, b).value, relative, 1e-12],
    ["log I in a", column("logIncompleteBeta", 3, 4), (w, a, b) => logIncompleteBeta(w, a, b).inA, relative, 1e-9],
    ["log I in b", column("logIncompleteBeta", 3, 5), (w, a, b) => logIncompleteBeta(w, a, b).inB, relative, 1e-9],
    ["log e^−x I₀", column("bessel", 1, 1), bessel.logBesselI0Scaled, relative, 1e-14],
    ["1 − I₁/I₀", column("bessel", 1, 2), bessel.besselGap, relative, 1e-13],
    ["I₁/I₀", column("bessel", 1, 3), bessel.besselRatio, relative, 1e-14],
  ];
  it.each(rows)("%s", (name, table, f, error, bound) => {
    const found = worst(table, f, error);
    expect(found.error, `${name} at ${found.at}`).toBeLessThan(bound);
  });
});

/** Each in one of its arguments, with points where all else stands still. */
const formulas: Readonly<Record<string, readonly [(x: Tensor) => Tensor, readonly number[], "once" | "twice"]>> = {
  "log P in x": [(x) => logIncompleteGamma(tf.scalar(2.3), x), [0.02, 1.1, 2.4, 9], "twice"],
  "log P in a": [(a) => logIncompleteGamma(a, tf.scalar(2.3)), [0.3, 1.7, 4, 41], "twice"],
  "log Q in x": [(x) => logIncompleteGammaUpper(tf.scalar(2.3), x), [0.02, 1.1, 2.4, 9, 70], "twice"],
  "log Q in a": [(a) => logIncompleteGammaUpper(a, tf.scalar(2.3)), [0.3, 1.7, 4, 9], "twice"],
  "P in both": [(x) => incompleteGamma(x.mul(1.3), x), [0.3, 1.7, 40], "twice"],
  "Q in both": [(x) => incompleteGammaUpper(x.mul(1.3), x), [0.3, 1.7, 40], "twice"],
  "log I in w": [(w) => logIncompleteBetaOfLogit(w, tf.scalar(2.3), tf.scalar(0.6)), [-33, -2, 0.3, 2, 9], "twice"],
  "log I in a": [(a) => logIncompleteBetaOfLogit(tf.scalar(0.4), a, tf.scalar(3.6)), [0.2, 1.7, 4, 90], "once"],
  "log I in b": [(b) => logIncompleteBetaOfLogit(tf.scalar(0.4), tf.scalar(3.6), b), [0.2, 1.7, 4, 90], "once"],
  "I in x": [(x) => incompleteBeta(x, tf.scalar(2.3), tf.scalar(9)), [0.01, 0.2, 0.8], "twice"],
  "I in all": [(x) => incompleteBeta(x, x.mul(2), x.add(1)), [0.01, 0.2, 0.8], "once"],
  "I₁/I₀": [besselRatio, [-30, -0.3, 0.2, 3, 19, 24], "twice"],
  "1 − I₁/I₀": [besselGap, [0.2, 3, 19, 24], "twice"],
  "log I₀": [logBesselI0, [-30, -0.3, 0.2, 3, 19, 24], "twice"],
  "von Mises quantile in p": [(p) => vonMisesQuantile(p, tf.scalar(2)), [0.01, 0.4, 0.6, 0.97], "twice"],
  "von Mises quantile in κ": [(k) => vonMisesQuantile(tf.scalar(0.8), k), [0.1, 2, 39, 41, 900], "once"],
  logAddExp: [(x) => logAddExp(x, x.mul(-2)), [-3, -0.1, 0.1, 400], "twice"],
  logDiffExp: [(x) => logDiffExp(x, x.mul(-2)), [0.01, 0.3, 4, 400], "twice"],
};

const slopeOf =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    gradient((at: Tensor) => f(at).sum().asScalar())(x).gradient;

const engine = compiledEngine();
const eagerly = (f: (x: Tensor) => Tensor, x: readonly number[]): number[] =>
  inDouble(() => tf.tidy(() => [...hostValues(f(fromHost(x, [x.length])))]));
const compiled = (f: (x: Tensor) => Tensor, x: readonly number[]): number[] => [
  ...hostValues(engine.compile(f)(engine.tensor(x, [x.length]))),
];

describe.each(Object.entries(formulas))("%s", (name, [f, x, times]) => {
  it("has the slopes that differences show", () => {
    const functions = times === "once" ? [f] : [f, slopeOf(f)];
    for (const g of functions) {
      const got = eagerly(slopeOf(g), x);
      const want = x.map((at) => differences(([moved]) => eagerly(g, [moved])[0], [at], 1e-4)[0]);
      for (const [i, value] of want.entries())
        expect(Math.abs(got[i] - value), `${name} at ${x[i]}: ${got[i]}, ${value}`).toBeLessThan(
          1e-7 * (1e-2 + Math.abs(value)) + 1e-9 * Math.abs(eagerly(g, [x[i]])[0]),
        );
    }
  });

  it("is the same in compiled code", () => {
    for (const g of [f, slopeOf(f)]) {
      const want = eagerly(g, x);
      for (const [i, value] of compiled(g, x).entries()) expect(relative(value, want[i])).toBeLessThan(1e-11);
    }
  });
});

describe("at the ends", () => {
  const value = (f: () => Tensor): number => inDouble(() => tf.tidy(() => hostValues(f())[0]));
  const at = (x: number): Tensor => tf.scalar(x);
  it.each([
    ["P(2, 0)", () => incompleteGamma(at(2), at(0)), 0],
    ["P(2, ∞)", () => incompleteGamma(at(2), at(Infinity)), 1],
    ["Q(2, 0)", () => incompleteGammaUpper(at(2), at(0)), 1],
    ["Q(−1, 1)", () => incompleteGammaUpper(at(-1), at(1)), Number.NaN],
    ["I(0)", () => incompleteBeta(at(0), at(2), at(3)), 0],
    ["I(1)", () => incompleteBeta(at(1), at(2), at(3)), 1],
    ["I(1.1)", () => incompleteBeta(at(1.1), at(2), at(3)), Number.NaN],
    ["I(0.5) of −1", () => incompleteBeta(at(0.5), at(-1), at(3)), Number.NaN],
    ["log(0 + 0)", () => logAddExp(at(-Infinity), at(-Infinity)), -Infinity],
    ["log(0 + 1)", () => logAddExp(at(-Infinity), at(0)), 0],
    ["log(1 − 1)", () => logDiffExp(at(0), at(0)), -Infinity],
    ["log(1 − 0)", () => logDiffExp(at(0), at(-Infinity)), 0],
    ["log(0 − 0)", () => logDiffExp(at(-Infinity), at(-Infinity)), -Infinity],
    ["log(1 − e)", () => logDiffExp(at(0), at(1)), Number.NaN],
  ] as const)("%s", (_, f, want) => expect(value(f)).toBe(want));

  it("finds half of e^−x I₀ in tiny and huge von Mises concentrations", () => {
    expect(value(() => vonMisesQuantile(at(0.75), at(0)))).toBeCloseTo(Math.PI / 2, 12);
    expect(value(() => vonMisesQuantile(at(0.8413447460685429), at(1e8)))).toBeCloseTo(1e-4, 11);
  });

  it("refuses a second derivative in the shapes of a beta, and shapes that do not fit", () => {
    const second = (): Tensor =>
      slopeOf(slopeOf((a) => logIncompleteBetaOfLogit(at(0.4), a, at(2))))(fromHost([1.5], [1]));
    expect(() => value(second)).toThrow("incompleteBeta: it has one derivative with respect to a and b");
    expect(() => incompleteGamma(tf.zeros([2]), tf.zeros([3]))).toThrow("logIncompleteGamma: an argument of shape [3]");
  });
});
