/** From a fit to chains: starts, metric, and the noise of its guide (NeuTra). */
import { beforeAll, describe, expect, it } from "vitest";
import kidscore from "../../models/posteriordb/kidscore-momiq.ts";
import { agreement } from "../../src/compare/agreement.ts";
import { exponential } from "../../src/distributions/exponential.ts";
import { multivariateNormal } from "../../src/distributions/multivariateNormal.ts";
import { normal } from "../../src/distributions/normal.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import { iaf, langevin, linearFlow, planar, stack } from "../../src/flows/index.ts";
import { fullRank, lowRank, meanField } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";
import { sample } from "../../src/infer/sample.ts";
import { nuts } from "../../src/infer/sampling/samplers.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import { model } from "../../src/model/model.ts";
import type { Chains, Fit, Row } from "../../src/posterior/posterior.ts";
import { dataFor } from "../posteriordb/published.ts";
import { hasReferences, referenceDraws } from "../posteriordb/reference.ts";

const line = model("line")
  .latent("m", normal(0, 2))
  .latent("s", exponential(1))
  .observe("y", ({ m, s }) => normal(m, s), ["N"]);
const data = { y: [1, 2, 3] };

const covariance = [
  [1, 0.99 * 3],
  [0.99 * 3, 9],
];
const narrow = model("narrow").latent("x", multivariateNormal([5, -2], { covariance }));

const funnel = model("funnel")
  .latent("v", normal(0, 3))
  .latent("x", ({ v }) => normal(0, v.div(2).exp()), [4]);

const rowOf = ({ rows }: Pick<Chains, "rows">, name: string): Row => {
  const row = rows.find((each) => each.name === name);
  if (!row) throw new Error(`no row ${name}`);
  return row;
};

/** Errors of a row's mean and sd in units of their Monte Carlo errors. */
const errorsOf = ({ mean, sd, mcse, mcseSd }: Row, wanted: { readonly mean: number; readonly sd: number }): number =>
  Math.max(Math.abs(mean - wanted.mean) / (mcse as number), Math.abs(sd - wanted.sd) / (mcseSd as number));

const worst = (chains: Pick<Chains, "rows">, of: "rhat" | "essBulk"): number =>
  of === "rhat"
    ? Math.max(...chains.rows.map((row) => row.rhat ?? 1))
    : Math.min(...chains.rows.map((row) => row.essBulk ?? Number.POSITIVE_INFINITY));

const kindsOf = ({ metric }: Pick<Chains, "metric">): readonly string[] => metric.map(({ kind }) => kind);

const short = { chains: 2, warmup: 30, draws: 20, seed: 3 } as const;

