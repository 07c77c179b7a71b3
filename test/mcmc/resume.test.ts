import { describe, expect, it } from "vitest";
import { hostKey } from "../../src/core/key.ts";
import type { Gradient } from "../../src/engine/engine.ts";
import { type ChainsOptions, type ChainsResult, chains } from "../../src/mcmc/chains.ts";
import { hmc } from "../../src/mcmc/hmc.ts";
import { bestLength } from "../../src/mcmc/ledger.ts";
import { nuts } from "../../src/mcmc/nuts.ts";
import { correlatedNormal, funnel } from "./densities.ts";
import { aroundData } from "./densitiesCompiled.ts";

const joined = (parts: readonly (readonly Float64Array[])[]): number[][] =>
  parts[0].map((_, chain) => parts.flatMap((part) => [...part[chain]]));

/** As through a file of text. */
const throughText = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value, (_, part) => (part instanceof Float64Array ? { numbers: [...part] } : part)),
    (_, part) => (part?.numbers ? Float64Array.from(part.numbers) : part),
  );

/** Some draws, and as many more from the state in which they end. */
const inParts = async (gradient: Gradient, options: ChainsOptions, parts: readonly number[]) => {
  const results: ChainsResult[] = [await chains(gradient, hostKey(7), { ...options, draws: parts[0] })];
  const { kernel, workers } = options;
  for (const draws of parts.slice(1)) {
    const resume = throughText(results[results.length - 1].states);
    results.push(await chains(gradient, hostKey(99), { kernel, workers, draws, resume }));
  }
  return results;
};

const kernels: Readonly<Record<string, ChainsOptions["kernel"]>> = {
  nuts: undefined,
  "nuts, dense": (gradient) => nuts(gradient, { metric: "dense" }),
  "nuts, unit": (gradient) => nuts(gradient, { metric: "unit" }),
  hmc: (gradient) => hmc(gradient, { steps: 5 }),
  "hmc, dense": (gradient) => hmc(gradient, { steps: 5, metric: "dense" }),
};

describe("chains in parts are one chain, bit for bit", () => {
  for (const [name, kernel] of Object.entries(kernels))
    for (const [form, make, workers] of [
      ["plain", () => funnel(3), undefined],
      ["compiled", aroundData, 1],
      ["compiled, on threads", aroundData, 3],
    ] as const)
      it(`${name}, ${form}`, async () => {
        const options: ChainsOptions = { chains: 3, warmup: 80, kernel, workers };
        const whole = await chains(make(), hostKey(7), { ...options, draws: 60 });
        const results = await inParts(make(), options, [25, 1, 34]);
        expect(joined(results.map(({ draws }) => draws))).toEqual(joined([whole.draws]));
        expect(joined(results.map(({ stats }) => stats.energy))).toEqual(joined([whole.stats.energy]));
        const last = results[2];
        expect(last.states).toEqual(whole.states);
        expect(last.metric).toEqual(whole.metric);
        expect(last.stats.stepSize).toEqual(whole.stats.stepSize);
      });
});

describe("an interrupted run", () => {
  for (const [form, make] of Object.entries({ plain: () => correlatedNormal(0.5), compiled: aroundData }))
    it(`goes on as if it had never stopped: ${form}`, async () => {
      const options: ChainsOptions = { chains: 2, warmup: 30, restEvery: 0, workers: 1 };
      const whole = await chains(make(), hostKey(3), { ...options, draws: 5000 });
      const abort = new AbortController();
      const first = await chains(make(), hostKey(3), {
        ...options,
        draws: 5000,
        signal: abort.signal,
        onProgress: ({ perChain }) => {
          if (perChain[1].draws > 3000) abort.abort();
        },
      });
      expect(first).toMatchObject({ interrupted: true, chains: [0, 1] });
      const [{ length }] = first.stats.diverging;
      const second = await chains(make(), hostKey(0), { resume: first.states, draws: 5000 - length });
      expect(second.interrupted).toBe(false);
      expect(joined([first.draws, second.draws])).toEqual(joined([first.chains.map((chain) => whole.draws[chain])]));
    });
  it("keeps the most draws in chains of one length", () => {
    expect(bestLength([1000, 1000, 10, 0])).toBe(1000);
    expect(bestLength([1000, 1000, 900, 0])).toBe(900);
    expect(bestLength([5, 3, 3])).toBe(3);
    expect(bestLength([0, 0])).toBe(0);
  });
  it("tells what there is on the way", async () => {
    const seen: (ChainsResult | undefined)[] = [];
    const whole = await chains(correlatedNormal(0.5), hostKey(3), {
      chains: 2,
      warmup: 10,
      draws: 20,
      restEvery: 0,
      onProgress: ({ soFar }) => seen.push(soFar()),
    });
    expect(seen.slice(0, 10)).toEqual(new Array(10).fill(undefined));
    expect(seen.at(-1)).toEqual(whole);
    expect(seen[14]).toMatchObject({ chains: [0], interrupted: true });
    expect(seen[14]?.draws[0]).toEqual(whole.draws[0].slice(0, 2 * 5));
  });
});

