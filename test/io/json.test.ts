import fc from "fast-check";
import { describe, expect, it } from "vitest";
import schools, { coords, data } from "../../models/eight-schools-noncentred.ts";
import { FluvialError } from "../../src/core/check.ts";
import { normal } from "../../src/distributions/normal.ts";
import { planar } from "../../src/flows/planar.ts";
import { fit } from "../../src/infer/fit.ts";
import { posteriorPredictive } from "../../src/infer/predict.ts";
import { resampled } from "../../src/infer/resample.ts";
import { sample } from "../../src/infer/sample.ts";
import { sgld } from "../../src/infer/sgld.ts";
import { fromBase64, toBase64 } from "../../src/io/base64.ts";
import { fromJson, type Saved, toJson } from "../../src/io/json.ts";
import { model } from "../../src/model/model.ts";
import type { Draws } from "../../src/posterior/draws.ts";
import type { Chains, Fit, LangevinChains, Posterior } from "../../src/posterior/posterior.ts";
import { chainsOfForm, fitOf } from "../plot/synthetic.ts";

const runs = { numRuns: 300, seed: 4 } as const;
type Loose = Record<string, Record<string, object>>;
const withoutSummary = ({ summary: _, ...rest }: Posterior<unknown>): object => rest;

describe("base64", () => {
  it("is that of Node, both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(toBase64(bytes)).toBe(text);
        expect(Array.from(fromBase64(text) as Uint8Array)).toEqual(Array.from(bytes));
      }),
      runs,
    );
  });

  it("refuses what is none", () => {
    for (const text of ["A", "AAA", "AA=A", "AA A", "====", "ÄAAA", "A\nAA", "AAAA="]) {
      const bytes = fromBase64(text);
      expect(bytes === undefined || text === "====", text).toBe(true);
    }
  });
});

describe("what was fitted and drawn", () => {
  it("comes back whole: a fit", async () => {
    const fitted = await fit(schools, data, { guide: planar({ layers: 2 }), steps: 500, draws: 200, coords, seed: 3 });
    const back = fromJson(toJson(fitted)) as Fit;
    expect(withoutSummary(back)).toEqual(withoutSummary(fitted));
    expect(back.summary()).toBe(fitted.summary());
    expect(back.options).toMatchObject({ guide: { name: "planar", options: { layers: 2 } }, steps: 500, draws: 200 });
    expect(resampled(back, 10, 1)).toEqual(resampled(fitted, 10, 1));
  });

  it("comes back whole: chains, which go on as if they had never been away", async () => {
    const chains = await sample(schools, data, { chains: 2, warmup: 50, draws: 20, seed: 1, coords });
    const back = fromJson(JSON.parse(toJson(chains))) as Chains;
    expect(withoutSummary(back)).toEqual(withoutSummary(chains));
    expect(back.summary()).toBe(chains.summary());
    const [here, there] = await Promise.all(
      [chains, back].map((resume) => sample(schools, data, { resume, draws: 10, coords })),
    );
    expect(there.draws).toEqual(here.draws);
    expect(there.states).toEqual(here.states);
  });

  it("comes back whole: Langevin dynamics", async () => {
    const line = model("line").latent("m", normal(0, 1));
    const chains = await sgld(line, {}, { stepSize: 0.1, warmup: 20, draws: 20, thin: 2, seed: 1 });
    const back = fromJson(toJson(chains)) as LangevinChains;
    expect(withoutSummary(back)).toEqual(withoutSummary(chains));
    expect(back.summary()).toBe(chains.summary());
  });

  it("comes back whole: draws alone", async () => {
    const line = model("line")
      .latent("m", normal(0, 1))
      .observe("y", ({ m }) => normal(m, 1), ["N"]);
    const fitted = await fit(line, { y: [1, 2] }, { steps: 50, draws: 100 });
    const predicted = posteriorPredictive(line, { y: [1, 2] }, fitted, { draws: 30 });
    const saved = { kind: "draws" as const, model: "line", draws: predicted };
    expect(fromJson(toJson(saved))).toEqual(saved);
  });
});

const anyDouble = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0, Infinity, -Infinity, 5e-324, Number.MAX_VALUE));
const doubles = (length: number): fc.Arbitrary<Float64Array> =>
  fc.array(anyDouble, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z_]\w{0,6}$/),
  fc.constantFrom("__proto__", "constructor", "ä\u0000", ""),
);

const quantity = (count: number): fc.Arbitrary<Draws> =>
  fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }).chain((event) =>
    fc.record({
      shape: fc.constant([1, count, ...event]),
      values: doubles(count * event.reduce((a, b) => a * b, 1)),
      coords: fc.constant(event.map((length, i) => (i === 0 ? Array.from({ length }, (_, j) => `é${j}`) : undefined))),
    }),
  );

