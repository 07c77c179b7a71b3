import {
  annealing,
  beta,
  cosine,
  eagerEngine,
  elbo,
  fit,
  gamma,
  hmc,
  iaf,
  map,
  model,
  normal,
  nuts,
  planar,
  sample,
  stickTheLanding,
} from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import schools, { coords, data } from "../../models/eight-schools-noncentred.ts";

const limit = 4.5;
const quick = { steps: 100, draws: 200 } as const;
const normalModel = model("n")
  .latent("m", normal(0, 2))
  .observe("y", ({ m }) => normal(m, 1), ["N"]);
const y = [1, 2, 3];
/** The posterior of m: precision 1/4 + 3. */
const [truth, sd] = [6 / 3.25, 1 / Math.sqrt(3.25)];

describe("map", () => {
  it("finds the mode of a Gaussian, its mean", async () => {
    const found = await map(normalModel, { y });
    expect(found.converged).toBe(true);
    expect(found.values.m.values[0]).toBeCloseTo(truth, 7);
  });

  it("maximises on the unconstrained scale, log-Jacobian included", async () => {
    // Gamma(3, 2) in log x: 3 log x − 2 x is highest at 3/2; Beta(2, 3) in the logit at p = 2/5.
    const found = await map(model("g").latent("x", gamma(3, 2)).latent("p", beta(2, 3)), {}, { seed: 2 });
    expect(found.values.x.values[0]).toBeCloseTo(1.5, 6);
    expect(found.values.p.values[0]).toBeCloseTo(0.4, 6);
  });

  it("starts where the user says", async () => {
    const found = await map(normalModel, { y }, { start: { m: 40 } });
    expect(found.values.m.values[0]).toBeCloseTo(truth, 6);
  });
});

describe("sample", () => {
  it("takes HMC, and starts of the user's own", async () => {
    const chains = await sample(
      normalModel,
      { y },
      { sampler: hmc({ steps: 6 }), chains: 2, warmup: 200, draws: 400, starts: [{ m: -3 }, { m: 9 }], seed: 3 },
    );
    const [row] = chains.rows;
    expect(Math.abs(row.mean - truth) / (row.mcse as number)).toBeLessThan(limit);
    expect(Math.abs(row.sd / sd - 1)).toBeLessThan(0.15);
    expect(chains.method).toBe("hmc:steps=6");
  });

  it("takes the options of NUTS and reports what each chain did", async () => {
    const chains = await sample(
      normalModel,
      { y },
      { sampler: nuts({ targetAcceptance: 0.95, maxTreeDepth: 4 }), chains: 2, warmup: 100, draws: 50 },
    );
    expect(chains.stats.treeDepth).toHaveLength(2);
    expect(Math.max(...chains.stats.treeDepth.flatMap((depths) => [...depths]))).toBeLessThanOrEqual(4);
    expect(chains.draws.m.shape).toEqual([2, 50]);
  });

  it("tells the user of progress, and stops when asked", async () => {
    let done = 0;
    await sample(
      normalModel,
      { y },
      {
        chains: 2,
        warmup: 50,
        draws: 50,
        onProgress: (progress) => {
          done = progress.done;
          expect(progress.total).toBe(200);
        },
      },
    );
    expect(done).toBe(200);
    await expect(sample(normalModel, { y }, { chains: 1, warmup: 1_000_000, shouldStop: () => true })).rejects.toThrow(
      /stopped/,
    );
  });

  it("tells chains that have not mixed off", async () => {
    const chains = await sample(
      normalModel,
      { y },
      { chains: 2, warmup: 0, draws: 20, seed: 1, starts: [{ m: -30 }, { m: 30 }], sampler: nuts({ maxTreeDepth: 1 }) },
    );
    expect(chains.verdict).not.toMatch(/^Good/);
  });
});