describe("what chains take from a fit", () => {
  let straight: Fit;
  let fitted: Fit;
  beforeAll(async () => {
    straight = (await fit(narrow, {}, { guide: fullRank(), seed: 1 })) as unknown as Fit;
    fitted = (await fit(line, data, { seed: 1, steps: 2_000 })) as unknown as Fit;
  });

  it("is a metric as dense as the posterior is narrow, kept where the fit is good, and hardly any warm-up", async () => {
    expect(straight.khat).toBeLessThan(0.5);
    const chains = await sample(narrow, {}, { from: straight, seed: 1 });
    expect(chains.warmup).toBe(100);
    expect(kindsOf(chains)).toEqual(["dense", "dense", "dense", "dense"]);
    const kept = chains.metric[0] as { readonly covariance: Float64Array };
    // 4,000 draws: the relative error of a variance is some √(2 / 4000) = 0.022.
    for (const [i, want] of covariance.flat().entries())
      expect(Math.abs(kept.covariance[i] / want - 1)).toBeLessThan(0.1);
    for (const [i, mean] of [5, -2].entries())
      expect(errorsOf(rowOf(chains, `x[${i + 1}]`), { mean, sd: Math.sqrt(covariance[i][i]) })).toBeLessThan(4.5);
    const afresh = await sample(narrow, {}, { seed: 1 });
    expect(worst(chains, "essBulk") / chains.gradients).toBeGreaterThan(
      2 * (worst(afresh, "essBulk") / afresh.gradients),
    );
  });

  it("is what they are told to take, of the kind that the sampler adapts", async () => {
    const taking = (options: object): Promise<Chains> =>
      sample(narrow, {}, { ...short, from: straight, ...options }) as Promise<unknown> as Promise<Chains>;
    expect(kindsOf(await taking({ sampler: nuts({ metric: "diagonal" }) }))).toEqual(["diagonal", "diagonal"]);
    expect(kindsOf(await taking({ sampler: nuts({ metric: "dense" }) }))).toEqual(["dense", "dense"]);
    const own = await taking({ take: ["starts"], warmup: 0, sampler: nuts({ metric: "unit" }) });
    expect(own.metric[0]).toEqual({ kind: "diagonal", variances: Float64Array.of(1, 1) });
    expect(own.options.take).toEqual(["starts"]);
    const elsewhere = await taking({ take: ["metric"], warmup: 0 });
    expect(kindsOf(elsewhere)).toEqual(["dense", "dense"]);
  });

  it("leaves the usual warm-up where the weights of the fit cannot be used, or something is left to find", async () => {
    const bad = { ...fitted, khat: 3 };
    const warmups = await Promise.all(
      [{ from: bad }, { from: fitted, take: ["metric"] as const }].map(
        async (options) => (await sample(line, data, { chains: 1, draws: 5, ...options })).warmup,
      ),
    );
    expect(warmups).toEqual([1_000, 1_000]);
  });

  it("is told in their verdict where the fit is not good, with its starts, and still as they go on", async () => {
    const bad = (await fit(funnel, {}, { seed: 1, steps: 400 })) as unknown as Fit;
    expect(bad.verdict).toMatch(/^Do not trust/);
    const told = /They started from a fit whose verdict begins "Do not trust": what it misses they may miss too/;
    const taking = (options: object): Promise<Chains> =>
      sample(funnel, {}, { ...short, from: bad, ...options }) as Promise<unknown> as Promise<Chains>;
    const first = await taking({});
    expect(first.verdict).toMatch(told);
    expect(first.options.from).toEqual({ method: "mean-field", verdict: bad.verdict });
    expect((await taking({ neutra: true })).verdict).toMatch(told);
    expect((await taking({ take: ["metric"] })).verdict).not.toMatch(told);
    const read = fromJson(toJson(first)) as Chains;
    expect((await sample(funnel, {}, { resume: read, draws: 20 })).verdict).toMatch(told);
    expect(straight.verdict).toMatch(/^Good/);
    expect((await sample(narrow, {}, { ...short, from: straight })).verdict).not.toContain("started from");
  });

  it("refuses fits of another model or other data, and what cannot be taken", async () => {
    const taking = (options: object, values: object = data): Promise<unknown> =>
      sample(line, values as typeof data, { ...short, from: fitted, ...options });
    await expect(taking({}, { y: [1, 2, 4] })).rejects.toThrow(
      /from: the fit of "line" is of other data; give the same/,
    );
    await expect(sample(narrow, {}, { from: fitted })).rejects.toThrow(/expected a fit of "narrow", got one of "line"/);
    await expect(taking({ take: ["start"] })).rejects.toThrow(/take: .*got "start" \(did you mean "starts"\?\)/);
    await expect(taking({ take: [] })).rejects.toThrow(/take: expected a list of "starts" and "metric"/);
    await expect(taking({ from: undefined, take: ["starts"] })).rejects.toThrow(/nothing to take without a fit/);
    await expect(taking({ from: undefined, neutra: true })).rejects.toThrow(/neutra: expected a fit whose guide/);
    await expect(taking({ take: ["starts"], neutra: true })).rejects.toThrow(/give take or neutra, not both/);
  });
});