describe("the file", () => {
  it("holds every double exactly, and any name", () => {
    const draws = fc
      .integer({ min: 1, max: 4 })
      .chain((count) => fc.array(fc.tuple(name, quantity(count)), { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(draws, fc.string(), (entries, called) => {
        const saved: Saved = { kind: "draws", model: called, draws: Object.fromEntries(entries) };
        const back = fromJson(toJson(saved)) as typeof saved;
        expect(back).toEqual(saved);
        for (const [own, { values }] of Object.entries<Draws>(saved.draws))
          values.forEach((value, i) => {
            expect(Object.is(back.draws[own].values[i], value)).toBe(true);
          });
      }),
      runs,
    );
  });

  it("may hold numbers in place of base64", () => {
    const text = `{"format":"fluvial","version":1,"kind":"draws","model":"m","note":"passed over",
      "draws":{"x":{"shape":[1,4],"numbers":[1.5,"NaN","-Infinity","-0"]}}}`;
    const { draws } = fromJson(text) as unknown as { draws: Record<string, Draws> };
    expect(Array.from(draws.x.values)).toEqual([1.5, Number.NaN, -Infinity, -0]);
  });

  it("says what is wrong with it, and where", () => {
    const whole = JSON.parse(toJson(chainsOfForm(1, { draws: 5 }))) as Record<string, unknown>;
    const wrong = (change: (file: Loose) => void): (() => unknown) => {
      const file = structuredClone(whole);
      change(file as Loose);
      return () => fromJson(file, "run.json");
    };
    for (const [change, message] of [
      [
        (f) => Object.assign(f, { format: "netcdf" }),
        'run.json: this is no file of Fluvial: expected "format": "fluvial", got "netcdf"',
      ],
      [
        (f) => Object.assign(f, { version: 2 }),
        "run.json: the file has version 2 of the format, this library reads up to 1: update Fluvial",
      ],
      [(f) => Object.assign(f, { version: "1" }), 'run.json: version: expected a whole number from 1, got "1"'],
      [
        (f) => Object.assign(f, { kind: "chain" }),
        'run.json: kind: expected fit, chains, sgld, draws, density, bounded-density, got "chain" (did you mean "chains"?)',
      ],
      [(f) => Reflect.deleteProperty(f, "seed"), "run.json.seed: expected a whole number from 0, got nothing"],
      [(f) => Object.assign(f.rows[0], { sd: null }), "run.json.rows[0].sd: expected a number, got null"],
      [
        (f) => Object.assign(f.draws.mu, { shape: [4, 6] }),
        "run.json.draws.mu.float64: expected 24 doubles in base64, 192 bytes, got 160",
      ],
      [
        (f) => Object.assign(f.draws.mu, { shape: [5, 4] }),
        "run.json.draws.mu.shape: expected shape [4, 5], got [5, 4]",
      ],
      [
        (f) => Object.assign(f.draws.mu, { float64: `${"!".repeat(214)}==` }),
        "run.json.draws.mu.float64: this is no base64",
      ],
      [
        (f) => Object.assign(f.draws.theta, { coords: [["a"]] }),
        "run.json.draws.theta.coords[0]: expected 8 labels, got 1",
      ],
      [
        (f) => Object.assign(f.divergentDraws[1], { draw: 5 }),
        "run.json.divergentDraws[1]: expected another draw of 4 chains of 5, got chain 0, draw 5",
      ],
      [(f) => (f.ebfmi as unknown as unknown[]).pop(), "run.json.ebfmi: expected one for each of 4 chains, got 3"],
      [
        (f) => (f.rows as unknown as unknown[]).reverse(),
        "run.json.rows: expected one for each of 10 scalars, in the order of the draws, got 10",
      ],
      [
        (f) => Object.assign(f.metric[0], { kind: "unit" }),
        'run.json.metric[0].kind: expected "diagonal" or "dense", got "unit"',
      ],
    ] as readonly [(file: Loose) => unknown, string][])
      expect(wrong(change), message).toThrow(message);
    expect(() => fromJson("{", "run.json")).toThrow(/^run\.json: not valid JSON: /);
    expect(() => fromJson("[1]")).toThrow("fromJson: expected an object, got a list of 1");
    expect(() => toJson({ kind: "comparison" } as never)).toThrow(
      /expected what fit, sample, sgld or fitDensity returned.*got kind "comparison"/,
    );
  });
});

/** A JSON value with one place in it changed: taken away, or replaced. */
const mutated = (json: unknown, pick: () => number, put: unknown): unknown => {
  if (typeof json !== "object" || json === null || pick() % 5 === 0) return put;
  const keys = Object.keys(json);
  if (keys.length === 0) return put;
  const key = keys[pick() % keys.length];
  const entries = Object.entries(json).flatMap(([own, value]) =>
    own !== key ? [[own, value]] : pick() % 6 === 0 ? [] : [[own, mutated(value, pick, put)]],
  );
  return Array.isArray(json) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
};

describe("a damaged file", () => {
  const files = [
    toJson(fitOf("iaf", 1, 1, 0.3, { draws: 3 })),
    toJson(chainsOfForm(1, { draws: 3 })),
    toJson({ kind: "draws", model: "m", draws: fitOf("iaf", 1, 1, 0.3, { draws: 3 }).draws }),
  ];
  const fineOrRefused = (read: () => Saved): void => {
    try {
      const saved = read();
      if (saved.kind !== "draws") saved.summary();
    } catch (error) {
      expect(error).toBeInstanceOf(FluvialError);
    }
  };

  it("is read or refused, whatever stands in it", () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(-1, 1e300, 2 ** 53, 0.5, "NaN", "AAAA", [0, 9e15], { shape: [9e15, 0], float64: "" }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.infiniteStream(fc.nat(1000)), values, (file, stream, value) => {
        fineOrRefused(() => fromJson(mutated(JSON.parse(file), () => stream.next().value as number, value) as object));
      }),
      { numRuns: 2_000, seed: 5 },
    );
  });

  it("is refused where its text is cut or overwritten", () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(5000), fc.string({ maxLength: 5 }), (file, at, text) => {
        fineOrRefused(() => fromJson(file.slice(0, at)));
        fineOrRefused(() => fromJson(file.slice(0, at) + text + file.slice(at + text.length)));
      }),
      runs,
    );
  });

  it("may nest as deep as it likes", () => {
    const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    const file = files[1].replace('"options":{}', `"options":${deep}`);
    expect(() => fromJson(file)).toThrow(/nested deeper than 50/);
  });
});
