import { expect, it } from "vitest";
import * as tf from "#tfjs";
import banana, { data } from "../../models/banana.ts";
import { cif, realNvp } from "../../src/flows/index.ts";
import { fit } from "../../src/infer/fit.ts";
import { indexUse } from "../../src/infer/indexUse.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import type { Fit } from "../../src/posterior/posterior.ts";

const guide = cif({ layers: 3, base: realNvp({ layers: 2, hidden: 8 }) });

it("tells of each layer how much of its variance its index makes, from a fit and from its file", async () => {
  const fitted = await fit(banana, data, { guide, seed: 1, steps: 300 });
  const before = tf.memory().numTensors;
  const use = await indexUse(banana, data, fitted);
  expect(use.map(({ layer }) => layer)).toEqual([1, 2, 3]);
  for (const { share, nats } of use) {
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    expect(Number.isFinite(nats)).toBe(true);
  }
  // Two estimates of a share by 4,000 draws: errors of about share · √(2/n).
  const other = await indexUse(banana, data, fitted, { seed: 1 });
  for (const [i, { share }] of use.entries())
    expect(Math.abs(other[i].share / share - 1)).toBeLessThan(4.5 * 2 * Math.sqrt(4 / 4_000));
  const again = fromJson(toJson(fitted)) as typeof fitted;
  expect(await indexUse(banana, data, again)).toEqual(use);
  expect(tf.memory().numTensors).toBe(before);
});

it("refuses a fit without an index, and one draw", async () => {
  const plain = await fit(banana, data, { seed: 1, steps: 50 });
  await expect(indexUse(banana, data, plain as Fit<never>)).rejects.toThrow(
    /indexUse: expected a fit by cif, got one by mean-field, which has no index/,
  );
  await expect(indexUse(banana, data, plain as Fit<never>, { draws: 1 })).rejects.toThrow(/indexUse: draws/);
});
