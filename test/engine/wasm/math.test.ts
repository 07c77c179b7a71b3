/** Reference values: scripts/reference/vector_math.py. The sweep of a million points: scripts/reference/ulp.ts. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { polygamma } from "../../../src/core/special/polygamma.ts";
import { scalarFunctions } from "../../../src/engine/interpret/scalar.ts";
import { moduleBuilder } from "../../../src/engine/wasm/assembler.ts";
import { mathLibrary } from "../../../src/engine/wasm/math/library.ts";
import {
  doubleNames,
  type MathName,
  nativeNames,
  type PairName,
  type UnaryName,
} from "../../../src/engine/wasm/math/names.ts";
import { applied, mathNames } from "./library.ts";
import { ulps } from "./ulps.ts";

type Values = Readonly<Record<UnaryName, [number, number][]> & Record<PairName, [number, number, number][]>>;
const references: Values = JSON.parse(readFileSync(new URL("../../known/vectorMath.json", import.meta.url), "utf8"));

const host: Readonly<Record<UnaryName, (x: number) => number>> = {
  ...scalarFunctions,
  trigamma: (x) => polygamma(1, x),
};
const names = [...nativeNames, ...doubleNames];

/** Infinities, zeros, poles, ends of the domain. What the host gives there is exact, signs of zeros included. */
const edges = [
  0,
  -0,
  1,
  -1,
  2,
  -2,
  -7,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  1e9,
  -1e9,
  1.7e308,
  -1.7e308,
];

/** Near a zero of the function the bound is absolute. */
const isClose = (name: UnaryName, x: number, got: number, want: number, precision: "f64" | "f32"): boolean => {
  const special = name === "lgamma" || name === "digamma";
  const slack = special && precision === "f64" && Math.abs(want) < 1 ? 1e-15 : 0;
  return (
    ulps(got, want, precision) <= 4 ||
    Math.abs(got - want) <= slack ||
    (special && x < 0 && Math.abs(got - want) <= 1e-12)
  );
};

describe.each([
  ["f64", false],
  ["f32", false],
  ["f64", true],
  ["f32", true],
] as const)("math library, %s, relaxed %s", (precision, relaxed) => {
  const { apply } = applied(precision, relaxed);

  it.each(names)("%s is within 4 ulp of mpmath", (name) => {
    const rounds = precision === "f32" ? Math.fround : (x: number) => x;
    const usable = references[name].filter(([x]) => rounds(x) === x);
    expect(usable.length).toBeGreaterThan(precision === "f64" ? 20 : 5);
    const got = apply(
      name,
      usable.map(([x]) => x),
    );
    const bad = usable.flatMap(([x, want], i) =>
      isClose(name, x, got[i], want, precision) ? [] : [{ x, want, got: got[i], ulps: ulps(got[i], want, precision) }],
    );
    expect(bad).toEqual([]);
  });

  it.each(names)("%s treats the edges as the host does", (name) => {
    const got = apply(name, edges);
    const bad = edges.flatMap((edge, i) => {
      const x = precision === "f32" ? Math.fround(edge) : edge;
      const want = host[name](x);
      const same = Number.isFinite(want) && want !== 0 ? isClose(name, x, got[i], want, precision) : false;
      const rounded = precision === "f32" ? Math.fround(want) : want;
      return same || Object.is(got[i], rounded) ? [] : [{ x, want, got: got[i] }];
    });
    expect(bad).toEqual([]);
  });

  it.each(names)("%s gives a lane the same whatever stands beside it", (name) => {
    const xs = [0.3, -800, 0.7, 1e-310, 0.5, 1e7, 3.2, -0.4, 9.5, Number.NaN, 0.2, Number.NEGATIVE_INFINITY];
    const together = apply(name, xs);
    const alone = xs.map((x) => apply(name, [x, x, x, x])[0]);
    expect([...together]).toEqual(alone);
  });
});

describe("math library", () => {
  it("adds to a module what is used, once", () => {
    const size = (use: readonly MathName[]): number => {
      const module = moduleBuilder();
      const math = mathLibrary(module, "f64", { relaxed: false });
      for (const name of use) math.func(name);
      return module.bytes().length;
    };
    expect(size([])).toBeLessThan(20);
    expect(size(["exp", "exp"])).toBe(size(["exp"]));
    expect(size(["exp", "lgamma"])).toBeGreaterThan(size(["exp"]));
    expect(mathNames).toHaveLength(names.length + 3);
  });

  it.each(["f64", "f32"] as const)("raises to powers, special cases of the host included: %s", (precision) => {
    const { apply } = applied(precision);
    const values = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      0.5,
      3,
      -3,
      1e-3,
      10,
      7.25,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ];
    const pairs = values
      .flatMap((x) => values.map((y) => [x, y] as const))
      .map(([x, y]) => (precision === "f32" ? ([Math.fround(x), Math.fround(y)] as const) : ([x, y] as const)));
    const got = apply(
      "pow",
      pairs.map(([x]) => x),
      pairs.map(([, y]) => y),
    );
    const bad = pairs.flatMap(([x, y], i) => {
      const want = precision === "f32" ? Math.fround(x ** y) : x ** y;
      const close = Number.isFinite(want) && want !== 0 && ulps(got[i], want, precision) <= 4;
      return close || Object.is(got[i], want) ? [] : [{ x, y, want, got: got[i] }];
    });
    expect(bad).toEqual([]);
  });

  // 1e-14 of log Γ's own size is what log B, and so its zero, can be known to.
  it.each(["logBeta", "deviance"] as const)("%s is near mpmath", (name) => {
    const rows = references[name];
    expect(rows.length).toBeGreaterThan(40);
    const got = applied("f64").apply(
      name,
      rows.map(([x]) => x),
      rows.map(([, y]) => y),
    );
    const slack = name === "logBeta" ? 1e-14 : 0;
    const bad = rows.filter(([, , want], i) => ulps(got[i], want) > 8 && !(Math.abs(got[i] - want) <= slack));
    expect(bad).toEqual([]);
  });

  it.each(["logBeta", "deviance"] as const)("%s treats the edges as the host does", (name) => {
    const pairs = edges.flatMap((x) => edges.map((y) => [x, y] as const));
    const got = applied("f64").apply(
      name,
      pairs.map(([x]) => x),
      pairs.map(([, y]) => y),
    );
    const bad = pairs.flatMap(([x, y], i) => {
      const want = scalarFunctions[name](x, y);
      const close = ulps(got[i], want) <= 8 || (Math.abs(want) < 1e-14 && Math.abs(got[i]) < 1e-14);
      return close || (got[i] === 0 && want === 0) ? [] : [{ x, y, want, got: got[i] }];
    });
    expect(bad).toEqual([]);
  });
});
