import { calibrate } from "fluvial";
import { describe, expect, it } from "vitest";
import {
  covariates,
  droppedJacobian,
  gammaPoisson,
  logistic,
  schoolErrors,
  schools,
  shares,
  unknownSd,
  wideScale,
} from "./models.ts";

const replications = 1_000;

describe("NUTS is calibrated, 1,000 replications, simultaneous 99 % bands:", () => {
  const right = {
    "a normal with unknown sd": () => calibrate(unknownSd, { n: 10 } as object, { replications, seed: 1 }),
    "eight schools, non-centred": () => calibrate(schools, { s: schoolErrors }, { replications, seed: 1 }),
    "a logistic regression": () => calibrate(logistic, { x: covariates }, { replications, seed: 1 }),
    "gamma rates of Poisson counts": () => calibrate(gammaPoisson, {}, { replications, seed: 1 }),
    "a simplex under multinomial counts": () => calibrate(shares, {}, { replications, seed: 1 }),
  };
  it.each(Object.entries(right))("%s", async (_, run) => {
    const found = await run();
    expect(found.failures).toEqual([]);
    expect(found.replications).toBe(replications);
    expect(found.rows.map(({ count }) => count)).toEqual(found.rows.map(() => replications));
    expect(found.passed, found.summary()).toBe(true);
    expect(found.verdict).toMatch(/^Calibrated/);
  });
});

describe("planted faults are caught, each at p < 1e-4:", () => {
  it("a dropped Jacobian", async () => {
    const found = await calibrate(droppedJacobian, { n: 5 } as object, { replications, seed: 2, truth: unknownSd });
    expect(found.p).toBeLessThan(1e-4);
    expect(found.verdict).toMatch(/^Not calibrated.*sigma.*too low/);
  });

  it("a prior scale × 1.5", async () => {
    const found = await calibrate(wideScale, { n: 3 } as object, { replications, seed: 3, truth: unknownSd });
    expect(found.p).toBeLessThan(1e-4);
    expect(found.verdict).toMatch(/^Not calibrated.*sigma.*too high/);
  });

  it("ten transitions without warm-up", async () => {
    const few = { replications, seed: 4, warmup: 0, draws: 10, thin: 1 };
    const found = await calibrate(unknownSd, { n: 10 } as object, few);
    expect(found.p).toBeLessThan(1e-4);
    expect(found.rows.find(({ name }) => name === "mu")?.shape).toBe("too narrow");
  });
});
