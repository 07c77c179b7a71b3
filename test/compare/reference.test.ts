import { compare, fullRank, model, normal, sample } from "fluvial";
import { beforeAll, describe, expect, it } from "vitest";
import { discrepancies } from "../../src/compare/discrepancy.ts";
import { comparisonVerdict } from "../../src/compare/verdict.ts";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import type { Draws } from "../../src/posterior/draws.ts";
import type { Chains, Fit, Posterior } from "../../src/posterior/posterior.ts";

const groups = model("groups")
  .latent("theta", normal(0, 1), ["J"])
  .observe("y", ({ theta }) => normal(theta, 1), ["J"])
  .derive("root", ({ theta }) => theta.sqrt(), ["J"])
  .derive("tenth", ({ theta }) => theta.mul(0).add(0.1), ["J"]);
const y = [1, -1];
const other = model("other").latent("theta", normal(0, 1));
const fewer = { chains: 2, warmup: 50, draws: 50, seed: 1 };
const given = { guides: { exact: fullRank() }, steps: 100, guideDraws: 200 };

describe("chains drawn before as a reference", () => {
  let chains: Chains;
  beforeAll(async () => {
    chains = (await sample(groups, { y }, { ...fewer, coords: { J: ["a", "b"] } })) as Chains;
  });

  it("are matched by quantity and index, and named as the fit is", async () => {
    const comparison = await compare(groups, { y }, { ...given, reference: chains, coords: { J: ["north", "south"] } });
    expect(comparison.discrepancies.exact.map(({ name }) => name)).toEqual([
      "theta[north]",
      "theta[south]",
      "root[north]",
      "root[south]",
    ]);
    const { rows, draws } = comparison.methods.nuts;
    expect(rows.map(({ name }) => name)).toContain("theta[south]");
    expect(draws.theta.values).toBe(chains.draws.theta.values);
    expect(comparison.summary()).toMatch(/theta\[north\] +\S+ ± \S+ +\S+ ± \S+/);
    expect(comparison.methods.nuts.summary()).not.toContain("theta[a]");
  });

  it("do not agree where draws are NaN", async () => {
    const comparison = await compare(groups, { y }, { ...given, reference: chains, coords: { J: ["a", "b"] } });
    expect(comparison.verdicts.exact).toMatch(
      /^Differs from nuts .*the mean or sd of root\[a\], root\[b\] is not finite/,
    );
    expect(comparison.verdicts.nuts).toMatch(/the mean or sd of root\[a\], root\[b\] is not finite/);
    expect(comparison.methods.exact.verdict).not.toMatch(/^Good/);
    expect(comparison.summary()).toContain("NaN–NaN");
  });

  it("are refused where they are of another model or shape", async () => {
    const against = (reference: unknown, data: readonly number[] = y): Promise<unknown> =>
      compare(groups, { y: data }, { ...given, reference: reference as Chains });
    await expect(against(await sample(other, {}, fewer))).rejects.toThrow(
      /^compare: expected a reference drawn from "groups", got chains of "other"$/,
    );
    await expect(against(chains, [1, 2, 3])).rejects.toThrow(
      /^compare: expected "theta" of shape \[3\] in the reference, got \[2\]; were other data given\?$/,
    );
    const { root, ...rest } = chains.draws;
    await expect(against({ ...chains, draws: rest })).rejects.toThrow(
      /^compare: expected "root" in the reference, got chains of theta, tenth$/,
    );
    await expect(against({ ...chains, draws: { ...rest, root, more: root } })).rejects.toThrow(
      /^compare: the reference has "more", but "groups" has only theta, root, tenth$/,
    );
  });
});

describe("what a comparison says", () => {
  const posterior = (draws: Record<string, Float64Array>): Posterior<unknown> =>
    ({
      verdict: "Good.",
      draws: Object.fromEntries(
        Object.entries(draws).map(([name, values]): [string, Draws] => [
          name,
          { shape: [1, values.length], values, coords: [] },
        ]),
      ),
    }) as unknown as Posterior<unknown>;
  const next = hostUniforms(hostKey(1));
  const [x, same] = [0, 1].map(() => new Float64Array(1000).map(() => normalQuantile(next())));
  const tenths = new Float64Array(1000).fill(0.1);
  const verdict = (mine: Record<string, Float64Array>, reference: Record<string, Float64Array>): string =>
    comparisonVerdict(posterior(mine) as Fit, discrepancies(posterior(mine), posterior(reference)), {
      name: "nuts",
      trusted: true,
    });

  it("leaves constants out, whatever the rounding of their sums", () => {
    const list = discrepancies(posterior({ x, c: tenths.subarray(0, 997) }), posterior({ x: same, c: tenths }));
    expect(list.map(({ name }) => name)).toEqual(["x"]);
    expect(verdict({ x, c: tenths.subarray(0, 997) }, { x: same, c: tenths })).toMatch(/^Agrees with nuts/);
  });

  it("never agrees on nothing", () => {
    expect(verdict({ c: tenths }, { c: tenths })).toMatch(/^Cannot be compared with nuts: no quantity varies in it\./);
  });

  it("names what is not finite on either side", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const broken = same.map((value, i) => (i === 5 ? bad : value));
      expect(verdict({ x: broken }, { x })).toMatch(/^Differs from nuts: the mean or sd of x is not finite\./);
      expect(verdict({ x }, { x: broken })).toMatch(/^Differs from nuts: in nuts the mean or sd of x is not finite\./);
      expect(verdict({ c: broken }, { c: tenths })).toMatch(/^Differs from nuts: the mean or sd of c/);
    }
  });

  it("sees a guide that does not vary where the reference does", () => {
    expect(verdict({ x: tenths }, { x })).toMatch(/the sd of x is 100 % too short/);
  });

  it("says where there are too few draws to tell", () => {
    const few = verdict({ x: x.subarray(0, 3).map((value) => value + 9) }, { x });
    expect(few).toMatch(/^Cannot be compared with nuts: there are too few draws to tell\./);
  });
});
