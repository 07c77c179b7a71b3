import { describe, expect, it } from "vitest";
import { foldHostKey, hostKey } from "../../../src/core/key.ts";
import { mcseMean } from "../../../src/diagnostics/mcse.ts";
import { rhat } from "../../../src/diagnostics/rhat.ts";
import { type ChainsOptions, type ChainsProgress, chains } from "../../../src/mcmc/chains.ts";
import type { MetricData } from "../../../src/mcmc/metric.ts";
import { nuts } from "../../../src/mcmc/nuts.ts";
import { correlatedNormal, funnel, gradientOf, scaledNormals } from "../../mcmc/densities.ts";
import { compileAround } from "./compile.ts";

const short: ChainsOptions = { chains: 2, warmup: 60, draws: 40 };

const numbersOf = (metric: MetricData): Float64Array =>
  metric.kind === "dense" ? metric.covariance : metric.variances;

describe("compiled chains", () => {
  for (const kind of ["diagonal", "dense", "unit"] as const)
    it(`are those of the plain sampler, warm-up included: ${kind}`, async () => {
      const gradient = scaledNormals([0.5, 1, 2]);
      const kernel: ChainsOptions["kernel"] = (of) => nuts(of, { metric: kind });
      const starts = [Float64Array.of(0.5, 1.5, 2), Float64Array.of(1, 3, 4)];
      // A difference of rounding grows tenfold in some 20 transitions: beyond 100 only the adaptation can be compared.
      for (const [warmup, digits] of [
        [0, 12],
        [10, 11],
        [60, 9],
        ...(kind === "diagonal" ? [[250, undefined] as const] : []),
      ] as const) {
        const options = { chains: 2, warmup, draws: 20, kernel, starts };
        const plain = await chains(gradient, hostKey(5), options);
        const compiled = await chains(compileAround(gradient), hostKey(5), options);
        const pairs = [
          [compiled.draws, plain.draws],
          [compiled.logDensity, plain.logDensity],
          [compiled.stats.energy, plain.stats.energy],
          [compiled.stats.acceptance, plain.stats.acceptance],
          [compiled.stats.treeDepth, plain.stats.treeDepth],
          [compiled.stats.diverging, plain.stats.diverging],
        ];
        const adapted = [
          [compiled.metric, plain.metric].map((metrics) => metrics.map(numbersOf)),
          [[compiled.stats.stepSize], [plain.stats.stepSize]],
        ];
        for (const [ours, theirs] of digits ? [...pairs, ...adapted] : adapted)
          for (const [chain, values] of ours.entries())
            for (const [i, value] of values.entries()) expect(value).toBeCloseTo(theirs[chain][i], digits ?? 3);
        expect(compiled.gradients).toBe(plain.gradients);
        expect(compiled.metric[0].kind).toBe(kind === "dense" && warmup > 20 ? "dense" : "diagonal");
      }
    });
  it("give the same bits however they are cut into calls", async () => {
    const { nuts: compiled } = compileAround(funnel(3));
    const place = { position: Float64Array.of(0, 1, 1, 1), gradient: new Float64Array(4), logDensity: 0 };
    place.logDensity = funnel(3).at(place.position, place.gradient);
    const runs = [[30], [1, 29], [7, 7, 7, 7, 2]].map((cuts) => {
      compiled.moveTo(place);
      compiled.setMetric({ kind: "diagonal", variances: new Float64Array(4).fill(1) });
      compiled.startAdapting({ updates: 0, shrinkTowards: 1, meanError: 0, logStep: -1, logAverage: -1 }, 0.8);
      const draws: number[] = [];
      const froms = cuts.map((_, i) => cuts.slice(0, i).reduce((sum, count) => sum + count, 0));
      const gathered = cuts.flatMap((count, i) => [...compiled.adapt(hostKey(1), froms[i], count, 8, true)]);
      for (const [i, count] of cuts.entries())
        draws.push(...compiled.sample(hostKey(2), froms[i], count, 8, 0.2).draws);
      return { draws, averaging: compiled.averaging(), gathered, place: compiled.place() };
    });
    expect(runs[0].draws).toHaveLength(120);
    expect(runs[0].gathered).toHaveLength(120);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });
  it("take the keys of their numbers", () => {
    const { nuts: compiled } = compileAround(correlatedNormal(0.5));
    const start = { position: Float64Array.of(0, 0), gradient: Float64Array.of(0, 0), logDensity: 0 };
    compiled.setMetric({ kind: "diagonal", variances: Float64Array.of(1, 1) });
    compiled.moveTo(start);
    const { draws, energy } = compiled.sample(hostKey(3), 5, 3, 6, 0.4);
    const [drawn, energies] = [[...draws], [...energy]];
    compiled.moveTo(start);
    for (let i = 0; i < 3; i++) {
      expect(compiled.step(foldHostKey(hostKey(3), 5 + i), 0.4, 6).energy).toBe(energies[i]);
      expect([...compiled.place().position]).toEqual(drawn.slice(2 * i, 2 * i + 2));
    }
  });
  it("count every gradient, and only their own", async () => {
    let count = 0;
    const gradient = correlatedNormal(0.5);
    const counted = compileAround(
      gradientOf(2, (x, out) => {
        count++;
        return gradient.at(x, out);
      }),
    );
    expect((await chains(counted, hostKey(1), short)).gradients).toBe(count);
    const before = count;
    expect((await chains(counted, hostKey(2), short)).gradients).toBe(count - before);
  });
  it("do not depend on rests or on how many there are", async () => {
    const gradient = compileAround(correlatedNormal(0.5));
    const whole = await chains(gradient, hostKey(1), { ...short, restEvery: Number.POSITIVE_INFINITY });
    const rests = await chains(gradient, hostKey(1), { ...short, restEvery: 0, onProgress: () => {} });
    expect(rests).toEqual(whole);
    const one = await chains(gradient, hostKey(1), { ...short, chains: 1 });
    expect(one.draws[0]).toEqual(whole.draws[0]);
    expect(whole.draws[1]).not.toEqual(whole.draws[0]);
  });
  it("tell how far they are, and stop when told to", async () => {
    const gradient = compileAround(correlatedNormal(0.5));
    const seen: ChainsProgress[] = [];
    await chains(gradient, hostKey(1), { ...short, restEvery: 0, onProgress: (progress) => seen.push(progress) });
    const result = await chains(gradient, hostKey(1), short);
    const last = seen[seen.length - 1];
    expect(last).toMatchObject({
      chain: 1,
      chains: 2,
      done: 100,
      total: 100,
      doneInAll: 200,
      warmingUp: false,
      divergences: 0,
    });
    expect(last.perChain).toEqual(
      result.stats.stepSize.map((stepSize) => ({
        phase: "done",
        done: 100,
        total: 100,
        draws: 40,
        divergences: 0,
        stepSize,
      })),
    );
    expect(last.soFar()).toEqual(result);
    expect(seen[0].perChain.map(({ phase, draws }) => [phase, draws])).toEqual([
      ["warm-up", 0],
      ["waiting", 0],
    ]);
    expect(seen[0]).toMatchObject({ chain: 0, warmingUp: true, done: 1 });
    const stopping = chains(gradient, hostKey(1), { ...short, restEvery: 0, shouldStop: () => true });
    await expect(stopping).rejects.toThrow(/^sample: stopped after \d+ of 200 transitions, before any draw was made$/);
  });
  it("say so where two of them run on one gradient at once", async () => {
    const gradient = compileAround(correlatedNormal(0.5));
    const runs = [1, 2].map((seed) => chains(gradient, hostKey(seed), { ...short, restEvery: 0 }));
    const outcomes = await Promise.allSettled(runs);
    const messages = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.message : "done"));
    expect(messages).toContainEqual(expect.stringMatching(/^sample: two runs on one compiled gradient/));
  });
  it("are left to the plain sampler where trajectories may grow beyond the room there is", () => {
    const gradient = compileAround(correlatedNormal(0.5), { maxTreeDepth: 5 });
    expect(nuts(gradient, { maxTreeDepth: 5 }).compiled).toBeDefined();
    expect(nuts(gradient, { maxTreeDepth: 6 }).compiled).toBeUndefined();
  });
  it("have the moments of ten Gaussians of different scales", async () => {
    const sds = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 50, 100];
    const gradient = compileAround(scaledNormals(sds));
    for (const seed of [4, 5]) {
      const { draws } = await chains(gradient, hostKey(seed), { warmup: 500, draws: 1000 });
      for (const [i, sd] of sds.entries())
        for (const [f, truth] of [
          [(x: number) => x, i + 1],
          [(x: number) => (x - i - 1) ** 2, sd * sd],
        ] as const) {
          const series = draws.map((chain) => Float64Array.from({ length: 1000 }, (_, d) => f(chain[10 * d + i])));
          const mean = series.flatMap((chain) => [...chain]).reduce((a, b) => a + b) / 4000;
          expect(rhat(series)).toBeLessThan(1.03);
          expect(Math.abs((mean - truth) / mcseMean(series))).toBeLessThan(4.5);
        }
    }
  });
});