describe("fit", () => {
  it("names draws by the labels of their axes", async () => {
    const fitted = await fit(schools, data, { ...quick, coords });
    expect(fitted.rows.map(({ name }) => name)).toContain("theta[Choate]");
    expect(fitted.draws.theta.shape).toEqual([1, 200, 8]);
    expect(fitted.summary()).toContain("theta[St. Paul's]");
  });

  it("keeps the best of its restarts", async () => {
    // A guide that starts 20 sds off, given few steps: one restart is not as good as the best of three.
    const one = await fit(normalModel, { y }, { ...quick, draws: 2_000, steps: 60, seed: 5 });
    const three = await fit(normalModel, { y }, { ...quick, draws: 2_000, steps: 60, seed: 5, restarts: 3 });
    expect(three.steps).toBe(180);
    expect(three.elbo).toBeGreaterThanOrEqual(one.elbo);
  });

  it("says when the step limit came first", async () => {
    const fitted = await fit(normalModel, { y }, quick);
    expect(fitted.converged).toBe(false);
    expect(fitted.verdict).toMatch(/had not levelled off when training ended/);
  });

  it("takes schedules and annealing, and does not call an annealed bound level", async () => {
    const fitted = await fit(
      normalModel,
      { y },
      {
        rate: cosine(0.05, 0.001, 900),
        beta: annealing(0.01, 700),
        objective: elbo({ draws: 2 }),
        steps: 1_500,
        draws: 500,
      },
    );
    expect(fitted.history.length).toBeGreaterThan(700 + 450);
    expect(Math.abs(fitted.parameters.loc.values[0] - truth) / sd).toBeLessThan(0.1);
  });

  it("survives a few non-finite steps and says how many", async () => {
    // The density is NaN where m is above 2.5: a few draws of most early steps, hardly any later.
    const cliff = model("cliff")
      .latent("m", normal(0, 1))
      .factor("cliff", ({ m }) => tf.where(m.greater(2.8), Number.NaN, m.mul(0)));
    const fitted = await fit(cliff, {}, { steps: 600, draws: 200, seed: 1, objective: elbo({ draws: 1 }) });
    expect(fitted.verdict).toMatch(/\d+ of \d+ steps were skipped as non-finite/);
  });

  it("gives up on a density that stays non-finite, and names the site, the step and the value", async () => {
    const broken = model("broken")
      .latent("m", normal(0, 1))
      .factor("root", ({ m }) => m.square().neg().sub(1).sqrt());
    await expect(fit(broken, {}, { steps: 1_000 })).rejects.toThrow(
      /not finite in 50 of the last 50 steps, up to step 200, .* The first to go wrong is model › factor "root", with the value NaN\./,
    );
  });

  it.each([planar({ layers: 2 }), iaf({ layers: 2, hidden: 4 })])(
    "names the layer of a flow that explodes",
    async (guide) => {
      await expect(fit(normalModel, { y }, { guide, rate: 1e200, clip: 1e300, steps: 1_000 })).rejects.toThrow(
        /guide › flow › layer \d|guide|gradient is not/,
      );
    },
  );
});

describe("fit, at its edges", () => {
  it("a short fit is not the average with its start", async () => {
    const far = await fit(model("far").latent("m", normal(10, 1)), {}, { steps: 500, draws: 200, seed: 1 });
    expect(Math.abs(far.parameters.loc.values[0] - 10)).toBeLessThan(0.1);
  });

  it("a plateau before the end of annealing is no end", async () => {
    const late = (step: tf.Scalar) => tf.where(step.less(900), 0.1, 1) as tf.Scalar;
    const fitted = await fit(
      normalModel,
      { y },
      { beta: late, steps: 2_000, draws: 200, objective: elbo({ draws: 1 }) },
    );
    expect(Math.exp(fitted.parameters.logScale.values[0]) / sd).toBeLessThan(1.3);
    expect(fitted.verdict).not.toMatch(/not 1/);
    const half = await fit(normalModel, { y }, { beta: 0.5, steps: 100, draws: 200 });
    expect(half.verdict).toMatch(/counted 0.5 at the last step, not 1: this is not the posterior/);
  });

  it("a restart whose bound is NaN does not shadow the others", async () => {
    const cliff = model("cliff")
      .latent("m", normal(0, 1))
      .factor("edge", ({ m }) => tf.where(m.less(-2.2), Number.NaN, m.mul(0)));
    let shadows = 0;
    for (let seed = 0; seed < 12; seed++) {
      const [one, five] = [1, 5].map((restarts) => fit(cliff, {}, { steps: 5, draws: 300, restarts, seed }));
      if (!Number.isNaN((await one).elbo)) continue;
      shadows++;
      expect((await five).elbo).not.toBeNaN();
    }
    expect(shadows).toBeGreaterThan(0);
  });

  it("an objective that the guide cannot serve says so", async () => {
    await expect(fit(normalModel, { y }, { guide: planar(), objective: stickTheLanding() as never })).rejects.toThrow(
      /stick-the-landing: the guide has no log density away from its own draws; use elbo\(\)/,
    );
  });

  it("precision and engine do not contradict each other in silence", async () => {
    await expect(fit(normalModel, { y }, { precision: "f16" as never })).rejects.toThrow(
      /precision must be "f32" or "f64", got "f16"/,
    );
    await expect(fit(normalModel, { y }, { precision: "f32", engine: eagerEngine("f64") })).rejects.toThrow(
      /an engine or a precision/,
    );
    await expect(fit(normalModel, { y }, { beta: -1 })).rejects.toThrow(
      /^fit: beta: expected a number from 0 or a schedule such as cosine\(…\), got -1$/,
    );
  });

  it("single precision reaches the same fit", async () => {
    const single = await fit(normalModel, { y }, { precision: "f32", steps: 900, draws: 400 });
    expect(Math.abs(single.parameters.loc.values[0] - truth) / sd).toBeLessThan(0.05);
  });

  it("few draws are not judged", async () => {
    expect((await fit(normalModel, { y }, { steps: 50, draws: 10 })).verdict).toMatch(/^Too few draws to judge: 10/);
  });
});
