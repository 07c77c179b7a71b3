import { describe, expect, it } from "vitest";
import schools, { data } from "../../models/eight-schools-noncentred.ts";
import { normal } from "../../src/distributions/normal.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import { planar } from "../../src/flows/index.ts";
import { meanField } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";
import { type SampleProgress, sample } from "../../src/infer/sample.ts";
import { hmc, nuts, tempered } from "../../src/infer/sampling/samplers.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import { model } from "../../src/model/model.ts";
import type { Chains, Fit } from "../../src/posterior/posterior.ts";

const small = { chains: 2, warmup: 60, seed: 5 } as const;
const line = model("line")
  .latent("m", normal(0, 2))
  .observe("y", ({ m }) => normal(m, 1), ["N"]);
const y = [1, 2, 3];

/** All that a run says but how long it took and what it was told. */
const bits = ({ seconds: _, gradients: _g, options: _o, ...chains }: Chains<unknown>): unknown =>
  JSON.parse(JSON.stringify(chains, (_key, x) => (ArrayBuffer.isView(x) ? Array.from(x as Float64Array) : x)));

describe("a fit that goes on", () => {
  const begun = fit(line, { y }, { guide: planar({ layers: 1 }), seed: 1, steps: 50 });

  it("takes guide and parameters from what it goes on from, read from a file too, whatever the data", async () => {
    const read = fromJson(toJson((await begun) as never)) as Fit;
    const more = await fit(line, { y }, { from: read, seed: 1, steps: 1, rate: 1e-9 });
    expect(more.method).toBe("planar:layers=1");
    for (const [path, { values }] of Object.entries((await begun).parameters))
      more.parameters[path].values.forEach((x, i) => {
        expect(x).toBeCloseTo(values[i], 6);
      });
    expect((await fit(line, { y: [4, 5] }, { from: read, steps: 1 })).method).toBe("planar:layers=1");
  });

  it("refuses fits of another model, guide or size", async () => {
    const from = await begun;
    const other = model("other").latent("m", normal(0, 2));
    await expect(fit(other, {}, { from })).rejects.toThrow('fit: from: expected a fit of "other", got one of "line"');
    await expect(fit(line, { y }, { from, guide: meanField() })).rejects.toThrow(
      "fit: from: expected a fit by mean-field, got one by planar:layers=1",
    );
    const rows = model("rows")
      .data("x", ["N"])
      .latent("m", normal(0, 1), ["N"])
      .observe("y", ({ x, m }) => normal(m, x), ["N"]);
    const first = await fit(rows, { x: [1, 1], y: [1, 2] }, { seed: 1, steps: 5 });
    await expect(fit(rows, { x: [1, 1, 1], y: [1, 2, 3] }, { from: first })).rejects.toThrow(
      'fit: from: expected the parameter "loc" of the earlier fit with shape [3], got [2]: ',
    );
    await expect(fit(line, { y }, { from: { ...from, options: {} } })).rejects.toThrow(
      /^fit: from: the guide of this fit, planar:layers=1, cannot be made/,
    );
  });
});

