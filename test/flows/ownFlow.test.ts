import { type Density, type FlowSpec, fit, fitDensity, flowParts, stickTheLanding } from "fluvial";
import { describe, expect, it } from "vitest";
import model, { data } from "../../models/eight-schools-noncentred.ts";
import { flowContract } from "./contract.ts";
import { rotatedPair } from "./rotatedPair.ts";

const { chain, closedFlowSpec, coupling, linearLayer, piecewiseLinear } = flowParts;

/** A flow as a user makes it of public parts: polygons behind couplings, a learned rotation between them. */
const own = (): FlowSpec<Density, readonly unknown[]> =>
  closedFlowSpec({
    name: "own",
    options: {},
    flow: (size, context = 0) => {
      const kept = Math.floor(size / 2);
      const half = (swapped: boolean) =>
        coupling({ size, kept, swapped, context, hidden: [8], monotone: piecewiseLinear(5, 4) });
      return chain<unknown>([half(false), linearLayer(size, "cayley"), half(true)]);
    },
  });

flowContract({ "a flow of public parts": { flow: own().flow, sizes: [2, 3], spread: 0.3 } });

describe("a flow of public parts", () => {
  it("is a guide, with a density", async () => {
    const fitted = await fit(model, data, { guide: own(), objective: stickTheLanding(), steps: 500, seed: 2 });
    expect(Number.isFinite(fitted.elbo)).toBe(true);
    expect(fitted.elbo).toBeGreaterThan(-33);
  });

  it("is a density of samples", async () => {
    const density = await fitDensity(own(), rotatedPair(600), { steps: 200 });
    expect(density.score(rotatedPair(400, 600)).mean).toBeGreaterThan(-4);
  });
});
