import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { elbo, fit, iaf, nuts, sample } from "fluvial";
import { expect, it } from "vitest";
import * as tf from "#tfjs";
import model, { data } from "../../models/eight-schools-noncentred.ts";
import { fingerprint } from "./fingerprint.ts";

it("gives the same bits for the same seed, in one process and in two", async () => {
  const here = await fingerprint(11);
  expect(await fingerprint(11)).toBe(here);
  expect(await fingerprint(12)).not.toBe(here);
  const script = fileURLToPath(new URL("./fingerprint.ts", import.meta.url));
  const there = execFileSync(process.execPath, ["--import", "tsx", script, "print"], { encoding: "utf8" });
  expect(there.trim()).toBe(here);
});

it("gives the same draws whatever the global random numbers and the load of other tensors", async () => {
  const before = await fingerprint(3);
  const clutter = tf.randomNormal([10]);
  Math.random();
  expect(await fingerprint(3)).toBe(before);
  clutter.dispose();
});

it("leaves no tensor behind after 2,000 steps of training", async () => {
  const before = tf.memory().numTensors;
  const fitted = await fit(model, data, {
    guide: iaf({ layers: 2, hidden: 8 }),
    objective: elbo({ draws: 1 }),
    steps: 2_000,
    draws: 10,
    rate: 1e-4,
  });
  expect(fitted.steps).toBeGreaterThan(500);
  expect(tf.memory().numTensors).toBe(before);
});

it("leaves no tensor behind after 2,000 transitions", async () => {
  const before = tf.memory().numTensors;
  await sample(model, data, { sampler: nuts({ maxTreeDepth: 3 }), chains: 2, warmup: 500, draws: 500 });
  expect(tf.memory().numTensors).toBe(before);
});

it("leaves no tensor behind where a fit fails", async () => {
  const before = tf.memory().numTensors;
  await expect(fit(model, { ...data, sigma: [-1, 1, 1, 1, 1, 1, 1, 1] })).rejects.toThrow(/scale must be positive/);
  await expect(fit(model, data, { rate: 1e300, steps: 400 })).rejects.toThrow(/not finite/);
  expect(tf.memory().numTensors).toBe(before);
});
