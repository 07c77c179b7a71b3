import {
  bernoulli,
  calibrate,
  eagerEngine,
  flat,
  fullRank,
  hmc,
  logJoint,
  missing,
  model,
  normal,
  parseModel,
  real,
  sample,
  type Tensor,
} from "fluvial";
import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { unknownSd } from "./models.ts";

const simple = model("simple")
  .latent("mu", normal(0, 2))
  .observe("y", ({ mu }) => normal(mu, 1), [5]);

/** The posterior of `simple` in closed form, `wider` times too wide and `shift` too high. */
const exact =
  (wider = 1, shift = 0) =>
  (data: object, seed: number) => {
    const { values } = (data as { y: { values: Float64Array } }).y;
    const precision = 1 / 4 + values.length;
    const centre = values.reduce((sum, y) => sum + y, 0) / precision;
    const uniform = hostUniforms(hostKey(seed));
    const draw = (): number => centre + shift + (wider * normalQuantile(uniform())) / Math.sqrt(precision);
    return { mu: { shape: [1, 19], values: Float64Array.from({ length: 19 }, draw), coords: [] } };
  };

const few = { replications: 400, draws: 19, seed: 1 };

describe("calibrate", () => {
  it("passes exact draws and names the faults of others", async () => {
    const judge = async (wider: number, shift: number) => {
      const { rows, verdict } = await calibrate(simple, {}, { ...few, method: exact(wider, shift) });
      expect(rows.map(({ name }) => name)).toEqual(["mu"]);
      expect(verdict.startsWith(rows[0].shape === "none" ? "Calibrated" : "Not calibrated")).toBe(true);
      return rows[0].shape;
    };
    expect(await judge(1, 0)).toBe("none");
    expect(await judge(0.6, 0)).toBe("too narrow");
    expect(await judge(1.7, 0)).toBe("too wide");
    expect(await judge(1, 0.2)).toBe("too high");
    expect(await judge(1, -0.2)).toBe("too low");
  });

  it("has p-values that are uniform where the method is exact", async () => {
    const values: number[] = [];
    for (let seed = 0; seed < 60; seed++)
      values.push((await calibrate(simple, {}, { ...few, replications: 100, seed, method: exact() })).p);
    // One scalar: p is that of its ranks; discrete, so at most uniform.
    expect(values.filter((p) => p < 0.05).length).toBeLessThanOrEqual(9);
    expect(values.filter((p) => p < 0.5).length).toBeLessThan(30 + 4 * Math.sqrt(15));
    expect(values.filter((p) => p < 0.6).length).toBeGreaterThan(36 - 4 * Math.sqrt(15));
  });

  it("takes guides and other samplers", async () => {
    const options = { replications: 40, draws: 19, seed: 2 };
    const fitted = await calibrate(simple, {}, { ...options, method: fullRank(), fit: { steps: 300 } });
    expect(fitted.method).toBe("full-rank");
    expect(Object.keys(fitted.ranks)).toEqual(["mu", "log likelihood"]);
    expect(fitted.p).toBeGreaterThan(0.001);
    const walked = await calibrate(simple, {}, { ...options, method: hmc({ steps: 5 }), warmup: 200 });
    expect(walked.p).toBeGreaterThan(0.001);
    expect(walked.gradients).toBeGreaterThan(40 * 200);
  });

  it("takes a method that returns a posterior", async () => {
    const method = (data: object, seed: number) =>
      sample(simple, data as never, { seed, chains: 2, warmup: 100, draws: 20 });
    const found = await calibrate(simple, {}, { replications: 6, draws: 20, method });
    expect(Object.keys(found.ranks)).toEqual(["mu", "log likelihood"]);
  });

  it("is the same for the same seed, and another for another", async () => {
    const run = (seed: number) => calibrate(unknownSd, { n: 4 } as object, { replications: 20, draws: 19, seed });
    const [a, b, c] = [await run(1), await run(1), await run(2)];
    expect(b.ranks).toEqual(a.ranks);
    expect(c.ranks).not.toEqual(a.ranks);
  });

  it("runs on the eager engine to nearly the same ranks", async () => {
    const run = (engine?: ReturnType<typeof eagerEngine>) =>
      calibrate(simple, {}, { replications: 3, draws: 9, warmup: 30, thin: 1, seed: 5, engine });
    const [compiled, eager] = [await run(), await run(eagerEngine())];
    expect(eager.engine).not.toBe(compiled.engine);
    expect(eager.ranks).toEqual(compiled.ranks);
  });

  it("ranks discrete latents and missing values", async () => {
    const gaps = model("gaps")
      .latent("mu", normal(0, 2))
      .latent("z", bernoulli(0.3), [3])
      .observe("y", ({ mu, z }) => normal(mu.add(z.mul(2)), 1), [3])
      .observe("w", ({ mu }) => normal(mu, 1), ["n"]);
    const found = await calibrate(
      gaps,
      { w: missing([1, null, 3]) },
      { replications: 150, draws: 19, warmup: 200, seed: 1 },
    );
    expect(Object.keys(found.ranks)).toEqual(["mu", "z[1]", "z[2]", "z[3]", "w_missing[2]", "log likelihood"]);
    expect(found.p).toBeGreaterThan(0.001);
  });

  it("takes raw log joints where it is told how to draw the truth, and by models alike", async () => {
    const raw = logJoint({ name: "raw", data: { y: [5] }, latent: { mu: real() } }, ({ mu }, { y }) => ({
      prior: normal(0, 2).logProb(mu),
      likelihood: normal(mu, 1).logProb(y),
    }));
    await expect(calibrate(raw)).rejects.toThrow(
      /"raw" has a density without a way to draw from it; say what draws the truth/,
    );
    const options = { replications: 30, draws: 9, warmup: 100, seed: 1 };
    const byModel = await calibrate(raw, {}, { ...options, truth: simple });
    expect(Object.keys(byModel.ranks)).toEqual(["mu", "log likelihood"]);
    const truth = (seed: number) => {
      const uniform = hostUniforms(hostKey(seed));
      const mu = 2 * normalQuantile(uniform());
      return { values: { mu }, data: { y: Array.from({ length: 5 }, () => mu + normalQuantile(uniform())) } };
    };
    const byFunction = await calibrate(raw, {}, { ...options, truth });
    expect(byFunction.p).toBeGreaterThan(0.001);
    expect(byFunction.rows.map(({ count }) => count)).toEqual([30, 30]);
  });

  it("takes models of text, and models without data, whose prior must come back", async () => {
    const text = await parseModel("data y[n]\nmu ~ normal(0, 2)\ny ~ normal(mu, 1)\n");
    const options = { replications: 60, draws: 19, warmup: 200, seed: 3 };
    const found = await calibrate(text, { y: [0, 0, 0] }, options);
    expect(Object.keys(found.ranks)).toEqual(["mu", "log likelihood"]);
    expect(found.p).toBeGreaterThan(0.001);
    const prior = await calibrate(model("prior").latent("z", normal(3, 2), [2]), {}, options);
    expect(Object.keys(prior.ranks)).toEqual(["z[1]", "z[2]"]);
    expect(prior.p).toBeGreaterThan(0.001);
  });

  it("finds that NUTS is not calibrated on the funnel, and says that its draws may hang together", async () => {
    const funnel = model("funnel")
      .latent("v", normal(0, 3))
      .latent("x", ({ v }) => normal(0, v.div(2).exp()), [9]);
    const found = await calibrate(funnel, {}, { replications: 150, seed: 1, warmup: 300 });
    expect(found.p).toBeLessThan(1e-4);
    expect(found.rows.find(({ name }) => name === "v")?.shape).toBe("too narrow");
    expect(found.verdict).toMatch(/Draws every 20 transitions may still hang together/);
  });

  it("keeps what it has when it is stopped, and says how far it is", async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const found = await calibrate(
      simple,
      {},
      {
        ...few,
        method: exact(),
        signal: stop.signal,
        onProgress: ({ done, soFar }) => {
          seen.push(done);
          if (done === 12) {
            expect(soFar().replications).toBe(12);
            stop.abort();
          }
        },
      },
    );
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect([found.replications, found.interrupted, found.asked]).toEqual([12, true, 400]);
    expect(found.verdict).toMatch(/Stopped after 12 of 400 replications\.$/);
  });

  it("reports failures of the method", async () => {
    let calls = 0;
    const method = (data: object, seed: number) => {
      if (++calls % 3 === 0) throw new Error("no luck");
      return exact()(data, seed);
    };
    const found = await calibrate(simple, {}, { ...few, replications: 30, method });
    expect([found.replications, found.failures.length]).toEqual([20, 10]);
    expect(found.interrupted).toBe(false);
    expect(found.verdict).toContain("method failed on 10 data sets (replication 3: no luck)");
    const never = () => {
      throw new Error("never");
    };
    await expect(calibrate(simple, {}, { ...few, method: never })).rejects.toThrow(
      /failed on every data set; replication 1: never/,
    );
  });

  it("refuses what cannot be simulated, and what it does not know", async () => {
    const improper = model("improper")
      .latent("mu", flat())
      .observe("y", ({ mu }) => normal(mu, 1), [2]);
    await expect(calibrate(improper)).rejects.toThrow(/flat is improper and cannot be drawn from; .*proper prior/);
    const weighted = simple.factor("f", ({ mu }: { mu: Tensor }) => mu.neg());
    await expect(calibrate(weighted)).rejects.toThrow(/say what draws the truth/);
    await expect(calibrate(simple, {}, { sampler: 1 } as object)).rejects.toThrow(/unknown option "sampler"/);
    await expect(calibrate(simple, {}, { method: 3 as never })).rejects.toThrow(/calibrate: method: expected nuts\(\)/);
    await expect(calibrate(simple, {}, { method: fullRank(), thin: 2 })).rejects.toThrow(/thin belongs to a sampler/);
    await expect(calibrate(simple, {}, { replications: 0 })).rejects.toThrow(/replications: expected a whole number/);
  });
});
