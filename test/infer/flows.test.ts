import { describe, expect, it } from "vitest";
import model, { data } from "../../models/eight-schools-noncentred.ts";
import type { GuideSpec } from "../../src/core/density.ts";
import { flowSpecs, stochasticFlowSpecs } from "../../src/flows/index.ts";
import { fit } from "../../src/infer/fit.ts";

/** How far above the evidence a bound may lie, in standard errors. */
const limit = 4.5;

/** By quadrature over mu and tau, the half-Cauchy with its log 2. */
const evidence = -31.3113;

/** Fewer layers and units for flows whose steps cost much. */
const smaller: Readonly<Record<string, object>> = {
  residual: { layers: 3, hidden: 16 },
  continuous: { hidden: 16, steps: 4 },
  "monotone-integral": { layers: 1, hidden: 16, nodes: 12 },
  "block-naf": { layers: 1 },
  maf: { layers: 3 },
};

describe("every flow as a guide of eight schools, as it comes", () => {
  const names = Object.entries({ ...flowSpecs, ...stochasticFlowSpecs });
  it.each(names)("%s has a bound below the evidence, and near it", async (name, make) => {
    const guide = make(smaller[name] as never) as GuideSpec;
    const fitted = await fit(model, data, { guide, seed: 7, steps: 3_000 });
    expect(fitted.elbo).toBeLessThan(evidence + limit * fitted.elboSe);
    // Mean-field, the weakest, reaches -31.62 in PyTorch.
    expect(fitted.elbo).toBeGreaterThan(evidence - 0.4);
  });
});
