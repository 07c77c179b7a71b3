import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { DensityProgress } from "../../src/density/course.ts";
import { fitDensity } from "../../src/density/fitDensity.ts";
import type { FittedDensity } from "../../src/density/fitted.ts";
import { meanAndError } from "../../src/density/score.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import { glow, iaf, maf, planar, realNvp } from "../../src/flows/index.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import { bent, bentLogProb, meanOf, rowsFrom } from "./samples.ts";

const samples = rowsFrom(1, 3000, bent);
const fresh = rowsFrom(2, 3000, bent);
const quick = { steps: 60, batch: 64, seed: 3 };
const few = samples.slice(0, 200);

describe("a flow fitted to a parabola", async () => {
  const before = tf.memory().numTensors;
  const fit = await fitDensity(realNvp({ layers: 4, hidden: 24 }), samples, { steps: 1500, seed: 1 });

  it("comes near the truth for fresh rows, and no likelier", () => {
    const { mean, count, bitsPerDim } = fit.score(fresh);
    const logProb = fit.logProb(fresh);
    const lost = fresh.map((row, i) => bentLogProb(row) - logProb[i]);
    const { se } = meanAndError(lost);
    expect(count).toBe(3000);
    expect(bitsPerDim).toBeCloseTo(-mean / (2 * Math.LN2), 12);
    // The mean of log p − log q is a divergence: above 0 but for chance, and here small.
    expect(meanOf(lost)).toBeGreaterThan(-4.5 * se);
    expect(meanOf(lost)).toBeLessThan(0.1);
  });

  it("draws rows that are likely under the truth", () => {
    const { values, shape } = fit.sample(2000, { seed: 2 });
    expect(shape).toEqual([2000, 2]);
    const rows = Array.from({ length: 2000 }, (_, i) => [values[2 * i], values[2 * i + 1]]);
    const own = rows.map(bentLogProb).sort((a, b) => a - b);
    const true_ = fresh.map(bentLogProb).sort((a, b) => a - b);
    expect(Math.abs(own[1000] - true_[1500])).toBeLessThan(0.2);
  });

  it("draws the first rows of a longer list, whatever its length", () => {
    const long = fit.sample(1100, { seed: 5 }).values;
    expect(Array.from(fit.sample(3, { seed: 5 }).values)).toEqual(Array.from(long.slice(0, 6)));
    expect(fit.sample(3, { seed: 6 }).values[0]).not.toBe(long[0]);
  });

  it("integrates to 1", () => {
    const [n, m] = [240, 240];
    const [dx, dy] = [30 / n, 0.2 / m];
    const grid = Array.from({ length: n * m }, (_, i) => [
      85 + (Math.floor(i / m) + 0.5) * dx,
      0.02 + ((i % m) + 0.5) * dy,
    ]);
    const total = fit.logProb(grid).reduce((sum, each) => sum + Math.exp(each) * dx * dy, 0);
    expect(Math.abs(total - 1)).toBeLessThan(5e-3);
  });

  it("says how it went", () => {
    const { history, heldOut, heldOutLogProb, steps } = fit;
    expect(history.step[history.step.length - 1]).toBe(steps);
    expect(Math.max(...history.watched)).toBeCloseTo(heldOut?.mean as number, 12);
    expect(heldOutLogProb?.length).toBe(300);
    // The curve of training is on the samples' scale too.
    expect(Math.abs(history.training[history.training.length - 1] - (fit.training?.mean as number))).toBeLessThan(0.2);
    expect(fit.summary()).toMatch(/^real-nvp:.*\ntraining: .* nats a row .*\nvalidation, which chose where to stop: /);
    expect(fit.method).toMatch(/^real-nvp:layers=4:hidden=24/);
    expect(fit.options).toMatchObject({ batch: 256, standardise: true, validation: 0.1, precision: "f32" });
  });

  it("finds rows that are not like the samples", () => {
    const shares = [...fit.outlierScores(fresh).share];
    // p-values of rows like the samples are uniform, but for the 300 validation rows' own chance.
    expect(Math.abs(meanOf(shares) - 0.5)).toBeLessThan(4.5 * Math.sqrt(1 / 12 / 300 + 1 / 12 / 3000));
    expect(shares.filter((each) => each < 0.05).length / 3000).toBeLessThan(
      0.05 + 4.5 * Math.sqrt((0.05 * 0.95) / 300),
    );
    const far = fit.outlierScores([
      [100, 0.3],
      [160, 0.05],
    ]);
    expect([...far.share]).toEqual([1 / 301, 1 / 301]);
    expect(far.logProb[0]).toBeLessThan(-50);
  });

  it("tells batches that are too likely as well as those that are not likely enough", () => {
    expect(fit.typicality(fresh.slice(0, 100)).pValue).toBeGreaterThan(0.01);
    expect(fit.typicality(new Array(50).fill([100, 0.05])).pValue).toBeLessThan(0.01);
    expect(
      fit.typicality([
        [100, 0.3],
        [101, 0.3],
      ]).pValue,
    ).toBeLessThan(0.01);
  });

  it("says how much it stretches", () => {
    const { toNoise, toSamples, inversionError } = fit.lipschitz(fresh.slice(0, 100));
    expect(toNoise).toBeGreaterThan(1);
    expect(toSamples).toBeGreaterThan(0.2);
    expect(inversionError).toBeLessThan(1e-10);
  });

  it("gives the same bits from a file", () => {
    const again = fromJson(toJson(fit)) as FittedDensity;
    expect(again.kind).toBe("density");
    expect([...again.logProb(fresh.slice(0, 50))]).toEqual([...fit.logProb(fresh.slice(0, 50))]);
    expect([...again.sample(5).values]).toEqual([...fit.sample(5).values]);
    expect(again.summary()).toBe(fit.summary());
    expect([...again.outlierScores([[100, 0.06]]).share]).toEqual([...fit.outlierScores([[100, 0.06]]).share]);
  });

  it("leaves no tensor behind", () => expect(tf.memory().numTensors).toBe(before));
});