describe("NeuTra", () => {
  it("makes a narrow Gaussian round: trajectories of a few steps under the unit metric", async () => {
    const fitted = await fit(narrow, {}, { guide: fullRank(), seed: 1 });
    const sampler = nuts({ metric: "unit" });
    const depth = ({ stats }: Pick<Chains, "stats">): number =>
      stats.treeDepth.flatMap((each) => [...each]).reduce((sum, each) => sum + 2 ** each - 1, 0) / 4_000;
    const [plain, round] = [
      await sample(narrow, {}, { seed: 1, sampler }),
      await sample(narrow, {}, { seed: 1, sampler, from: fitted, neutra: true, warmup: 200 }),
    ];
    expect(depth(round)).toBeLessThan(5);
    expect(depth(plain)).toBeGreaterThan(5 * depth(round));
    for (const [i, mean] of [5, -2].entries())
      expect(errorsOf(rowOf(round, `x[${i + 1}]`), { mean, sd: Math.sqrt(covariance[i][i]) })).toBeLessThan(4.5);
    expect(round.method).toBe("nuts:metric=unit through full-rank");
    expect(round.engine).not.toContain("eager");
  });

  it("opens the funnel, which NUTS alone does not enter", async () => {
    const fitted = await fit(funnel, {}, { guide: iaf(), seed: 1, steps: 2_700 });
    const [plain, through] = [
      await sample(funnel, {}, { seed: 1 }),
      await sample(
        funnel,
        {},
        { seed: 1, from: fitted, neutra: true, warmup: 500, sampler: nuts({ targetAcceptance: 0.95 }) },
      ),
    ];
    expect(worst(plain, "rhat")).toBeGreaterThan(1.05);
    expect(Math.min(...plain.ebfmi)).toBeLessThan(0.3);
    expect(worst(through, "rhat")).toBeLessThan(1.02);
    expect(Math.min(...through.ebfmi)).toBeGreaterThan(0.3);
    expect(errorsOf(rowOf(through, "v"), { mean: 0, sd: 3 })).toBeLessThan(4.5);
    const efficiency = (chains: Chains<unknown>): number => worst(chains, "essBulk") / chains.gradients;
    expect(efficiency(through as Chains)).toBeGreaterThan(10 * efficiency(plain as Chains));
  });

  it("is exact however bad the guide: one that has hardly been trained, and one of the wrong form", async () => {
    for (const [guide, steps] of [
      [planar({ layers: 2 }), 3],
      [meanField(), 40],
    ] as const) {
      const fitted = await fit(narrow, {}, { guide, seed: 2, steps });
      expect(fitted.khat).toBeGreaterThan(0.7);
      const chains = await sample(narrow, {}, { seed: 1, from: fitted, neutra: true, draws: 2_000 });
      expect(worst(chains, "rhat")).toBeLessThan(1.02);
      for (const [i, mean] of [5, -2].entries())
        expect(errorsOf(rowOf(chains, `x[${i + 1}]`), { mean, sd: Math.sqrt(covariance[i][i]) })).toBeLessThan(4.5);
    }
  });

  it.skipIf(!hasReferences())("agrees with the reference draws of a posterior", async () => {
    const name = "kidiq-kidscore_momiq";
    const given = dataFor(kidscore, name) as never;
    const fitted = await fit(kidscore, given, { guide: iaf({ layers: 1 }), seed: 1 });
    const chains = await sample(kidscore, given, { seed: 1, from: fitted, neutra: true });
    const zs = agreement(chains.draws as never, referenceDraws(name)).map(({ z }) => Math.abs(z));
    expect(Math.max(...zs)).toBeLessThan(4.5);
  });
});

