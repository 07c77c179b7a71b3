import { compare, fullRank, meanField, model, normal, nuts, sample } from "fluvial";
import { beforeAll, describe, expect, it } from "vitest";
import type { Comparison } from "../../src/posterior/posterior.ts";

const rho = 0.8;
/** Standard normals with correlation ρ. */
const pair = model("pair")
  .latent("a", normal(0, 1))
  .latent("b", ({ a }) => normal(a.mul(rho), Math.sqrt(1 - rho ** 2)));

describe("a comparison on a Gaussian with correlation 0.8", () => {
  let comparison: Comparison<unknown>;
  beforeAll(async () => {
    comparison = await compare(
      pair,
      {},
      { guides: { narrow: meanField(), exact: fullRank() }, reference: nuts(), seed: 1, warmup: 400, draws: 800 },
    );
  });

  it("names its methods, the reference last", () => {
    expect(Object.keys(comparison.methods)).toEqual(["narrow", "exact", "nuts"]);
    expect(comparison.reference).toBe("nuts");
  });

  it("finds the mean-field sds short by √(1 − ρ²), beyond Monte Carlo error", () => {
    for (const { sdRatio, sdZ } of comparison.discrepancies.narrow) {
      // The reference has some 1,000 effective draws, and an sd of n normal draws a relative error of 1/√(2 n).
      expect(Math.abs(sdRatio / Math.sqrt(1 - rho ** 2) - 1)).toBeLessThan(4.5 / Math.sqrt(2 * 1_000));
      expect(sdZ).toBeLessThan(-10);
    }
  });

  it("tells the mean-field guide off and praises the full-rank one", () => {
    expect(comparison.verdicts.narrow).toMatch(
      /^Differs from nuts: .*the sd of [ab] is (3\d|4\d) % too short \(2 of 2 sds are off\)/,
    );
    expect(comparison.verdicts.exact).toMatch(/^Agrees with nuts within/);
    expect(comparison.verdicts.nuts).toMatch(/^Good/);
  });

  it("prints methods, parameters and verdicts", () => {
    const text = comparison.summary();
    for (const word of ["narrow", "exact", "nuts", "k-hat", "Differs from nuts"]) expect(text).toContain(word);
  });
});

it("takes chains drawn before as the reference", async () => {
  const chains = await sample(pair, {}, { seed: 2, warmup: 200, draws: 200 });
  const comparison = await compare(pair, {}, { guides: { a: fullRank() }, reference: chains as never, steps: 300 });
  expect(comparison.methods.nuts).toBe(chains);
});
