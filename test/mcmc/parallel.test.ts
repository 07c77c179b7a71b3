import { describe, expect, it, vi } from "vitest";
import * as tf from "#tfjs";
import { hostKey } from "../../src/core/key.ts";
import type { Scalar, Tensor } from "../../src/core/tensor.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { type ChainsOptions, chains } from "../../src/mcmc/chains.ts";
import { hmc } from "../../src/mcmc/hmc.ts";

const data = { y: tf.tensor1d([1.5, -0.5, 2, 0.25]) };
const logDensity = (z: Tensor, { y }: { y: Tensor }): Scalar =>
  z.square().add(z.square().add(1).log()).add(z.sub(y).square()).sum().mul(-0.5) as Scalar;
const gradient = compiledEngine("f64").gradient(logDensity, 4, data);
const short: ChainsOptions = { chains: 4, warmup: 60, draws: 40 };

describe("chains on several threads", () => {
  it("give the same bits as on one", async () => {
    const warn = vi.spyOn(console, "warn");
    const one = await chains(gradient, hostKey(1), { ...short, workers: 1 });
    for (const workers of [2, 4]) expect(await chains(gradient, hostKey(1), { ...short, workers })).toEqual(one);
    const h: ChainsOptions = { ...short, kernel: (g) => hmc(g, { steps: 7 }) };
    expect(await chains(gradient, hostKey(1), { ...h, workers: 3 })).toEqual(
      await chains(gradient, hostKey(1), { ...h, workers: 1 }),
    );
    expect(warn).not.toHaveBeenCalled();
  });
});