describe("a run that goes on", () => {
  for (const [name, engine] of [
    ["compiled", compiledEngine()],
    ["eager", eagerEngine()],
  ] as const)
    for (const sampler of name === "eager" ? [nuts({ maxTreeDepth: 3 })] : [nuts(), hmc({ steps: 5 })])
      it(`has the draws of a longer run, bit for bit: ${name}, ${sampler.name}`, async () => {
        const [target, values] = name === "eager" ? [line, { y }] : [schools, data];
        const options = { engine, sampler, ...small, warmup: name === "eager" ? 20 : 60 };
        const whole = await sample(target as never, values as never, { ...options, draws: 40 });
        const first = await sample(target as never, values as never, { ...options, draws: 15 });
        const second = await sample(target as never, values as never, { resume: first, draws: 8, engine });
        const third = await sample(target as never, values as never, { resume: second, draws: 17, engine, workers: 2 });
        expect(third.unconstrained.shape[1]).toBe(40);
        expect(bits(third)).toEqual(bits(whole));
        expect(third.options).toEqual(whole.options);
      });

  it("refuses other models, data, samplers and beginnings", async () => {
    const first = await sample(line, { y }, { ...small, draws: 10 });
    const again = (options: object, values: readonly number[] = y): Promise<unknown> =>
      sample(line, { y: values }, { resume: first, draws: 5, ...options });
    await expect(again({}, [1, 2, 4])).rejects.toThrow(/resume: the chains were drawn with other data/);
    await expect(again({ chains: 2 })).rejects.toThrow(/"chains" belongs to the beginning of a run/);
    await expect(again({ sampler: hmc() })).rejects.toThrow(
      /expected the sampler of the earlier run, .*nuts.*got .*hmc/,
    );
    await expect(again({ resume: { kind: "fit" } })).rejects.toThrow(/expected chains that sample returned, got fit/);
    await expect(sample(schools, data, { resume: first })).rejects.toThrow(
      /expected chains of "eight schools.*got those of "line"/,
    );
    await expect(again({ sampler: nuts(), engine: eagerEngine() })).resolves.toMatchObject({
      engine: `${first.engine}, then ${eagerEngine().name}`,
      options: { draws: 15, chains: 2, warmup: 60 },
    });
  });
});

it("refuses a model that has changed under its name, from a file too; a file of earlier versions goes on", async () => {
  const first = await sample(line, { y }, { ...small, draws: 10 });
  const wider = model("line")
    .latent("m", normal(0, 3))
    .observe("y", ({ m }) => normal(m, 1), ["N"]);
  const saved = fromJson(toJson(first)) as Chains;
  for (const resume of [first, saved])
    await expect(sample(wider, { y }, { resume, draws: 5 })).rejects.toThrow(
      /resume: chain 1 ended at a log density of -\S+, which is now -\S+: the model has changed/,
    );
  for (const engine of [compiledEngine(), eagerEngine()])
    await expect(sample(line, { y }, { resume: saved, draws: 5, engine })).resolves.toMatchObject({ kind: "chains" });
  const states = saved.states.map(({ logDensity: _, ...state }) => state);
  await expect(sample(line, { y }, { resume: { ...saved, states }, draws: 5 })).resolves.toMatchObject({
    interrupted: false,
  });
});

it("a tempered run goes on from a file, with its replicas", async () => {
  const sampler = tempered({ temperatures: [1, 4], moves: "hmc", steps: 3 });
  const options = { sampler, ...small, warmup: 20 };
  const whole = await sample(line, { y }, { ...options, draws: 30 });
  const first = await sample(line, { y }, { ...options, draws: 12 });
  expect(first.states[0].memory?.length).toBeGreaterThan(0);
  const onwards = await sample(line, { y }, { resume: fromJson(toJson(first)) as Chains, draws: 18 });
  expect(onwards.draws).toEqual(whole.draws);
  expect(onwards.states).toEqual(whole.states);
});

it.each([
  [{ onProgress: 3 }, /sample: onProgress: expected a function, got 3/],
  [{ shouldStop: true }, /sample: shouldStop: expected a function, got true/],
  [{ signal: new AbortController() }, /sample: signal: expected an AbortSignal, got /],
  [{ draws: 1e13 }, /sample: draws: there is no room for 10000000000000 draws of 1 numbers/],
])("refuses %o before it draws", async (options, message) => {
  await expect(sample(line, { y }, { ...small, ...(options as object) })).rejects.toThrow(message);
});

it("stops between the searches for two starts", async () => {
  let asked = 0;
  const stopping = sample(line, { y }, { ...small, chains: 4, draws: 1000, shouldStop: () => ++asked === 3 });
  await expect(stopping).rejects.toThrow(/stopped after 0 of 4240 transitions, before any draw was made/);
  expect(asked).toBe(3);
});

it("makes no draw where the signal was aborted before", async () => {
  await expect(sample(line, { y }, { ...small, signal: AbortSignal.abort() })).rejects.toThrow(
    /stopped after 0 of \d+ transitions, before any draw was made/,
  );
});

