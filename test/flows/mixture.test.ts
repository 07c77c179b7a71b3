import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { normalQuantileOfLog } from "../../src/ops/normalTail.ts";
import { normalLogCdf } from "../../src/ops/special.ts";
import { gaussianMixture } from "../../src/transforms/monotone/gaussianMixture.ts";
import type { Bijection } from "../../src/transforms/transform.ts";
import known from "../known/flows/autoregressive.json" with { type: "json" };
import { slopeOf } from "../ops/accuracy.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
type Row = (typeof known.mixtures)[number];

/** The map of a row: its numbers are logits, means, and log-scales before they are bounded to ±4. */
const mapOf = ({ weights, means, scales }: Row): Bijection => {
  const numbers = [...weights.map((w) => Math.log(w)), ...means, ...scales.map((s) => 4 * Math.atanh(Math.log(s) / 4))];
  return gaussianMixture(weights.length).at(numbers.map((v) => tf.scalar(v)));
};
const point = (x: number): Tensor => fromHost([x], [1]);
const apart = (got: number, want: number): number => Math.abs(got - want) / Math.max(1, Math.abs(want));

describe("a mixture of normals made standard", () => {
  it("has the values and slopes that 60 digits give, far into both tails", () =>
    exactly(() => {
      for (const row of known.mixtures) {
        const { value, logDet } = mapOf(row).forward(point(row.x));
        expect(apart(hostValues(value)[0], row.y), `y at ${row.x}`).toBeLessThan(1e-13);
        expect(apart(hostValues(logDet)[0], row.logSlope), `log-slope at ${row.x}`).toBeLessThan(1e-12);
      }
    }));

  it("finds the way back, and its slope", () =>
    exactly(() => {
      for (const row of known.mixtures) {
        const { value, logDet } = mapOf(row).inverse(point(row.y));
        // Where a component ends, x hangs on y by e to the minus log-slope.
        const reach = 1e-13 * Math.max(1, Math.exp(-row.logSlope)) * Math.max(1, Math.abs(row.y));
        expect(Math.abs(hostValues(value)[0] - row.x) / (1 + Math.abs(row.x)), `x at ${row.y}`).toBeLessThan(reach);
        if (row.logSlope > -5) expect(apart(-hostValues(logDet)[0], row.logSlope)).toBeLessThan(1e-10);
      }
    }));

  it("is about the identity at its start, with any number of components", () =>
    exactly(() => {
      for (const count of [1, 2, 3, 10]) {
        const { start, at } = gaussianMixture(count);
        const x = [-2.5, -1, -0.3, 0, 0.4, 2];
        const { value } = at(start.map((v) => tf.scalar(v))).forward(fromHost(x, [x.length]));
        for (const [i, y] of hostValues(value).entries()) expect(Math.abs(y - x[i])).toBeLessThan(0.5);
      }
    }));
});

describe("the normal quantile of a log probability", () => {
  const points = [-1e6, -1e4, -300, -38, -20, -8, -3, -1, -0.5, -0.1];

  it("turns the log of the distribution function round, also where the probability underflows", () =>
    exactly(() => {
      const y = hostValues(normalQuantileOfLog(normalLogCdf(fromHost(points, [points.length]))));
      for (const [i, want] of points.entries()) expect(Math.abs(y[i] / want - 1)).toBeLessThan(1e-14);
    }));

  it("has the slope of an inverse", () => {
    const shape = [points.length];
    const logP = inDouble(() => hostValues(normalLogCdf(fromHost(points, shape))));
    const there = slopeOf(normalLogCdf, points, shape);
    const back = slopeOf(normalQuantileOfLog, logP, shape);
    for (const i of points.keys()) expect(Math.abs(there[i] * back[i] - 1)).toBeLessThan(1e-13);
  });
});
