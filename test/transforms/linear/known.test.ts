import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../../src/core/double.ts";

import { fromHost, hostValues, type Tensor } from "../../../src/core/tensor.ts";
import { cayleyLinear } from "../../../src/transforms/linear/cayley.ts";
import { diagonalLinear } from "../../../src/transforms/linear/diagonal.ts";
import { exponentialLinear, rotationLinear } from "../../../src/transforms/linear/exponential.ts";
import { spanFrame } from "../../../src/transforms/linear/frame.ts";
import { fullLinear } from "../../../src/transforms/linear/full.ts";
import { householderLinear } from "../../../src/transforms/linear/householder.ts";
import type { Linear } from "../../../src/transforms/linear/linear.ts";
import { matrixExponential } from "../../../src/transforms/linear/matrixExponential.ts";
import { pluLinear } from "../../../src/transforms/linear/plu.ts";
import { qrLinear } from "../../../src/transforms/linear/qr.ts";
import { triangularLinear } from "../../../src/transforms/linear/triangular.ts";
import { type SylvesterParameters, sylvesterMap } from "../../../src/transforms/sylvester.ts";
import known from "../../known/linearFlows.json" with { type: "json" };

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

const matrix = (rows: readonly (readonly number[])[]): Tensor => fromHost(rows.flat(), [rows.length, rows[0].length]);
const vector = (values: readonly number[]): Tensor => fromHost(values, [values.length]);

const farthest = (got: Tensor, want: readonly number[]): number => {
  const values = hostValues(got);
  expect(values.length).toBe(want.length);
  return Math.max(...want.map((w, i) => Math.abs(values[i] - w)));
};

/** W itself: what it makes of the coordinates, column by column. */
const matrixOf = (apply: (x: Tensor) => Tensor, n: number): Tensor => apply(tf.eye(n)).transpose();

describe("matrix exponentials", () => {
  it.each(known.exponentials.map((each, i) => [i, each] as const))("are mpmath's, case %i", (_, { a, exp }) =>
    exactly(() => {
      const norm = Math.max(...a[0].map((_, j) => a.reduce((sum, row) => sum + Math.abs(row[j]), 0)));
      const size = Math.max(...exp.flat().map(Math.abs));
      // What rounding of A alone may do is norm · 1e-16.
      expect(farthest(matrixExponential(matrix(a)), exp.flat()) / size).toBeLessThan(1e-15 * a.length * (1 + norm));
    }),
  );

  it("of a batch are those of each, whatever their norms", () =>
    exactly(() => {
      const cases = known.exponentials.filter(({ a }) => a.length === 4);
      const batch = fromHost(
        cases.flatMap(({ a }) => a.flat()),
        [cases.length, 4, 4],
      );
      const each = cases.map(({ a }) => matrixExponential(matrix(a)));
      expect(farthest(matrixExponential(batch), [...hostValues(tf.stack(each))])).toBe(0);
    }));
});

describe("linear maps", () => {
  const { off, logDiagonal, vectors, order } = known.parameters;
  const parameters = (): { off: Tensor; logDiagonal: Tensor; vectors: Tensor } => ({
    off: matrix(off),
    logDiagonal: vector(logDiagonal),
    vectors: matrix(vectors),
  });
  const made: Readonly<Record<keyof typeof known.matrices, () => Linear>> = {
    diagonal: () => diagonalLinear({ logScale: vector(logDiagonal) }),
    triangular: () => triangularLinear(parameters(), true),
    upper: () => triangularLinear(parameters(), false),
    plu: () => pluLinear(parameters(), order),
    qr: () => qrLinear(parameters()),
    householder: () => householderLinear(parameters()),
    cayley: () => cayleyLinear(parameters()),
    rotation: () => rotationLinear(parameters()),
    exponential: () => exponentialLinear({ generator: matrix(off) }),
    full: () => fullLinear(parameters()),
  };
  it.each(Object.entries(made))("%s: the matrix and the determinant that numpy has", (name, make) =>
    exactly(() => {
      const { matrix: want, logDet } = known.matrices[name as keyof typeof known.matrices];
      const linear = make();
      expect(farthest(matrixOf(linear.apply, want.length), want.flat())).toBeLessThan(1e-13);
      expect(Math.abs(hostValues(linear.logDet)[0] - logDet)).toBeLessThan(1e-13);
      const back = tf.matMul(matrixOf(linear.solve, want.length), matrix(want));
      expect(farthest(back, [...hostValues(tf.eye(want.length))])).toBeLessThan(1e-12);
    }),
  );
});

describe("a Sylvester step", () => {
  it.each(known.sylvester.map((each, i) => [i, each] as const))("is numpy's, case %i", (_, each) =>
    exactly(() => {
      const core: SylvesterParameters = {
        outer: matrix(each.outer),
        inner: matrix(each.inner),
        bias: vector(each.bias),
      };
      const map = sylvesterMap(spanFrame(matrix(each.directions)), core);
      const { value, logDet } = map.forward(vector(each.x));
      expect(farthest(value, each.value)).toBeLessThan(1e-12);
      expect(Math.abs(hostValues(logDet)[0] - each.logDet)).toBeLessThan(1e-12);
      expect(farthest(map.inverse(value).value, each.x)).toBeLessThan(1e-10);
    }),
  );
});
