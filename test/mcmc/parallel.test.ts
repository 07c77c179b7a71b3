import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FluvialError } from "../../src/core/check.ts";
import { hostKey } from "../../src/core/key.ts";
import type { Gradient } from "../../src/engine/engine.ts";
import { type ChainsOptions, type ChainsProgress, chains } from "../../src/mcmc/chains.ts";
import { hmc } from "../../src/mcmc/hmc.ts";
import { twoStage } from "../../src/mcmc/integrator.ts";
import { nuts } from "../../src/mcmc/nuts.ts";
import { threadsPay } from "../../src/mcmc/parallel/pays.ts";
import { correlatedNormal } from "./densities.ts";
import { aroundData, flatOutside, logistic, poisson, wideAndNarrow } from "./densitiesCompiled.ts";

const short: ChainsOptions = { chains: 3, warmup: 60, draws: 40 };
const run = (gradient: Gradient, options: ChainsOptions) => chains(gradient, hostKey(1), { ...short, ...options });

const warn = vi.spyOn(console, "warn");
beforeEach(() => {
  warn.mockClear();
});

/** The chains that were heard of out of turn: after a later one. */
const outOfTurn = (seen: readonly ChainsProgress[]): number =>
  seen.filter(({ chain }, i) => i > 0 && chain < seen[i - 1].chain).length;

describe("chains on several threads", () => {
  const samplers: Readonly<Record<string, ChainsOptions>> = {
    nuts: {},
    "nuts with short trees": { maxTreeDepth: 3 },
    "nuts with another integrator": { kernel: (gradient) => nuts(gradient, { integrator: twoStage }) },
    hmc: { kernel: (gradient) => hmc(gradient, { steps: 7 }) },
    "hmc with another integrator": { kernel: (gradient) => hmc(gradient, { integrator: twoStage }) },
  };
  for (const [name, options] of Object.entries(samplers))
    it(`give the same bits as on one: ${name}`, async () => {
      const gradient = aroundData();
      const alone = await run(gradient, { ...options, workers: 1 });
      for (const workers of [2, 4]) expect(await run(gradient, { ...options, workers })).toEqual(alone);
      expect(await run(gradient, options)).toEqual(alone);
      expect(warn).not.toHaveBeenCalled();
    });
  for (const [name, make] of Object.entries({ logistic, poisson, "single precision": () => aroundData("f32") }))
    it(`give the same bits as on one: ${name}`, async () => {
      const gradient = make();
      expect(await run(gradient, { workers: 2 })).toEqual(await run(gradient, { workers: 1 }));
      expect(warn).not.toHaveBeenCalled();
    });

  it("run at the same time, and say how far they are", async () => {
    const seen: ChainsProgress[] = [];
    const { gradients } = await run(aroundData(), {
      workers: 3,
      draws: 300_000,
      restEvery: 5,
      onProgress: (progress) => seen.push(progress),
    });
    expect(outOfTurn(seen)).toBeGreaterThan(0);
    expect(gradients).toBeGreaterThan(3 * 300_000);
    const done = seen.map(({ doneInAll }) => doneInAll);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(3 * 300_060);
    for (const chain of [0, 1, 2])
      expect(seen.findLast((progress) => progress.chain === chain)).toMatchObject({
        done: 300_060,
        total: 300_060,
        chains: 3,
        warmingUp: false,
      });
  });

  it("stop all when told to, and keep what they have", async () => {
    const whole = await run(aroundData(), { draws: 2_000 });
    let heard = 0;
    const { draws, stats, states, chains, interrupted } = await run(aroundData(), {
      workers: 3,
      draws: 1e6,
      restEvery: 5,
      shouldStop: () => heard > 3,
      onProgress: ({ perChain }) => {
        heard += perChain.every((one) => one.draws > 0) ? 1 : 0;
      },
    });
    expect(interrupted).toBe(true);
    expect(chains.length).toBeGreaterThan(0);
    for (const [i, chain] of chains.entries()) {
      expect(draws[i].length).toBe(draws[0].length);
      expect(draws[i].length).toBe(4 * stats.diverging[i].length);
      const both = Math.min(draws[i].length, whole.draws[chain].length);
      expect(both).toBeGreaterThan(0);
      expect(draws[i].slice(0, both)).toEqual(whole.draws[chain].slice(0, both));
      expect(states[i].drawsDone).toBe(stats.diverging[i].length);
      expect(states[i].position).toEqual(draws[i].slice(-4));
    }
  });
  it("stop when told to while this thread has nothing to do but wait", async () => {
    // Without warm-up, trajectories of the second chain are a hundred times as long.
    let firstIsDone = 0;
    const { interrupted, chains } = await run(wideAndNarrow(), {
      chains: 2,
      workers: 2,
      warmup: 0,
      draws: 20_000,
      starts: [Float64Array.of(0, 0), Float64Array.of(1000, 0)],
      onProgress: ({ chain, done, total }) => {
        if (chain === 0 && done === total) firstIsDone = 1;
      },
      shouldStop: () => firstIsDone > 0 && ++firstIsDone > 2,
    });
    expect(interrupted).toBe(true);
    expect(chains).toContain(0);
  });

  it("fail as they do on one", async () => {
    const starts = [Float64Array.of(0.5), Float64Array.of(1e12)];
    const messages = [1, 2].map((workers) =>
      run(flatOutside(), { chains: 2, starts, workers }).then(
        () => "no error",
        (error: unknown) => (error instanceof FluvialError ? error.message : `not ours: ${error}`),
      ),
    );
    const [alone, threaded] = await Promise.all(messages);
    expect(alone).toMatch(/^step size: no step is too long/);
    expect(threaded).toBe(alone);
  });

  it("run in turn where the gradient is not compiled, or the kernel a function of one's own", async () => {
    const own: ChainsOptions = { kernel: (gradient) => (tuning) => hmc(gradient)(tuning) };
    const around: ChainsOptions = { kernel: ({ size, at, dispose }) => hmc({ size, at, dispose }) };
    for (const [gradient, options] of [
      [correlatedNormal(0.5), {}],
      [aroundData(), own],
      [aroundData(), around],
    ] as const) {
      const seen: ChainsProgress[] = [];
      const threaded = { ...options, workers: 3, restEvery: 0, onProgress: (one: ChainsProgress) => seen.push(one) };
      expect(await run(gradient, threaded)).toEqual(await run(gradient, options));
      expect(outOfTurn(seen)).toBe(0);
    }
  });

  it("refuse a number of workers that is none", async () => {
    await expect(run(aroundData(), { workers: 0 })).rejects.toThrow(
      "sample: workers: expected a whole number from 1, got 0",
    );
  });

  it("leave nothing behind that keeps a process alive", async () => {
    const program = fileURLToPath(new URL("parallelProgram.ts", import.meta.url));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--import", "tsx", program], {
      timeout: 60_000,
    });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      interrupted: true,
      some: true,
      draws: [40, 40],
    });
  });
});

describe("threads pay", () => {
  it("where much is left after a while", () => {
    expect(threadsPay(50, 1, 1000)).toBe(false);
    expect(threadsPay(100, 300, 1000)).toBe(false);
    expect(threadsPay(100, 250, 1000)).toBe(true);
    expect(threadsPay(1000, 0, 1000)).toBe(false);
  });
});
