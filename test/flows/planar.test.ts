import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, inPrecision } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar } from "../../src/core/tensor.ts";
import { leaves } from "../../src/core/tree.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal } from "../../src/ops/random.ts";
import { type PlanarParameters, planarMap } from "../../src/transforms/planar.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

const parameters = (w: readonly number[], u: readonly number[], b: number): PlanarParameters => ({
  w: fromHost(w, [w.length]),
  u: fromHost(u, [u.length]),
  b: fromHost([b], []),
});
const apply = (w: readonly number[], u: readonly number[], b: number, x: readonly number[]) => {
  const { value, logDet } = planarMap(parameters(w, u, b)).forward(fromHost(x, [x.length]));
  return { value: [...hostValues(value)], logDet: hostValues(logDet)[0] };
};
const slopesOf = (w: readonly number[], u: readonly number[], b: number): number[] => {
  const { value, gradient: slopes } = gradient((p: PlanarParameters) => {
    const made = planarMap(p).forward(fromHost([0.1, 0.2, 0, 0], [2, 2]));
    return made.value.sum().add(made.logDet.sum()) as Scalar;
  })(parameters(w, u, b));
  return [value, ...leaves(slopes)].flatMap((x) => [...hostValues(x)]);
};

describe("a planar step", () => {
  /**
   * w = (5, 0), u = (1, 0), b = 0 at x = (0.1, −2), worked out to 30 digits: wᵀu = 5, m = ln(1 + e⁵ (e − 1)) − 1,
   * û₁ = 1 + (m − 5)/5, value₁ = 0.1 + û₁ tanh ½, log-det ln(1 + m / cosh² ½).
   */
  it("does the worked example", () =>
    exactly(() => {
      const { value, logDet } = apply([5, 0], [1, 0], 0, [0.1, -2]);
      expect(value[0]).toBeCloseTo(0.52008654027338988, 14);
      expect(value[1]).toBe(-2);
      expect(logDet).toBeCloseTo(1.5205176292919918, 14);
    }));

  it("divides by the square of ‖w‖: wᵀû = m(wᵀu) whatever the length of w", () =>
    exactly(() => {
      for (const scale of [0.1, 1, 3]) {
        const w = [1 * scale, -2 * scale];
        const u = [-1.5, 0.4];
        const wu = w[0] * u[0] + w[1] * u[1];
        // Far out tanh is 1, so that the step there is û itself.
        const far = [400 / scale, -800 / scale];
        const { value } = apply(w, u, 0, far);
        const along = w[0] * (value[0] - far[0]) + w[1] * (value[1] - far[1]);
        expect(along).toBeCloseTo(Math.log(1 + Math.exp(wu) * (Math.E - 1)) - 1, 10);
      }
    }));

  it("is the identity where u = 0", () =>
    exactly(() => {
      const { value, logDet } = apply([3, -1], [0, 0], 0.7, [0.3, -2]);
      expect(Math.abs(value[0] - 0.3) + Math.abs(value[1] + 2)).toBeLessThan(1e-15);
      expect(Math.abs(logDet)).toBeLessThan(1e-15);
    }));

  it("can be inverted whatever its parameters: what it does along w never goes back", () =>
    exactly(() => {
      const line = range(401).map((i) => (i - 200) / 20);
      for (const seed of range(40)) {
        const size = 1 + (seed % 3);
        const spread = [0.3, 1, 3, 10][seed % 4];
        const draw = (part: number, shape: number[]): number[] => [
          ...hostValues(normal(key(hostKey(10 * seed + part)), shape).mul(spread)),
        ];
        const [w, u, [b]] = [draw(0, [size]), draw(1, [size]), draw(2, [])];
        const norm2 = w.reduce((sum, v) => sum + v * v, 0);
        const x = line.flatMap((t) => w.map((v) => ((t - b) * v) / norm2));
        const { value, logDet } = planarMap(parameters(w, u, b)).forward(fromHost(x, [line.length, size]));
        const moved = hostValues(value.mul(fromHost(w, [size])).sum(-1));
        // Rounding of û, which may be as long as ‖u‖.
        const rounding = 1e-14 * (1 + spread * spread * size * 10);
        for (const i of range(400)) expect(moved[i + 1] - moved[i], `seed ${seed}`).toBeGreaterThan(-rounding);
        expect([...hostValues(logDet)].every(Number.isFinite), `seed ${seed}`).toBe(true);
      }
    }));

  it.each(["f32", "f64"] as const)("has finite slopes where wᵀu lies far below −1, %s", (precision) =>
    inPrecision(precision, () =>
      tf.tidy(() => {
        for (const wu of [-10, -40, -75]) {
          expect(slopesOf([5, 0], [wu / 5, 1], 0).every(Number.isFinite), `${wu}`).toBe(true);
          // At the centre det = softplus(wᵀu + ln(e − 1)), which is (e − 1) e^(wᵀu) there.
          const { logDet } = apply([5, 0], [wu / 5, 1], 0, [0, 0]);
          expect(Math.abs(logDet - (wu + Math.log(Math.E - 1)))).toBeLessThan(1e-4);
        }
      }),
    ),
  );

  it.each(["f32", "f64"] as const)("is finite with finite slopes at w = 0 and near it, %s", (precision) =>
    inPrecision(precision, () =>
      tf.tidy(() => {
        for (const w of [0, 1e-30, 1e-20, 1e-12, 1e-6])
          for (const b of [0, 0.4]) {
            const all = slopesOf([w, -w], [0.3, -2], b);
            // Near 0 û turns with the direction of w: by as much as ‖u‖/‖w‖ a unit of w.
            expect(
              all.every((v) => (w === 0 ? Math.abs(v) < 10 : Number.isFinite(v))),
              `w ${w}, b ${b}: ${all}`,
            ).toBe(true);
          }
      }),
    ),
  );
});
