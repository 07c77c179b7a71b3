import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, inPrecision } from "../../src/core/double.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar } from "../../src/core/tensor.ts";
import { leaves } from "../../src/core/tree.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { type RadialParameters, radialMap } from "../../src/transforms/radial.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

const parameters = (centre: readonly number[], reach: number, pull: number): RadialParameters => ({
  centre: fromHost(centre, [centre.length]),
  reach: fromHost([reach], []),
  pull: fromHost([pull], []),
});
const apply = (p: RadialParameters, x: readonly number[]) => {
  const { value, logDet } = radialMap(p).forward(fromHost(x, [x.length]));
  return { value: [...hostValues(value)], logDet: hostValues(logDet)[0] };
};

describe("a radial step", () => {
  /**
   * Centre (1, −1), α̂ = ½, pull −1 at x = (2, 1), worked out to 30 digits: α = ln(1 + e^½), β = ln(1 + e^−½) − α, r = √5,
   * h = 1/(α + r), value = x + βh (1, 2), log-det ln(1 + βh) + ln(1 + βh − βrh²).
   */
  it("does a worked example", () =>
    exactly(() => {
      const { value, logDet } = apply(parameters([1, -1], 0.5, -1), [2, 1]);
      expect(value[0]).toBeCloseTo(1.84424379398170676, 14);
      expect(value[1]).toBeCloseTo(0.68848758796341352, 14);
      expect(logDet).toBeCloseTo(-0.21772952228094578, 14);
    }));

  it("is the identity where the pull is 0", () =>
    exactly(() => {
      for (const reach of [-5, 0.5, 20]) {
        const { value, logDet } = apply(parameters([1, -1], reach, 0), [2, 1]);
        expect(value).toEqual([2, 1]);
        expect(Math.abs(logDet)).toBeLessThan(1e-15);
      }
    }));

  it("leaves its centre where it is, with det (1 + β/α)^size", () =>
    exactly(() => {
      const { value, logDet } = apply(parameters([1, -1, 3], 0.5, 0.8), [1, -1, 3]);
      expect(value).toEqual([1, -1, 3]);
      const softplus = (x: number): number => Math.log1p(Math.exp(x));
      expect(logDet).toBeCloseTo(3 * Math.log(softplus(1.3) / softplus(0.5)), 10);
    }));

  it.each(["f32", "f64"] as const)(
    "has finite slopes at its centre and far out, however hard it pulls, %s",
    (precision) =>
      inPrecision(precision, () =>
        tf.tidy(() => {
          for (const pull of [-80, -20, 0, 3, 80])
            for (const x of [0.25, 1, 1e6]) {
              const total = (at: { p: RadialParameters; x: tf.Tensor }): Scalar => {
                const { value, logDet } = radialMap(at.p).forward(at.x);
                return value.sum().add(logDet.sum()) as Scalar;
              };
              const at = { p: parameters([0.25, 0.25], 0.5, pull), x: fromHost([x, x, x, 0.25], [2, 2]) };
              const { value, gradient: slopes } = gradient(total)(at);
              const all = [value, ...leaves(slopes)].flatMap((v) => [...hostValues(v)]);
              expect(all.every(Number.isFinite), `pull ${pull}, x ${x}: ${all}`).toBe(true);
            }
        }),
      ),
  );

  it("never takes the distance from its centre back, whatever its parameters", () =>
    exactly(() => {
      const line = range(300).map((i) => i / 50);
      for (const reach of [-8, -1, 0.5, 6])
        for (const pull of [-50, -3, -0.2, 0.5, 4]) {
          const { value } = radialMap(parameters([0], reach, pull)).forward(fromHost(line, [line.length, 1]));
          const moved = hostValues(value);
          for (const i of range(299))
            expect(moved[i + 1] - moved[i], `reach ${reach}, pull ${pull}`).toBeGreaterThanOrEqual(-1e-15);
        }
    }));
});
