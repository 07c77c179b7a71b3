import { describe, expect, it } from "vitest";
import {
  checkCount,
  checkOptions,
  checkPositive,
  FluvialError,
  fail,
  showAny,
  showValue,
  suggest,
} from "../../src/core/check.ts";

describe("suggest", () => {
  it.each([
    ["sigam", "sigma"],
    ["Sigma", "sigma"],
    ["sgma", "sigma"],
    ["sigmaa", "sigma"],
    ["mw", "mu"],
  ])("takes %s for %s", (typed, meant) => {
    expect(suggest(typed, ["theta", "sigma", "mu"])).toBe(` (did you mean "${meant}"?)`);
  });

  it("picks the nearest", () => expect(suggest("steps", ["step", "stepsize", "stops1"])).toContain('"step"'));

  it("says nothing where no name is near, or there is none", () => {
    expect(suggest("omega", ["theta", "sigma", "mu"])).toBe("");
    expect(suggest("x", [])).toBe("");
  });
});

describe("checks", () => {
  it("refuse options that nobody reads, with a suggestion and the list", () => {
    expect(() => checkOptions("elbo", { drawz: 1 }, ["draws"])).toThrow(
      'elbo: unknown option "drawz" (did you mean "draws"?); it takes draws',
    );
    expect(() => checkOptions("mean-field", { rank: 1 }, [])).toThrow(
      'mean-field: unknown option "rank"; it takes none',
    );
    expect(() => checkOptions("elbo", { draws: undefined }, ["draws"])).not.toThrow();
    expect(() => checkOptions("elbo", [8], ["draws"])).toThrow("elbo: expected { draws }, got a list of 1");
  });

  it("take whole numbers from the least on", () => {
    for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => checkCount("draws", bad)).toThrow(`draws: expected a whole number from 1, got ${showAny(bad)}`);
    expect(() => checkCount("draws", "8" as never)).toThrow('draws: expected a whole number from 1, got "8"');
    expect(() => checkCount("draws", 1, 2)).toThrow("from 2");
    expect(() => checkCount("draws", 1)).not.toThrow();
  });

  it("take finite numbers above 0", () => {
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => checkPositive("rate", bad)).toThrow(`rate: expected a number above 0, got ${showAny(bad)}`);
    expect(() => checkPositive("rate", 5e-324)).not.toThrow();
  });

  it("fail with an error of their own, on one line", () => {
    expect(() => fail("x: no")).toThrow(FluvialError);
    expect(() => fail("x: no")).toThrow(expect.objectContaining({ name: "FluvialError", message: "x: no" }));
  });

  it("show values that are no numbers", () => {
    const shown = [1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map(showValue);
    expect(shown).toEqual(["1.5", "0", "NaN", "−∞", "+∞"]);
    expect(showAny(Promise.resolve(1))).toBe("a promise: await it first");
  });
});
