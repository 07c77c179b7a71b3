import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { incompleteBeta, logBeta } from "../../src/core/special/beta.ts";
import { erf, erfc, erfinv, inverseMills, normalCdf, normalLogCdf } from "../../src/core/special/error.ts";
import { expm1Less, log1mexp, log1pLess, sigmoid, softplus } from "../../src/core/special/exponential.ts";
import { digamma, lgamma, stirlingError } from "../../src/core/special/gamma.ts";
import { gammaShapeSlope, incompleteGammaLower, incompleteGammaUpper } from "../../src/core/special/incompleteGamma.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { polygamma } from "../../src/core/special/polygamma.ts";
import { relative, ulps, worst } from "./accuracy.ts";

/** mpmath at 60 digits or more, rounded once; see scripts/reference/special.py for the points, and the file for the versions. */
const known = JSON.parse(readFileSync(new URL("../known/special.json", import.meta.url), "utf8")).functions as Record<
  string,
  readonly (readonly number[])[]
>;
const { POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: minusInfinity, NaN: nan } = Number;

describe("within a few units in the last place", () => {
  // name, function, bound; the worst error seen over the table stands behind it.
  const rows: readonly (readonly [string, (...x: number[]) => number, number])[] = [
    ["lgamma", lgamma, 2], // 1
    ["polygamma1", (x) => polygamma(1, x), 4], // 3
    ["polygamma5", (x) => polygamma(5, x), 4], // 3
    ["erf", erf, 2], // 1
    ["erfc", erfc, 3], // 2
    ["erfinv", erfinv, 4], // 3
    ["normalCdf", normalCdf, 4], // 3
    ["normalLogCdf", normalLogCdf, 5], // 4
    ["normalQuantile", normalQuantile, 5], // 4
    ["softplus", softplus, 2], // 1
    ["log1mexp", log1mexp, 2], // 0
    ["logBeta", logBeta, 8], // 6, where its terms nearly cancel
  ];
  it.each(rows)("%s", (name, f, bound) => {
    const { error, at } = worst(known[name], f, ulps);
    expect(error, `${name} at ${at}`).toBeLessThanOrEqual(bound);
  });

  it("digamma, away from its zero; near it to 1e-16", () => {
    const near = ([x]: readonly number[]): boolean => Math.abs(x - 1.4616321449683622) < 0.02;
    const away = worst(
      known.digamma.filter((row) => !near(row)),
      digamma,
      ulps,
    );
    expect(away.error, `at ${away.at}`).toBeLessThanOrEqual(3); // 2
    for (const x of [1.4616321449683622, 1.4616321449683624, 1.46, 1.47])
      expect(Math.abs(digamma(x))).toBeLessThan(0.01);
    // mpmath 1.4.1, digamma(1.4616321449683622).
    expect(digamma(1.4616321449683622)).toBeCloseTo(-9.2412655217294275e-17, 25);
  });
});

describe("with a relative error, where terms cancel or a long exponent magnifies rounding", () => {
  const rows: readonly (readonly [string, (...x: number[]) => number, number])[] = [
    ["lgammaNegative", lgamma, 1e-14],
    ["digammaNegative", digamma, 2e-14],
    ["polygamma2", (x) => polygamma(2, x), 1e-14],
    ["incompleteGammaLower", incompleteGammaLower, 2e-13],
    ["incompleteGammaUpper", incompleteGammaUpper, 2e-13],
    ["gammaShapeSlope", (a, y) => gammaShapeSlope(a, y).slope, 1e-12],
    ["gammaShapeCurvature", (a, y) => gammaShapeSlope(a, y).curvature, 1e-11],
    ["incompleteBeta", incompleteBeta, 2e-13],
  ];
  it.each(rows)("%s", (name, f, bound) => {
    const { error, at } = worst(known[name], f, relative);
    expect(error, `${name} at ${at}`).toBeLessThan(bound);
  });
});

