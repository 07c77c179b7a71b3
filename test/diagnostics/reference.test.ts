import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { betaQuantile } from "../../src/diagnostics/beta.ts";
import { ebfmi } from "../../src/diagnostics/energy.ts";
import { essBulk, essMean, essQuantile, essSd, essTail } from "../../src/diagnostics/ess.ts";
import { mcseMean, mcseQuantile, mcseSd } from "../../src/diagnostics/mcse.ts";
import { psis } from "../../src/diagnostics/psis.ts";
import { quantile } from "../../src/diagnostics/quantile.ts";
import { rhat } from "../../src/diagnostics/rhat.ts";
import { pooled, type Series } from "../../src/diagnostics/series.ts";

// ArviZ 0.23.4, numpy 2.4.6, scipy 1.17.1; made by scripts/reference/diagnostics.py.
type Scalars =
  | "rhat"
  | "essBulk"
  | "essTail"
  | "essMean"
  | "essSd"
  | "essMedian"
  | "essQuantile10"
  | "mcseMean"
  | "mcseSd"
  | "mcseMedian"
  | "mcseQuantile10";
interface Known {
  readonly chains: readonly (Readonly<Record<Scalars, number>> & {
    readonly name: string;
    readonly draws: readonly (readonly number[])[];
    readonly quantiles: readonly number[];
    readonly ebfmi: readonly number[];
  })[];
  readonly psis: readonly {
    readonly name: string;
    readonly logWeights: readonly number[];
    readonly efficiency: number;
    readonly khat: number;
    readonly smoothed: readonly number[];
  }[];
  readonly normalQuantile: readonly (readonly [number, number])[];
  readonly betaQuantile: readonly (readonly [number, number, number, number])[];
}
const known = JSON.parse(readFileSync(new URL("../known/diagnostics.json", import.meta.url), "utf8")) as Known;

const close = (got: number, expected: number, relative = 1e-10): void =>
  expect(Math.abs(got - expected), `${got} beside ${expected}`).toBeLessThanOrEqual(
    relative * Math.max(Math.abs(expected), 1e-12),
  );

const ours: Readonly<Record<Scalars, (chains: Series) => number>> = {
  rhat,
  essBulk,
  essTail,
  essMean,
  essSd,
  essMedian: (chains) => essQuantile(chains, 0.5),
  essQuantile10: (chains) => essQuantile(chains, 0.1),
  mcseMean,
  mcseSd,
  mcseMedian: (chains) => mcseQuantile(chains, 0.5),
  mcseQuantile10: (chains) => mcseQuantile(chains, 0.1),
};

for (const entry of known.chains)
  describe(`diagnostics as in ArviZ: ${entry.name}`, () => {
    const chains = entry.draws.map((chain) => Float64Array.from(chain));
    for (const [name, f] of Object.entries(ours)) it(name, () => close(f(chains), entry[name as Scalars]));
    it("quantiles", () => {
      for (const [i, p] of [0.05, 0.5, 0.95, 0.1234].entries()) close(quantile(pooled(chains), p), entry.quantiles[i]);
    });
    // ArviZ takes the mean of n − 1 squared steps over the variance with n − 1: the same as the sums' ratio.
    it("E-BFMI", () => {
      for (const [c, chain] of chains.entries()) close(ebfmi(chain), entry.ebfmi[c]);
    });
  });

for (const { name, logWeights, efficiency, khat, smoothed } of known.psis)
  it(`PSIS as in ArviZ: ${name}`, () => {
    const got = psis(Float64Array.from(logWeights), { relativeEfficiency: efficiency });
    close(got.khat, khat);
    for (const [i, value] of smoothed.entries()) close(got.logWeights[i], value);
    close(got.ess, efficiency / smoothed.reduce((sum, value) => sum + Math.exp(2 * value), 0));
  });

it("the normal quantile is scipy's", () => {
  for (const [p, x] of known.normalQuantile) close(normalQuantile(p), x, 1e-14);
});

it("the beta quantile is scipy's", () => {
  for (const [p, a, b, x] of known.betaQuantile) close(betaQuantile(p, a, b), x, 1e-11);
});
