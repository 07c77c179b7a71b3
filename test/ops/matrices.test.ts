import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";
import * as m from "../../src/ops/matrices.ts";
import { expectEnginesAgree } from "../engine/compiled/agreement.ts";
import { expectDifferences, type ScalarFormula, withSlopesIn } from "../engine/compiled/differences.ts";
import { real } from "../engine/trace/both.ts";

type Rows = readonly (readonly number[])[];
interface Known {
  readonly a: Rows;
  readonly b: Rows;
  readonly solution: Rows;
  readonly inverse: Rows;
  readonly logDet: number;
}
const { cases }: { readonly cases: readonly Known[] } = JSON.parse(
  readFileSync(new URL("../known/linearAlgebra.json", import.meta.url), "utf8"),
);
const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const matrix = (rows: Rows): Tensor => fromHost(rows.flat(), [rows.length, rows[0].length]);

const expectClose = (got: Tensor, want: readonly number[], tolerance = 1e-11): void => {
  const largest = Math.max(1, ...want.map(Math.abs));
  const values = [...hostValues(got)];
  expect(values.length).toBe(want.length);
  for (const [i, value] of values.entries())
    expect(Math.abs(value - want[i]), `element ${i}: ${value}, expected ${want[i]}`).toBeLessThan(tolerance * largest);
};

const transposed = (a: Tensor): Tensor => a.transpose([...range(a.rank - 2), a.rank - 1, a.rank - 2]);

describe.each(cases.map((each) => [each.a.length, each] as const))("numpy's %i × n", (n, known) => {
  it("has its solution, inverse and determinant", () =>
    exactly(() => {
      const [a, b] = [matrix(known.a), matrix(known.b)];
      expectClose(m.solve(a, b), known.solution.flat());
      expectClose(
        m.solve(a, b.slice([0, 0], [n, 1]).squeeze([1])),
        known.solution.map(([x]) => x),
      );
      expectClose(m.inverse(a), known.inverse.flat());
      expectClose(m.logDet(a), [known.logDet]);
      const definite = tf.matMul(a, a, false, true).add(tf.eye(n));
      expectClose(m.solveSpd(definite, b), [...hostValues(m.solve(definite, b))], 1e-9);
      expectClose(m.logDetSpd(definite), [...hostValues(m.logDet(definite))], 1e-11);
    }));

  it("is the same in a batch of both engines", () => {
    const inputs = [
      real([n, n], known.a.flat()),
      real([2, n, known.b[0].length], [...known.b.flat(), ...known.b.flat().map(Math.sin)]),
    ];
    expectEnginesAgree("solve", ([a, b]) => [m.solve(a, b), m.inverse(a), m.logDet(a)], inputs);
  });
});

const square = [1.2, 0.4, -0.3, 0.7, -1.1, 0.2, -0.5, 0.9, 1.4, -0.8, 0.3, 0.1, 0.6, 1.3, -0.4, 0.2, 0.5, 0.9];
const a = real([2, 3, 3], square);
const b = real([3, 2], [0.3, -0.2, 1.1, 0.4, 2.2, -0.7]);
const x = real([2, 3], [0.3, -0.2, 1.1, 0.4, 2.2, -0.7]);
/** Weights that make every element count differently. */
const weigh = (y: Tensor): Tensor =>
  y
    .mul(
      fromHost(
        range(y.size).map((i) => Math.cos(1 + i)),
        y.shape,
      ),
    )
    .sum();
const definite = (y: Tensor): Tensor => tf.matMul(y, transposed(y)).add(tf.eye(3));

const formulas: Readonly<
  Record<string, { readonly f: ScalarFormula; readonly at: readonly ReturnType<typeof real>[] }>