describe("chains in the noise of a guide", () => {
  const guides = {
    "mean-field": meanField(),
    "full-rank": fullRank(),
    iaf: iaf({ layers: 1, hidden: [4] }),
    stack: stack({ flows: [linearFlow(), planar({ layers: 1 })] }),
  };
  const fits: Record<string, Fit> = {};
  beforeAll(async () => {
    for (const [name, guide] of Object.entries(guides))
      fits[name] = (await fit(line, data, { guide, seed: 1, steps: 200 })) as unknown as Fit;
  });
  const through = (name: string, options: object = {}): Promise<Chains> =>
    sample(line, data, { ...short, from: fits[name], neutra: true, ...options }) as Promise<unknown> as Promise<Chains>;
  const last = ({ unconstrained: { shape, values } }: Chains, chain: number): Float64Array =>
    values.slice(((chain + 1) * shape[1] - 1) * shape[2], (chain + 1) * shape[1] * shape[2]);

  it("stand on the unconstrained scale of the model, and on the model's own", async () => {
    const chains = await through("mean-field");
    const { loc, logScale } = fits["mean-field"].parameters;
    chains.states.forEach(({ position }, chain) => {
      const z = position.map((noise, i) => noise * Math.exp(logScale.values[i]) + loc.values[i]);
      for (const [i, value] of last(chains, chain).entries()) expect(value).toBeCloseTo(z[i], 12);
    });
    const { values } = chains.unconstrained;
    const drawn = chains.draws as unknown as Record<"m" | "s", { readonly values: Float64Array }>;
    drawn.s.values.forEach((s, i) => {
      expect(Math.log(s)).toBeCloseTo(values[2 * i + 1], 10);
      expect(drawn.m.values[i]).toBeCloseTo(values[2 * i], 10);
    });
    // The density of the noise where a chain ended: that of the model there, and the log-determinant.
    const end = chains.states[0];
    const [m, logS] = last(chains, 0);
    const normalAt = (x: number, sd: number): number =>
      -0.5 * (x / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);
    const joint =
      normalAt(m, 2) - Math.exp(logS) + logS + data.y.reduce((sum, y) => sum + normalAt(y - m, Math.exp(logS)), 0);
    expect(end.logDensity).toBeCloseTo(joint + logScale.values.reduce((a, b) => a + b), 9);
  });

  it("are those of any guide whose draws are a map of noise, from a file too, on any number of threads", async () => {
    for (const name of Object.keys(guides)) {
      const chains = await through(name);
      expect(chains.engine, name).not.toContain("eager");
      expect(chains.options.neutra, name).toMatchObject({ guide: { name } });
      const read = fromJson(toJson(fits[name])) as Fit;
      const again = await through(name, { from: read, workers: 2 });
      expect(again.unconstrained, name).toEqual(chains.unconstrained);
    }
  });

  it("have the density and slopes that the eager engine gives them", async () => {
    const seen = { draws: 1, warmup: 0, chains: 2, sampler: nuts({ maxTreeDepth: 1 }) };
    const [compiled, eager] = [
      await through("iaf", { ...seen, engine: compiledEngine() }),
      await through("iaf", { ...seen, engine: eagerEngine() }),
    ];
    compiled.states.forEach(({ logDensity, position }, i) => {
      expect(logDensity).toBeCloseTo(eager.states[i].logDensity as number, 9);
      for (const [k, x] of position.entries()) expect(x).toBeCloseTo(eager.states[i].position[k], 9);
    });
  });

  it("go on with the draws of a longer run, given the very fit", async () => {
    for (const name of ["iaf", "stack"]) {
      const whole = await through(name, { draws: 30 });
      const first = fromJson(toJson(await through(name, { draws: 13 }))) as Chains;
      const rest = await sample(line, data, { resume: first, from: fits[name], draws: 17 });
      expect(rest.unconstrained).toEqual(whole.unconstrained);
      expect(rest.method).toBe(whole.method);
      expect(rest.options).toEqual(whole.options);
    }
    const first = await through("iaf");
    const again = (options: object): Promise<unknown> => sample(line, data, { resume: first, draws: 5, ...options });
    await expect(again({})).rejects.toThrow(
      /resume: the chains ran in the noise of a fit by iaf.*give that fit as from/,
    );
    const other = await fit(line, data, { guide: guides.iaf, seed: 2, steps: 50 });
    await expect(again({ from: other })).rejects.toThrow(/expected the very fit in whose noise the chains ran/);
    const plain = await sample(line, data, short);
    await expect(again({ resume: plain, from: fits.iaf })).rejects.toThrow(/"from" belongs to the beginning/);
    await expect(again({ resume: plain, neutra: true })).rejects.toThrow(/"neutra" belongs to the beginning/);
  });

  it("need a guide that can be made again, with all its parameters, and a way through its noise", async () => {
    for (const guide of [lowRank({ rank: 1 }), langevin({ steps: 1 })]) {
      const fitted = await fit(line, data, { guide, seed: 1, steps: 20 });
      await expect(through("iaf", { from: fitted })).rejects.toThrow(
        /neutra: the draws of (low-rank|langevin).*fit with mean-field, full-rank or a flow/,
      );
    }
    const own = { ...guides.iaf, name: "mine" };
    const fitted = await fit(line, data, { guide: own, seed: 1, steps: 20 });
    await expect(through("iaf", { from: fitted })).rejects.toThrow(
      /the guide of this fit, mine:.*cannot be made from its name and options; give the one/,
    );
    await expect(through("iaf", { from: fitted, neutra: own })).resolves.toMatchObject({ kind: "chains" });
    await expect(through("iaf", { neutra: own })).rejects.toThrow(/expected the guide of the fit, iaf:.*got mine:/);
    await expect(through("iaf", { neutra: "iaf" })).rejects.toThrow(/expected true, or the guide of the fit/);
    const { loc, ...parameters } = fits["mean-field"].parameters;
    const without = { ...fits["mean-field"], parameters };
    await expect(through("iaf", { from: without })).rejects.toThrow(/does not hold its parameter "loc"; fit again/);
    const short3 = { shape: [3], values: new Float64Array(3) };
    const wrong = { ...without, parameters: { loc: short3, ...parameters } };
    await expect(through("iaf", { from: wrong })).rejects.toThrow(
      /"loc" .* has the shape \[3\], but its guide wants \[2\]/,
    );
    expect(loc.values).toHaveLength(2);
  });

  it("tell how far they are on the model's scale, and keep what they have when they are stopped", async () => {
    let done = false;
    const chains = await through("iaf", {
      draws: 3_000,
      chains: 1,
      workers: 1,
      onProgress: ({ soFar }: { soFar(): Chains | undefined }) => {
        const now = soFar();
        if (!now) return;
        done = true;
        expect(now.method).toMatch(/^nuts through iaf/);
        expect(Math.abs(now.rows[0].mean)).toBeLessThan(10);
      },
      shouldStop: () => done,
    });
    expect(chains.unconstrained.values.every(Number.isFinite)).toBe(true);
  });
});