describe("at the ends", () => {
  const rows: readonly (readonly [string, number, number])[] = [
    ["lgamma(0)", lgamma(0), infinity],
    ["lgamma(-3)", lgamma(-3), infinity],
    ["lgamma(1)", lgamma(1), 0],
    ["lgamma(2)", lgamma(2), 0],
    ["lgamma(∞)", lgamma(infinity), infinity],
    ["lgamma(−∞)", lgamma(minusInfinity), infinity],
    ["lgamma(1e306)", lgamma(1e306), infinity],
    ["lgamma(5e-324)", lgamma(5e-324), 744.4400719213812],
    ["lgamma(NaN)", lgamma(nan), nan],
    ["digamma(0)", digamma(0), minusInfinity],
    ["digamma(−0)", digamma(-0), infinity],
    ["digamma(−2)", digamma(-2), nan],
    ["digamma(∞)", digamma(infinity), infinity],
    ["digamma(−∞)", digamma(minusInfinity), nan],
    ["digamma(NaN)", digamma(nan), nan],
    ["polygamma(1, 0)", polygamma(1, 0), infinity],
    ["polygamma(2, −1)", polygamma(2, -1), nan],
    ["polygamma(1, ∞)", polygamma(1, infinity), 0],
    ["polygamma(1, NaN)", polygamma(1, nan), nan],
    ["erf(∞)", erf(infinity), 1],
    ["erf(−∞)", erf(minusInfinity), -1],
    ["erf(−0)", erf(-0), -0],
    ["erf(NaN)", erf(nan), nan],
    ["erfc(30)", erfc(30), 0],
    ["erfc(−∞)", erfc(minusInfinity), 2],
    ["erfc(NaN)", erfc(nan), nan],
    ["erfinv(1)", erfinv(1), infinity],
    ["erfinv(−1)", erfinv(-1), minusInfinity],
    ["erfinv(1.1)", erfinv(1.1), nan],
    ["normalCdf(−∞)", normalCdf(minusInfinity), 0],
    ["normalCdf(∞)", normalCdf(infinity), 1],
    ["normalCdf(NaN)", normalCdf(nan), nan],
    ["normalLogCdf(−∞)", normalLogCdf(minusInfinity), minusInfinity],
    ["normalLogCdf(∞)", normalLogCdf(infinity), 0],
    ["inverseMills(−1e10)", inverseMills(-1e10), 1e10],
    ["inverseMills(∞)", inverseMills(infinity), 0],
    ["normalQuantile(0)", normalQuantile(0), minusInfinity],
    ["normalQuantile(1)", normalQuantile(1), infinity],
    ["normalQuantile(2)", normalQuantile(2), nan],
    ["normalQuantile(NaN)", normalQuantile(nan), nan],
    ["softplus(∞)", softplus(infinity), infinity],
    ["softplus(−∞)", softplus(minusInfinity), 0],
    ["softplus(1000)", softplus(1000), 1000],
    ["softplus(NaN)", softplus(nan), nan],
    ["sigmoid(−800)", sigmoid(-800), 0],
    ["sigmoid(800)", sigmoid(800), 1],
    ["log1mexp(0)", log1mexp(0), minusInfinity],
    ["log1mexp(−∞)", log1mexp(minusInfinity), 0],
    ["log1mexp(1)", log1mexp(1), nan],
    ["log1pLess(−1)", log1pLess(-1), minusInfinity],
    ["log1pLess(0)", log1pLess(0), 0],
    ["log1pLess(NaN)", log1pLess(nan), nan],
    ["expm1Less(NaN)", expm1Less(nan), nan],
    ["expm1Less(0)", expm1Less(0), 0],
    ["logBeta(0, 1)", logBeta(0, 1), infinity],
    ["logBeta(1, ∞)", logBeta(1, infinity), minusInfinity],
    ["logBeta(−1, 1)", logBeta(-1, 1), nan],
    ["logBeta(1, NaN)", logBeta(1, nan), nan],
    ["P(1, 0)", incompleteGammaLower(1, 0), 0],
    ["P(1, ∞)", incompleteGammaLower(1, infinity), 1],
    ["Q(1, ∞)", incompleteGammaUpper(1, infinity), 0],
    ["P(−1, 1)", incompleteGammaLower(-1, 1), nan],
    ["P(1, NaN)", incompleteGammaLower(1, nan), nan],
    ["I(2, 3, 0)", incompleteBeta(2, 3, 0), 0],
    ["I(2, 3, 1)", incompleteBeta(2, 3, 1), 1],
    ["I(2, 3, 1.5)", incompleteBeta(2, 3, 1.5), nan],
  ];
  it.each(rows)("%s", (_, got, want) => expect(ulps(got, want)).toBeLessThanOrEqual(1));
});

describe("small differences keep their digits", () => {
  it.each([1e-12, 1e-5, 0.01, 0.3, 0.59, -0.01, -0.39])("log(1 + x) − x and eˣ − 1 − x at %s", (x) => {
    // Their own Taylor series, summed until they stop.
    let logarithm = 0;
    let exponential = 0;
    let factorial = 1;
    for (let k = 400; k >= 2; k--) logarithm += -((-x) ** k) / k;
    for (let k = 2; k < 30; k++) {
      factorial *= k;
      exponential += x ** k / factorial;
    }
    expect(relative(log1pLess(x), logarithm)).toBeLessThan(2e-15);
    expect(relative(expm1Less(x), exponential)).toBeLessThan(2e-15);
  });

  it("Stirling's remainder is one function on both sides of 8", () => {
    expect(relative(stirlingError(7.999999999), stirlingError(8.000000001))).toBeLessThan(1e-9);
    // 10! = 3628800 and log Γ(11) through the remainder.
    expect(stirlingError(11) + 10.5 * Math.log(11) - 11 + 0.5 * Math.log(2 * Math.PI)).toBeCloseTo(
      Math.log(3628800),
      13,
    );
  });
});
