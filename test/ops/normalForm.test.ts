import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { range } from "../../src/core/shape.ts";
import type { Scalar, Shape, Tensor } from "../../src/core/tensor.ts";
import type { HostArray } from "../../src/engine/interpret/array.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { cholesky, logDetFromCholesky, whiten } from "../../src/ops/linalg.ts";
import { normalForm } from "../../src/ops/normalForm.ts";
import { real } from "../engine/trace/both.ts";
import { ways } from "./regions.ts";

type Form = (residual: Tensor, covariance: Tensor) => Tensor;

/** The same, differentiated through the Cholesky factor. */
const plain: Form = (residual, covariance) => {
  const factor = cholesky(covariance);
  return whiten(factor, residual).square().sum(-1).mul(-0.5).sub(logDetFromCholesky(factor).mul(0.5));
};

const n = 4;
const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
const vectors = (...batch: number[]): HostArray => {
  const shape = [...batch, n];
  return real(
    shape,
    range(sizeOf(shape)).map((i) => Math.sin(3 * i + 1)),
  );
};
/** Positive definite: what falls off with distance, and more on the diagonal. */
const matrices = (...batch: number[]): HostArray => {
  const shape = [...batch, n, n];
  const element = (flat: number): number => {
    const [which, i, j] = [Math.floor(flat / (n * n)), Math.floor(flat / n) % n, flat % n];
    return (1 + 0.3 * which) * Math.exp(-0.4 * (i - j) ** 2) + (i === j ? 0.1 * (i + 1) : 0);
  };
  return real(shape, range(sizeOf(shape)).map(element));
};

const cases: readonly (readonly [string, HostArray, HostArray])[] = [
  ["one vector", vectors(), matrices()],
  ["vectors that share a matrix", vectors(3, 2), matrices()],
  ["a vector for several matrices", vectors(), matrices(3)],
  ["vectors by matrices", vectors(3, 1), matrices(2)],
  ["a matrix each", vectors(2), matrices(2)],
  ["a row of matrices", vectors(3, 2), matrices(1, 2)],
];

interface Both {
  readonly residual: Tensor;
  readonly covariance: Tensor;
}
const wave = (x: Tensor): Tensor => tf.cos(tf.range(0, x.size).mul(2)).reshape(x.shape).add(0.2);
const first = (form: Form) => (given: Both) =>
  gradient((x: Both) => {
    const value = form(x.residual, x.covariance);
    return value.mul(wave(value)).sum() as Scalar;
  })(given);
/** The slope of the slope along waves. */
const second = (form: Form) => (given: Both) =>
  gradient((x: Both) => {
    const { residual, covariance } = first(form)(x).gradient;
    return residual
      .mul(wave(residual))
      .sum()
      .add(covariance.mul(wave(covariance)).sum()) as Scalar;
  })(given);

const resultsOf = (form: Form, [residual, covariance]: Tensor[]): Tensor[] => {
  const given = { residual, covariance };
  const one = first(form)(given);
  const two = second(form)(given).gradient;
  return [form(residual, covariance), one.gradient.residual, one.gradient.covariance, two.residual, two.covariance];
};

describe.each(ways)("the form of a normal density, %s", (_, run) => {
  it.each(cases)("of %s is that of its Cholesky factor, twice differentiated", (_, residual, covariance) => {
    const inputs = [residual, covariance];
    const found = run((given) => resultsOf(normalForm, given), inputs);
    const expected = run((given) => resultsOf(plain, given), inputs);
    found.forEach(({ shape, values }, i) => {
      expect(shape).toEqual(expected[i].shape);
      const scale = Math.max(...Array.from(expected[i].values, Math.abs));
      const apart = Math.max(...Array.from(values, (x, at) => Math.abs(x - expected[i].values[at])));
      // Condition numbers below 20: some hundred roundings.
      expect(apart).toBeLessThan(1e-13 * scale);
    });
  });

  it("is NaN for what is not positive definite, in that matrix alone", () => {
    const bad = matrices(2);
    bad.values[n + 1] = -1;
    const [{ values }] = run(([x, k]) => [normalForm(x, k)], [vectors(), bad]);
    expect(Number.isNaN(values[0])).toBe(true);
    expect(Number.isFinite(values[1])).toBe(true);
  });
});
