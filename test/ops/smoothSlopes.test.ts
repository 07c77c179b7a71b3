import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { differences } from "./accuracy.ts";

/** Functions of [2, 2] whose slopes tfjs makes from what they gave. */
const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  exp: (x) => x.exp(),
  sigmoid: (x) => x.sigmoid(),
  tanh: (x) => x.tanh(),
  elu: (x) => x.elu(),
  softmax: (x) => x.softmax().square(),
  "softmax of few numbers by hand": (x) => x.exp().div(x.exp().sum(-1, true)).square(),
  logSumExp: (x) => tf.logSumExp(x, 0).square(),
};

describe("slopes of tfjs's own functions, once and twice", () => {
  const at = [0.3, -0.7, 1.1, 0.45];
  const weights = [0.5, -0.2, 1.3, 0.8];

  it.each(Object.entries(functions))("%s", (_, f) =>
    inDouble(() =>
      tf.tidy(() => {
        const total = (x: Tensor): Scalar => f(x).sum() as Scalar;
        const slope = (x: Tensor): Scalar =>
          gradient(total)(x)
            .gradient.mul(fromHost(weights, [2, 2]))
            .sum() as Scalar;
        for (const g of [total, slope]) {
          const made = hostValues(gradient(g)(fromHost(at, [2, 2])).gradient);
          const want = differences((x) => hostValues(g(fromHost(x, [2, 2])))[0], at);
          want.forEach((difference, i) => {
            expect(Math.abs(made[i] - difference)).toBeLessThan(1e-9);
          });
        }
      }),
    ),
  );

  it("keep the tails: no slope is lost to 1 − 1", () =>
    inDouble(() =>
      tf.tidy(() => {
        const slopeAt = (f: (x: Tensor) => Tensor): number =>
          hostValues(gradient((x: Tensor) => f(x).sum() as Scalar)(fromHost([40], [1])).gradient)[0];
        expect(slopeAt((x) => x.sigmoid()) / Math.exp(-40)).toBeCloseTo(1, 12);
        expect(slopeAt((x) => x.tanh()) / (4 * Math.exp(-80))).toBeCloseTo(1, 12);
      }),
    ));
});
