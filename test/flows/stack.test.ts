import { describe, expect, it } from "vitest";
import { specLabel } from "../../src/core/label.ts";
import { fitDensity } from "../../src/density/fitDensity.ts";
import type { FittedDensity } from "../../src/density/fitted.ts";
import { iaf, langevin, linearFlow, maf, planar, realNvp, spline, stack } from "../../src/flows/index.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import { rotatedPair } from "./rotatedPair.ts";

describe("a stack of flows", () => {
  it("sends samples the way that is a formula throughout", () => {
    expect(stack({ flows: [linearFlow(), realNvp()] })).toMatchObject({ dataGo: "inverse", closed: true });
    expect(stack({ flows: [linearFlow(), planar()] })).toMatchObject({ dataGo: "forward", closed: false });
    expect(stack({ flows: [linearFlow(), iaf()] })).toMatchObject({ dataGo: "inverse", closed: false });
  });

  it("starts from the least of its flows' rates, and trains by the plain bound where one of them does", () => {
    expect(stack({ flows: [linearFlow(), maf()] }).rate).toBe(maf().rate);
    expect(stack({ flows: [linearFlow(), maf()] }).plainBound).toBe(false);
  });

  it("is named after its flows", () => {
    expect(specLabel(stack({ flows: [planar({ layers: 2 }), linearFlow({ kind: "diagonal" })] }))).toBe(
      "stack:flows=planar:layers=2 + linear:kind=diagonal",
    );
  });

  it("says what is wrong with it", () => {
    expect(() => stack({ flows: [] })).toThrow(/stack: expected flows/);
    expect(() => stack({ flows: [linearFlow(), 3 as never] })).toThrow(/place 2, got 3$/);
    expect(() => stack({ flows: [langevin() as never, maf()] })).toThrow(/langevin at place 1 has noise of its own/);
    expect(() => stack([linearFlow(), maf()] as never)).toThrow("stack: expected { flows }, got a list of 2");
    expect(() => stack({ flow: [linearFlow()] } as never)).toThrow(/unknown option "flow"/);
    expect(() => stack(undefined as never)).toThrow(/stack: expected flows/);
  });

  it("fits samples, is saved and read back with the same numbers, stacks in stacks too", async () => {
    const inner = stack({ flows: [linearFlow(), spline({ layers: 1, bins: 4, hidden: 8 })] });
    const rows = rotatedPair(600);
    const density = await fitDensity(stack({ flows: [inner, linearFlow({ kind: "diagonal" })] }), rows, { steps: 150 });
    const gaussian = await fitDensity(linearFlow({ kind: "triangular" }), rows, { steps: 300 });
    const fresh = rotatedPair(400, 600);
    expect(density.score(fresh).mean).toBeGreaterThan(gaussian.score(fresh).mean);
    const again = fromJson(toJson(density)) as FittedDensity;
    expect([...again.logProb(fresh)]).toEqual([...density.logProb(fresh)]);
  });
});
