import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { mcseMean, mcseQuantile, mcseSd } from "../../src/diagnostics/mcse.ts";
import { summariseDraws } from "../../src/diagnostics/summary.ts";
import { normal } from "../../src/distributions/normal.ts";
import { sample } from "../../src/infer/sample.ts";
import { nuts } from "../../src/infer/sampling/samplers.ts";
import { chainsVerdict } from "../../src/infer/sampling/verdict.ts";
import { model } from "../../src/model/model.ts";
import { divergentPositions } from "../../src/posterior/divergent.ts";
import { chainsOf } from "../../src/posterior/draws.ts";

const next = hostUniforms(hostKey(8));
/** Autoregressive chains, so that an ESS is not the number of draws. */
const walk = (chains: number, draws: number): Float64Array => {
  const values = new Float64Array(chains * draws);
  for (let i = 0; i < values.length; i++)
    values[i] = (i % draws === 0 ? 0 : 0.5 * values[i - 1]) + normalQuantile(next());
  return values;
};
const x = { shape: [4, 1000], values: walk(4, 1000), coords: [] };
const rows = summariseDraws({ x }, true);
const evidence = { rows, divergences: 0, draws: 4000, chains: 4 };

describe("the rows of chains", () => {
  it("have the Monte Carlo errors of their series, for mean, sd and quantiles", () => {
    const series = chainsOf(x, 0);
    const [row] = rows;
    expect(row.mcse).toBeCloseTo(mcseMean(series), 14);
    expect(row.mcseSd).toBeCloseTo(mcseSd(series), 14);
    expect([row.mcseQ5, row.mcseQ50, row.mcseQ95]).toEqual([0.05, 0.5, 0.95].map((p) => mcseQuantile(series, p)));
  });
});

describe("the verdict on chains", () => {
  it("lets a run stand that has a handful of divergences, and not one that has many", () => {
    expect(chainsVerdict({ ...evidence, divergences: 4 })).toMatch(
      /^Use with care: 4 of 4000 transitions diverged \(0\.1 %\), too few to spoil/,
    );
    expect(chainsVerdict({ ...evidence, divergences: 5 })).toMatch(
      /5 of 4000 transitions diverged: take smaller steps/,
    );
  });

  it("passes on what is wrong with the fit that they started from, and nothing of a good one", () => {
    const startedFrom = "Do not trust: k-hat 1.20 is above 0.70, the guide misses part of the posterior.";
    expect(chainsVerdict({ ...evidence, startedFrom })).toMatch(
      /^Good: .* They started from a fit whose verdict begins "Do not trust": what it misses they may miss too, and R-hat would not show it\.$/,
    );
    expect(chainsVerdict({ ...evidence, startedFrom: "Good where it looks: k-hat 0.20." })).toMatch(
      /no divergences\.$/,
    );
  });

  it("names chains of a low E-BFMI, where there are draws enough to tell", () => {
    const low = { ...evidence, ebfmi: [0.9, 0.21, 0.29, 1.1] };
    expect(chainsVerdict(low)).toMatch(
      /^Use with care: E-BFMI is below 0\.3 in 2 of 4 chains \(0\.21 in chain 2\), the tails may be missed/,
    );
    expect(chainsVerdict({ ...low, draws: 396 })).not.toContain("E-BFMI");
    expect(chainsVerdict({ ...evidence, ebfmi: [0.31, Number.NaN] })).toMatch(/^Good/);
  });

  it("notes trajectories that were cut, which cost time and not trust", () => {
    expect(chainsVerdict({ ...evidence, saturations: 40 })).toMatch(/^Good: .*no divergences\.$/);
    expect(chainsVerdict({ ...evidence, saturations: 60 })).toMatch(
      /^Good: .*no divergences\. 60 of 4000 trajectories \(1\.5 %\) were cut at the deepest tree/,
    );
  });

  it("says where a run was stopped, last", () => {
    expect(chainsVerdict({ ...evidence, cutShort: { draws: 5000, chains: 6 } })).toMatch(
      /^Good: .* Interrupted: 1000 of 5000 draws a chain, 4 of 6 chains\.$/,
    );
  });
});

describe("chains", () => {
  it("tell where they diverged, on the model's scale", async () => {
    const funnel = model("funnel")
      .latent("v", normal(0, 3))
      .latent("x", ({ v }) => normal(0, v.div(2).exp()), ["N"]);
    const chains = await sample(funnel, { N: 9 } as never, {
      seed: 4,
      sampler: nuts({ targetAcceptance: 0.6 }),
    });
    expect(chains.divergences).toBeGreaterThan(20);
    expect(chains.divergentDraws).toHaveLength(chains.divergences);
    const { v, x: latents } = divergentPositions(chains);
    expect(v.shape).toEqual([1, chains.divergences]);
    expect(latents.shape).toEqual([1, chains.divergences, 9]);
    const [{ chain, draw }] = chains.divergentDraws;
    expect(v.values[0]).toBe(chains.draws.v.values[chain * 1000 + draw]);
    expect(chains.stats.diverging[chain][draw]).toBe(1);
    // They gather in the neck: v among them lies below its mean, 0, on average.
    expect(v.values.reduce((a, b) => a + b, 0) / v.values.length).toBeLessThan(0);
  });

  it("count the trajectories that were cut", async () => {
    const narrow = model("narrow").latent("x", normal(0, [0.01, 1, 100]));
    const cut = await sample(
      narrow,
      {},
      { chains: 2, warmup: 20, draws: 50, seed: 1, sampler: nuts({ maxTreeDepth: 2 }) },
    );
    const counted = cut.stats.treeDepth.reduce((sum, each) => sum + each.filter((depth) => depth === 2).length, 0);
    expect(cut.saturations).toBe(counted);
    expect(counted).toBeGreaterThan(20);
    expect(cut.ebfmi).toHaveLength(2);
  });
});