> = {
  solve: { f: ([a, b]) => weigh(m.solve(a, b)), at: [a, b] },
  inverse: { f: ([a]) => weigh(m.inverse(a)), at: [a] },
  logDet: { f: ([a]) => weigh(m.logDet(a)), at: [a] },
  solveSpd: { f: ([a, b]) => weigh(m.solveSpd(definite(a), b)), at: [a, b] },
  logDetSpd: { f: ([a]) => weigh(m.logDetSpd(definite(a))), at: [a] },
  trace: { f: ([a]) => weigh(m.trace(a).square()), at: [a] },
  diagonal: { f: ([a]) => weigh(m.diagonal(a).sin()), at: [a] },
  diag: { f: ([x]) => weigh(m.diag(x).sin()), at: [x] },
  outer: { f: ([x]) => weigh(m.outer(x, x.sin())), at: [x] },
  quadraticForm: { f: ([a, x]) => weigh(m.quadraticForm(a, x)), at: [a, x] },
};

describe.each(Object.entries(formulas))("%s", (name, { f, at }) => {
  const which = range(at.length);
  const second: ScalarFormula = (inputs) => {
    const slopes = gradient((own: readonly Tensor[]) => f(own) as Scalar)(inputs).gradient;
    return slopes.map((each) => weigh(each)).reduce((u, v) => u.add(v));
  };

  it("has one gradient in both engines, that of differences", () => {
    expectEnginesAgree(name, withSlopesIn(f, which), at);
    expectDifferences(name, f, at, which);
  });

  it("has one second gradient in both engines, that of differences", () => {
    expectEnginesAgree(name, withSlopesIn(second, which), at);
    expectDifferences(name, second, at, which, { tolerance: 1e-6 });
  });
});

it("says what a singular matrix is", () =>
  exactly(() => {
    const singular = fromHost([1, 2, 2, 4], [2, 2]);
    expect(hostValues(m.logDet(singular))[0]).toBe(Number.NEGATIVE_INFINITY);
    expect([...hostValues(m.inverse(singular))].some(Number.isFinite)).toBe(false);
    expect(hostValues(m.logDetSpd(fromHost([1, 2, 2, 1], [2, 2])))[0]).toBeNaN();
    expect(hostValues(m.logDet(fromHost([Number.NaN, 1, 1, 1], [2, 2])))[0]).toBeNaN();
  }));

it("makes and takes apart matrices", () =>
  exactly(() => {
    expectClose(m.diag(fromHost([1, 2, 3, 4], [2, 2])), [1, 0, 0, 2, 3, 0, 0, 4]);
    expectClose(m.outer(fromHost([1, 2], [2]), fromHost([3, 4, 5], [3])), [3, 4, 5, 6, 8, 10]);
    expectClose(m.trace(fromHost([1, 2, 3, 4], [2, 2])), [5]);
    expectClose(m.diagonal(fromHost([1, 2, 3, 4], [2, 2])), [1, 4]);
    expectClose(m.quadraticForm(fromHost([1, 2, 3, 4], [2, 2]), fromHost([1, -1, 2, 1], [2, 2])), [0, 18]);
    const l = fromHost([2, 0, 1, 3], [2, 2]);
    expectClose(tf.matMul(tf.matMul(l, l, false, true), m.choleskySolve(l, tf.eye(2))), [1, 0, 0, 1]);
  }));

it.each<[string, () => Tensor, string]>([
  [
    "what is not square",
    () => m.solve(tf.zeros([2, 3]), tf.zeros([2])),
    "solve: expected a of shape [..., n, n], got [2, 3]",
  ],
  [
    "sides of another length",
    () => m.solve(tf.eye(2), tf.zeros([3])),
    "solve: expected b of shape [2] or [..., 2, k], got [3] with a of shape [2, 2]",
  ],
  ["batches that do not fit", () => m.solveSpd(tf.zeros([2, 3, 3]), tf.zeros([4, 3, 1])), "choleskySolve: expected b"],
  ["determinants of vectors", () => m.logDet(tf.zeros([3])), "logDet: expected a of shape [..., n, n], got [3]"],
  [
    "vectors of another length",
    () => m.quadraticForm(tf.eye(2), tf.zeros([3])),
    "quadraticForm: expected x of shape [..., 2], got [3]",
  ],
])("refuses %s", (_, f, message) => {
  tf.tidy(() => {
    expect(f).toThrow(message);
  });
});
