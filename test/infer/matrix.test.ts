/** A sample of scripts/matrix: every guide by every objective, each guide on one of a few models, two seeds and a few steps. */
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { runCell } from "../../scripts/matrix/cell.ts";
import { runJob } from "../../scripts/matrix/job.ts";
import type { Job } from "../../scripts/matrix/results.ts";
import { guideRows, nameOf } from "../../scripts/matrix/settings.ts";
import { range } from "../../src/core/shape.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import { halfNormal, normal } from "../../src/distributions/index.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { guideSpecs, meanField } from "../../src/guides/index.ts";
import { openGround } from "../../src/infer/fitting/ground.ts";
import { condition } from "../../src/model/condition.ts";
import { model } from "../../src/model/model.ts";
import { elbo } from "../../src/objectives/elbo.ts";
import { objectiveSpecs } from "../../src/objectives/index.ts";

const models = ["eight-schools", "linear-regression", "banana"];
const seeds = { from: 1, to: 2 };
const objectives = Object.keys(objectiveSpecs);

describe("every guide by every objective", () => {
  it.each(guideRows().map((guide, i) => [nameOf(guide), guide, models[i % models.length]] as const))(
    "%s is trained",
    async (_, guide, model) => {
      const { cells, unfit } = await runJob({ model, guide, seeds, objectives, steps: 10, seconds: 10 });
      if (unfit !== undefined) {
        expect(unfit).toBe("nothing to train");
        return;
      }
      for (const { objective, refused, error, eager, skipped, seedsLost, cause } of cells) {
        expect({ objective, error, eager }).toEqual({ objective });
        expect(seedsLost).toBe(0);
        expect({ skipped, cause }).toEqual({ skipped: 0 });
        if (refused === undefined) continue;
        // Who refuses, and what to take instead.
        expect(refused).toMatch(new RegExp(`^(\\w+: )*${objective}: .*use `));
      }
      expect(cells.filter(({ refused }) => refused === undefined).length).toBeGreaterThanOrEqual(3);
    },
  );
});

/** A regression on uncentred inputs, the noise unknown: from afar its slopes are of the order of a million. */
const steep = model("steep")
  .data("x", ["N"])
  .latent("intercept", normal(0, 10))
  .latent("slope", normal(0, 10))
  .latent("sigma", halfNormal(0, 1))
  .observe("y", ({ x, intercept, slope, sigma }) => normal(x.mul(slope).add(intercept), sigma), ["N"]);
const steepInputs = range(200).map((i) => 60 + (i % 15));
const steepData = { x: steepInputs, y: steepInputs.map((x, i) => 2 + 0.05 * x + 0.9 * Math.sin(7 * i)) };

describe("guides that step along the slope of a steep model", () => {
  const job: Job = { model: "", guide: "", seeds: { from: 1, to: 5 }, objectives: [], steps: 200, seconds: 60 };

  it.each(["langevin", "hamiltonian", "annealed-hamiltonian"])("lose no step from any start: %s", async (name) => {
    const ground = openGround(steep as never, condition(steep, steepData), compiledEngine());
    const spec = guideSpecs[name]();
    const guide = (await spec.for(ground.conditioned.at(ground.data) as never)) as never;
    const { skipped, seedsLost, cause, steps } = runCell(ground as never, guide, elbo(), spec.rate ?? 0.02, job);
    ground.dispose();
    expect({ skipped, seedsLost, cause, steps }).toEqual({ skipped: 0, seedsLost: 0, steps: 200 });
  });
});

describe("what is not finite", () => {
  const job: Job = { model: "", guide: "", seeds: { from: 1, to: 4 }, objectives: [], steps: 20, seconds: 10 };

  const cellOf = (loc: (x: Tensor) => Tensor, y: readonly number[] = [1, 2]) => {
    const made = model("broken")
      .latent("x", normal(0, 1))
      .observe("y", ({ x }) => normal(loc(x), 1), ["N"]);
    const ground = openGround(made as never, condition(made, { y }), compiledEngine());
    const guide = meanField().for(ground.conditioned.at(ground.data) as never) as never;
    const cell = runCell(ground as never, guide, elbo(), 0.1, job);
    ground.dispose();
    return cell;
  };

  it("is counted and traced to the site", () => {
    const { skipped, seedsSkipped, seedsLost, cause } = cellOf((x) => x.log());
    expect(seedsSkipped).toBe(4);
    // Eight draws around 0: hardly ever are all of them above it.
    expect(skipped).toBeGreaterThan(70);
    expect(seedsLost).toBe(0);
    expect(cause?.where.join(" › ")).toContain('observed "y"');
    expect(cause).toMatchObject({ seed: 1, step: 0, value: Number.NaN });
  });

  it("is found at the step that it came at", () => {
    // Draws of standard deviation 0.5 lie above 1.2 now and then, and the data pull them there.
    const { skipped, seedsSkipped, steps, cause } = cellOf((x) => tf.sub(1.2, x).log(), [-1, -2]);
    expect(skipped).toBeGreaterThan(0);
    expect(skipped).toBeLessThan(4 * steps);
    expect(seedsSkipped).toBeGreaterThan(0);
    expect(cause?.where.join(" › ")).toContain('observed "y"');
  });

  it("is traced where the gradient alone is lost", () => {
    // √0 has no slope: 0 · ∞.
    const { skipped, cause } = cellOf((x) => x.mul(0).sqrt());
    expect(skipped).toBe(4 * 20);
    expect(cause?.where.join(" › ")).toContain('observed "y"');
  });
});
