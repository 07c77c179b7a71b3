import { chainsOf, type Draws, elbo, fit, fullRank, iaf, lowRank, meanField, planar, radial, sample } from "fluvial";
import { describe, expect, it } from "vitest";
import model, { data } from "../../models/eight-schools-noncentred.ts";
import { mcseMean, mcseSd } from "../../src/diagnostics/mcse.ts";
import { mean, pooled, type Series, variance } from "../../src/diagnostics/series.ts";
import { hasData, referenceDraws } from "../reference.ts";

/** Standard errors that a right program exceeds once in 150,000 checks. */
const limit = 4.5;

const posterior = "eight_schools-eight_schools_noncentered";

/** Mean and sd beside the reference's, in Monte Carlo errors of both sides. */
const zScores = (ours: Series, theirs: Series): number[] => [
  (mean(pooled(ours)) - mean(pooled(theirs))) / Math.hypot(mcseMean(ours), mcseMean(theirs)),
  (Math.sqrt(variance(pooled(ours))) - Math.sqrt(variance(pooled(theirs)))) / Math.hypot(mcseSd(ours), mcseSd(theirs)),
];

describe.skipIf(!hasData(`posteriordb/${posterior}`))("eight schools by NUTS", () => {
  it.each([1, 2, 3, 4, 5])("agrees with the reference draws of posteriordb, seed %i", async (seed) => {
    const reference = referenceDraws(posterior);
    const chains = await sample(model, data, { seed, warmup: 400, draws: 500 });
    const draws = chains.draws as unknown as Record<string, Draws>;
    for (const [name, theirs] of Object.entries(reference)) {
      const [, variable, index] = /^(\w+)(?:\[(\d+)\])?$/.exec(name) as RegExpExecArray;
      for (const z of zScores(chainsOf(draws[variable], Number(index ?? 1) - 1), theirs))
        expect(Math.abs(z), `${name}: z`).toBeLessThan(limit);
    }
    expect(Object.keys(reference)).toHaveLength(10);
    for (const { name, rhat } of chains.rows) expect(rhat, `R-hat of ${name}`).toBeLessThan(1.03);
  });
});

describe("eight schools under every guide", () => {
  /** By quadrature over mu and tau, the half-Cauchy with its log 2. */
  const evidence = -31.3113;
  const guides = {
    meanField: meanField(),
    fullRank: fullRank(),
    lowRank: lowRank(),
    planar: planar(),
    radial: radial(),
    iaf: iaf(),
  };

  it.each(Object.entries(guides))("%s has a bound below the evidence, and near it", async (_, guide) => {
    const fitted = await fit(model, data, { guide, seed: 7, steps: 1_500, objective: elbo({ draws: 4 }) });
    expect(fitted.elbo).toBeLessThan(evidence + limit * fitted.elboSe);
    // Mean-field, the weakest, reaches -31.62 in PyTorch.
    expect(fitted.elbo).toBeGreaterThan(evidence - 0.5);
  });
});
