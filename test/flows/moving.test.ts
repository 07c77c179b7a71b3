import { expect, it } from "vitest";
import eightSchools, { data } from "../../models/eight-schools-noncentred.ts";
import { continuous } from "../../src/flows/continuous.ts";
import { langevin } from "../../src/flows/langevin.ts";
import { fit } from "../../src/infer/fit.ts";

/** By quadrature over mu and tau, as in test/infer/eight-schools.test.ts. */
const logEvidence = -31.3113;

it.each([
  ["continuous", continuous({ hidden: 16, steps: 4 }), 0.15],
  ["langevin", langevin(), 0.25],
] as const)(
  "%s fits eight schools: the bound is nearer than mean-field's and not above the evidence",
  async (_, guide, gap) => {
    const { elbo, elboSe, method } = await fit(eightSchools, data, { guide, seed: 1 });
    // Mean-field is 0.31 short.
    expect(elbo).toBeGreaterThan(logEvidence - gap);
    expect(elbo).toBeLessThan(logEvidence + 4.5 * elboSe);
    expect(method).toContain(guide.name);
  },
);