describe("a run that is stopped", () => {
  it("keeps its draws, says so, and goes on to the same draws", async () => {
    const whole = await sample(line, { y }, { chains: 1, warmup: 50, draws: 3000, seed: 2 });
    const controller = new AbortController();
    const stopped = await sample(
      line,
      { y },
      {
        chains: 1,
        warmup: 50,
        draws: 10_000_000 / 10,
        seed: 2,
        signal: controller.signal,
        onProgress: ({ chains }) => chains[0].draws > 0 && controller.abort(),
      },
    );
    const drawn = stopped.unconstrained.shape[1];
    expect(stopped.interrupted).toBe(true);
    expect(stopped.verdict).toMatch(new RegExp(` Interrupted: ${drawn} of 1000000 draws a chain, 1 of 1 chains\\.$`));
    const shared = Math.min(drawn, 3000);
    expect(stopped.draws.m.values.slice(0, shared)).toEqual(whole.draws.m.values.slice(0, shared));
    const onwards = await sample(line, { y }, { resume: stopped, draws: 10 });
    expect(onwards.interrupted).toBe(false);
    expect(onwards.unconstrained.shape[1]).toBe(drawn + 10);
  });

  it("says that there is nothing to keep", async () => {
    await expect(sample(line, { y }, { warmup: 100_000, shouldStop: () => true })).rejects.toThrow(
      /stopped after \d+ of \d+ transitions, before any draw was made/,
    );
  });

  it("has what it had where it is stopped at once", async () => {
    const first = await sample(line, { y }, { ...small, draws: 20 });
    const again = await sample(line, { y }, { resume: first, draws: 10_000_000, shouldStop: () => true });
    expect(again.interrupted).toBe(true);
    expect(again.unconstrained.shape[0] * again.unconstrained.shape[1]).toBeGreaterThanOrEqual(40);
    const { m } = again.draws;
    expect(m.values.slice(0, 20)).toEqual(first.draws.m.values.slice(0, 20));
  });

  it("tells of every chain while it runs, and what it has so far", async () => {
    const seen: SampleProgress[] = [];
    let so: Chains | undefined;
    await sample(
      line,
      { y },
      {
        ...small,
        draws: 400,
        onProgress: (report) => {
          seen.push(report);
          so = report.soFar() ?? so;
        },
      },
    );
    const last = seen[seen.length - 1];
    expect(last.chains).toHaveLength(2);
    expect(last.chains[1]).toMatchObject({ phase: "done", done: 460, total: 460, draws: 400 });
    expect(last.chains[0].stepSize).toBeGreaterThan(0);
    expect(so?.draws.m.shape).toEqual([2, 400]);
  });
});

describe("chains from a fit", () => {
  it("start at its draws, with its spread for a metric", async () => {
    const wide = model("wide").latent("x", normal([100, -3], [1e-3, 50]));
    const fitted = await fit(wide, {}, { seed: 1, draws: 1000 });
    const from = await sample(wide, {}, { from: fitted, chains: 4, warmup: 0, draws: 1, seed: 3 });
    expect(from.metric.every(({ kind }) => kind === "diagonal")).toBe(true);
    const { variances } = from.metric[0] as { variances: Float64Array };
    // Variances of 1,000 draws of the guide, of relative error √(2/1000).
    expect(Math.abs(variances[0] / 1e-6 - 1)).toBeLessThan(0.3);
    expect(Math.abs(variances[1] / 2500 - 1)).toBeLessThan(0.3);
    expect(from.draws.x.values.every((v, i) => Math.abs(i % 2 ? v + 3 : (v - 100) * 1e3) < 300)).toBe(true);
    await expect(sample(line, { y }, { from: fitted })).rejects.toThrow(/expected a fit of "line", got one of "wide"/);
    await expect(sample(wide, {}, { from: fitted, starts: [] })).rejects.toThrow(/give starts or from, not both/);
  });
});