describe("where warm-up sets out", () => {
  const initial = { metric: { kind: "dense", covariance: Float64Array.of(1, 0.5, 0.5, 1) }, stepSize: 0.3 } as const;
  it("without warm-up, metric and step size are used as they are", async () => {
    const { metric, stats, gradients } = await chains(correlatedNormal(0.5), hostKey(1), {
      chains: 1,
      warmup: 0,
      draws: 1,
      initial,
      kernel: (gradient) => hmc(gradient, { steps: 4 }),
    });
    expect(metric).toEqual([initial.metric]);
    expect(stats.stepSize).toEqual([0.3]);
    expect(gradients).toBe(5);
  });
  it("the unit metric is kept, and every other adapted", async () => {
    for (const kind of ["unit", "diagonal", "dense"] as const) {
      const { metric } = await chains(correlatedNormal(0.5), hostKey(1), {
        chains: 1,
        warmup: 60,
        draws: 1,
        initial,
        kernel: (gradient) => nuts(gradient, { metric: kind }),
      });
      if (kind === "unit") expect(metric).toEqual([initial.metric]);
      else {
        expect(metric[0].kind).toBe(kind);
        expect(metric).not.toEqual([initial.metric]);
      }
    }
  });
});

describe("what cannot be resumed is refused", () => {
  const state = {
    position: Float64Array.of(0, 0),
    stepSize: 0.5,
    metric: { kind: "diagonal", variances: Float64Array.of(1, 1) },
    drawsDone: 3,
    key: [1, 2],
  } as const;
  const message = (options: ChainsOptions): Promise<string> =>
    chains(correlatedNormal(0.5), hostKey(1), options).then(
      () => "no error",
      (error: Error) => `${error.name}: ${error.message}`,
    );
  it("with the reason", async () => {
    const cases: readonly (readonly [ChainsOptions, string])[] = [
      [{ resume: [] }, "sample: resume: expected the state of at least one chain, got none"],
      [
        { resume: [{ ...state, position: Float64Array.of(1) }] },
        "sample: state of chain 1: position: expected 2 numbers, got 1",
      ],
      [
        { resume: [{ ...state, stepSize: Number.NaN }] },
        "sample: state of chain 1: stepSize: expected a number above 0, got NaN",
      ],
      [
        { resume: [state, { ...state, metric: { kind: "dense", covariance: Float64Array.of(1, 2, 2, 1) } }] },
        "metric: the covariance matrix is not positive definite; use a diagonal one",
      ],
      [{ resume: [state], warmup: 100 }, "sample: warmup has no meaning for chains that are resumed; leave it out"],
      [{ resume: [state], draws: 5 }, "no error"],
    ];
    for (const [options, expected] of cases)
      expect(await message(options)).toBe(expected === "no error" ? expected : `FluvialError: ${expected}`);
  });
  it("and so is a metric that is none", async () => {
    expect(() => nuts(correlatedNormal(0.5), { metric: "dens" } as object)).toThrow(
      'nuts: metric: expected "auto", "diagonal", "dense" or "unit", got dens (did you mean "dense"?)',
    );
    expect(await message({ initial: { metric: { kind: "diagonal", variances: Float64Array.of(1, -1) } } })).toBe(
      "FluvialError: sample: initial.metric: variances must be finite and above 0",
    );
  });
});