describe("training", () => {
  it("stops where the validation rows are likeliest, and keeps those parameters", async () => {
    const train = samples.slice(0, 40);
    const own = samples.slice(100, 600);
    const fit = await fitDensity(maf({ layers: 3, hidden: 64 }), train, {
      validation: own,
      rate: 0.01,
      steps: 3000,
      patience: 5,
    });
    const { watched, step } = fit.history;
    const best = Math.max(...watched);
    expect(fit.ending).toBe("fell");
    expect(fit.steps).toBeLessThan(3000);
    expect(fit.score(own).mean).toBeCloseTo(best, 10);
    expect(best - watched[watched.length - 1]).toBeGreaterThan(0.3);
    expect(fit.verdict).toContain(`less likely after step ${step[watched.indexOf(best)]}`);
  });

  it("is the same for the same seed, and another for another", async () => {
    const run = async (seed: number) => (await fitDensity(iaf(), few, { ...quick, seed })).parameters;
    const [one, same, other] = [await run(1), await run(1), await run(2)];
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it.each([
    ["iaf", iaf({ hidden: 8 })],
    ["planar", planar({ layers: 3 })],
  ] as const)("is the same in both engines: %s", async (_, flow) => {
    const fits = [compiledEngine("f64"), eagerEngine("f64")].map((engine) =>
      fitDensity(flow as ReturnType<typeof iaf>, few, { ...quick, steps: 10, engine }),
    );
    const [compiled, eager] = await Promise.all(fits);
    const [got, want] = [compiled.logProb(few), eager.logProb(few)];
    expect(Math.max(...got.map((each, i) => Math.abs(each - want[i])))).toBeLessThan(1e-8);
    const draws = [compiled.sample(10).values, eager.sample(10).values];
    expect(Math.max(...draws[0].map((each, i) => Math.abs(each - draws[1][i])))).toBeLessThan(1e-7);
    expect(compiled.engine).toMatch(/^compiled-f64/);
    expect(compiled.engine).not.toContain("eager");
  });

  it("keeps the best of its restarts", async () => {
    const told: DensityProgress[] = [];
    const fit = await fitDensity(planar({ layers: 2 }), few, {
      ...quick,
      restarts: 3,
      onProgress: (progress) => told.push(progress),
    });
    expect([...new Set(told.map(({ restart }) => restart))]).toEqual([0, 1, 2]);
    const best = [0, 1, 2].map((i) => Math.max(...told.filter(({ restart }) => restart === i).map((p) => p.best)));
    expect(fit.heldOut?.mean).toBeCloseTo(Math.max(...best), 12);
    expect(fit.steps).toBe(3 * quick.steps);
  });

  it("ends early when told to", async () => {
    const control = new AbortController();
    const fit = await fitDensity(planar(), few, {
      ...quick,
      steps: 10_000,
      signal: control.signal,
      onProgress: ({ step }) => step >= 100 && control.abort(),
    });
    expect([fit.steps, fit.ending]).toEqual([100, "interrupted"]);
    expect(fit.verdict).toContain("Training was stopped");
  });

  it("says so where it was ended in a later restart than the best", async () => {
    const control = new AbortController();
    const fit = await fitDensity(planar({ layers: 2 }), few, {
      ...quick,
      restarts: 3,
      signal: control.signal,
      onProgress: ({ restart }) => restart === 1 && control.abort(),
    });
    expect([fit.steps, fit.ending]).toEqual([quick.steps + 50, "interrupted"]);
  });

  it("draws weights towards 0 where told to", async () => {
    const size = async (weightDecay: number): Promise<number> => {
      const { parameters } = await fitDensity(iaf(), few, { ...quick, steps: 300, weightDecay });
      return Object.values(parameters).reduce((sum, { values }) => sum + values.reduce((s, x) => s + x * x, 0), 0);
    };
    expect(await size(1)).toBeLessThan(0.7 * (await size(0)));
  });

  it("lets a flow take its first numbers from the samples, on their side of it", async () => {
    const far = rowsFrom(6, 500, ({ normal }) => [300 + 20 * normal(), -80 + 0.1 * normal()]);
    const options = { ...quick, steps: 1, standardise: false, validation: 0 };
    const { training } = await fitDensity(glow({ layers: 2 }), far, options);
    const entropy = 1 + Math.log(2 * Math.PI) + Math.log(20 * 0.1);
    expect(Math.abs((training?.mean as number) + entropy)).toBeLessThan(0.3);
  });

  it("takes rows as lists, host values and tensors", async () => {
    const values = Float64Array.from(few.flat());
    const tensor = tf.tensor2d(few.map(([x, y]) => [x - 100, y]));
    const [list, shaped, chains] = await Promise.all(
      [few, { shape: [200, 2], values }, { shape: [2, 100, 2], values }].map((rows) =>
        fitDensity(planar({ layers: 1 }), rows, { ...quick, steps: 5 }),
      ),
    );
    expect(shaped.parameters).toEqual(list.parameters);
    expect(chains.parameters).toEqual(list.parameters);
    const single = await fitDensity(planar({ layers: 1 }), tensor, { ...quick, steps: 5 });
    expect(single.size).toBe(2);
    tensor.dispose();
  });
});

describe("fitDensity refuses", () => {
  const nan = few.map((row, i) => (i === 4 ? [row[0], Number.NaN] : row));
  it.each([
    [() => fitDensity(planar(), nan), "fitDensity: row 5, column 2 is NaN"],
    [() => fitDensity(planar(), [[1, 2], [3]]), "fitDensity: row 1 has 2 numbers, row 2 has 1"],
    [
      () => fitDensity(planar(), few.slice(0, 8)),
      "fitDensity: expected at least 10 rows of 2 numbers to train on, got 6 of 8, 2 being kept for validation",
    ],
    [
      () =>
        fitDensity(
          planar(),
          few.map(([x]) => [x, 7]),
        ),
      "fitDensity: column 2 is 7 in every row",
    ],
    [() => fitDensity(planar(), []), "fitDensity: expected rows of numbers, got none"],
    [() => fitDensity(planar(), "rows" as never), 'expected a list of rows, { shape, values } or a tensor, got "rows"'],
    [() => fitDensity(planar(), { shape: [3, 2], values: [1, 2] }), "shape [3, 2] takes 6 values, got 2"],
    [() => fitDensity({} as never, few), "fitDensity: expected a flow such as iaf()"],
    [() => fitDensity(planar(), few, { step: 3 } as never), 'unknown option "step" (did you mean "steps"?)'],
    [() => fitDensity(planar(), few, { steps: 0 }), "fitDensity: steps: expected a whole number from 1, got 0"],
    [() => fitDensity(planar(), few, { rate: -1 }), "fitDensity: rate: expected a number above 0, got -1"],
    [() => fitDensity(planar(), few, { validation: 1 }), "validation: expected a fraction from 0 and below 1"],
    [() => fitDensity(planar(), few, { validation: [[1], [2]] }), "validation: expected rows of 2 numbers, got 1"],
    [() => fitDensity(planar(), few, { context: [[1]] }), "context: expected 200 rows, as many as samples, got 1"],
    [() => fitDensity(planar(), few, { weightDecay: -1 }), "weightDecay: expected a number from 0, got -1"],
    [() => fitDensity(planar(), few, { precision: "f16" as never }), 'precision must be "f32" or "f64"'],
  ])("%#", async (run, message) => {
    await expect(run()).rejects.toThrow(message);
  });

  it("rows that a density is asked about", async () => {
    const fit = await fitDensity(planar({ layers: 1 }), few, { ...quick, steps: 5, validation: 0 });
    expect(() => fit.logProb([[1, 2, 3]])).toThrow("logProb: expected rows of 2 numbers, got 3");
    expect(() => fit.logProb([[1, Infinity]])).toThrow("logProb: row 1, column 2 is +∞");
    expect(() => fit.logProb([[1, 2]], { context: [[1]] })).toThrow("fitted without one");
    expect(() => fit.sample(0)).toThrow("sample: n: expected a whole number from 1, got 0");
    expect(() => fit.outlierScores([[1, 2]])).toThrow("without validation rows");
    expect(() => fit.logProb([[1, 2]], { contxt: 1 } as never)).toThrow('did you mean "context"');
  });
});
