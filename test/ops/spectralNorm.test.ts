import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, inPrecision } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal } from "../../src/ops/random.ts";
import { logSpectralNorm } from "../../src/ops/spectralNorm.ts";
import { differences } from "./accuracy.ts";

interface Known {
  readonly name: string;
  readonly matrix: readonly (readonly number[])[];
  readonly singular: readonly number[];
}
/** Singular values by numpy 2.4.6: scripts/reference/residual.py. */
const { matrices } = JSON.parse(readFileSync(new URL("../known/residual.json", import.meta.url), "utf8")) as {
  readonly matrices: readonly Known[];
};

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const tensorOf = (rows: readonly (readonly number[])[]): Tensor => fromHost(rows.flat(), [rows.length, rows[0].length]);
const normOf = (a: Tensor, excess?: number): number => Math.exp(hostValues(logSpectralNorm(a, excess))[0]);

describe.each(matrices)("the largest singular value: $name", ({ matrix, singular }) => {
  it("is bounded from above, by at most 1 % or what is asked for", () =>
    exactly(() => {
      for (const excess of [undefined, 0.1, 1e-3]) {
        const ratio = normOf(tensorOf(matrix), excess) / singular[0];
        expect(ratio).toBeGreaterThan(1 - 1e-14);
        expect(ratio).toBeLessThan(1 + (excess ?? 0.01) + 1e-14);
      }
    }));

  it("is exact to rounding where that is asked for", () =>
    exactly(() => {
      expect(Math.abs(normOf(tensorOf(matrix), 1e-15) / singular[0] - 1)).toBeLessThan(2e-14);
    }));

  it("is bounded in single precision too", () =>
    inPrecision("f32", () =>
      tf.tidy(() => {
        const ratio = normOf(tensorOf(matrix)) / singular[0];
        expect(ratio).toBeGreaterThan(1 - 2e-6);
        expect(ratio).toBeLessThan(1.01 + 2e-6);
      }),
    ));

  it("has the slopes of what it gives, where singular values are equal too", () =>
    exactly(() => {
      const a = tensorOf(matrix);
      const slopes = gradient((at: Tensor) => logSpectralNorm(at) as Scalar)(a).gradient;
      const first = hostValues(a).subarray(0, 6);
      const rest = hostValues(a).subarray(6);
      const at = (values: Float64Array): number =>
        tf.tidy(() => hostValues(logSpectralNorm(fromHost([...values, ...rest], a.shape)))[0]);
      const wanted = differences(at, first, 1e-4);
      for (const [i, slope] of hostValues(slopes).subarray(0, 6).entries())
        expect(Math.abs(slope - wanted[i]) / (1 + Math.abs(wanted[i]))).toBeLessThan(1e-6);
    }));
});

describe("singular values of several matrices", () => {
  it("come one each, compiled as op by op", () => {
    const make = (): Tensor => normal(key(hostKey(4)), [3, 5, 7]);
    const fellBack: string[] = [];
    const engine = compiledEngine("f64", { warn: (message) => fellBack.push(message) });
    const compiled = engine.compile(() => logSpectralNorm(make(), 1e-15))();
    exactly(() => {
      for (const i of [0, 1, 2]) {
        const own = logSpectralNorm(make().slice([i, 0, 0], [1, 5, 7]).reshape([5, 7]), 1e-15);
        expect(hostValues(compiled)[i]).toBeCloseTo(hostValues(own)[0], 13);
      }
    });
    compiled.dispose();
    expect(fellBack).toEqual([]);
  });

  it("are finite with finite slopes at 0", () => {
    for (const precision of ["f32", "f64"] as const)
      inPrecision(precision, () =>
        tf.tidy(() => {
          const { value, gradient: slopes } = gradient((a: Tensor) => logSpectralNorm(a) as Scalar)(tf.zeros([4, 3]));
          for (const x of [...hostValues(value), ...hostValues(slopes)]) expect(Number.isFinite(x)).toBe(true);
        }),
      );
  });
});
