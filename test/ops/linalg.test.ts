import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { sizeOf } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Shape, type Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { cholesky, diagonalOf, logDetFromCholesky, triangularSolve, whiten } from "../../src/ops/linalg.ts";
import { differences } from "./accuracy.ts";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const noise = (seed: number, shape: Shape): Float64Array => {
  const next = hostUniforms(hostKey(seed));
  return Float64Array.from({ length: sizeOf(shape) }, () => 2 * next() - 1);
};

const transpose = (x: Tensor): Tensor =>
  tf.transpose(x, [...x.shape.keys()].slice(0, -2).concat([x.rank - 1, x.rank - 2]));

/** A random positive definite matrix, well away from singular: B Bᵀ + I. */
const definite = (seed: number, shape: Shape): Tensor => {
  const b = fromHost(noise(seed, shape), shape);
  return tf.matMul(b, transpose(b)).add(tf.eye(shape[shape.length - 1]));
};

const host = (f: () => Tensor): number[] => tf.tidy(() => [...inDouble(() => hostValues(f()))]);

const expectClose = (got: readonly number[], want: readonly number[], tolerance: number): void => {
  expect(got.length).toBe(want.length);
  for (const [i, value] of got.entries()) expect(Math.abs(value - want[i]), `element ${i}`).toBeLessThan(tolerance);
};

const shapes: readonly Shape[] = [
  [1, 1],
  [2, 2],
  [5, 5],
  [3, 4, 4],
  [2, 3, 2, 2],
  [30, 30],
];

describe.each(shapes.map((shape) => [shape]))("cholesky of %j", (shape) => {
  const n = shape[shape.length - 1];
  it("multiplies back", () => {
    const got = host(() => {
      const l = cholesky(definite(1, shape));
      return tf.matMul(l, transpose(l));
    });
    expectClose(
      got,
      host(() => definite(1, shape)),
      1e-13 * n,
    );
  });
  it("is lower triangular with a positive diagonal", () => {
    const l = host(() => cholesky(definite(1, shape)));
    l.forEach((value, at) => {
      const row = Math.floor(at / n) % n;
      const column = at % n;
      if (column > row) expect(value).toBe(0);
      if (column === row) expect(value).toBeGreaterThan(0);
    });
  });
});

/** A scalar function of a tensor with the gradient of a gradient: weights make every element count differently. */
const weighted =
  (f: (x: Tensor) => Tensor, seed: number) =>
  (x: Tensor): tf.Scalar => {
    const y = f(x);
    return y
      .mul(fromHost(noise(seed, y.shape), y.shape))
      .sum()
      .asScalar();
  };

const slopeOf =
  (f: (x: Tensor) => tf.Scalar) =>
  (x: Tensor): Tensor =>
    gradient(f)(x).gradient;

/** First and second order against differences. The formula with step 1e-3 is exact to about 1e-9 here. */
const checkSlopes = (f: (x: Tensor) => Tensor, start: () => Tensor): void => {
  const x = Float64Array.from(host(start));
  const shape = tf.tidy(() => inDouble(start).shape);
  const number = (g: (x: Tensor) => tf.Scalar, at: Float64Array): number => host(() => g(fromHost(at, shape)))[0];
  const first = weighted(f, 7);
  const second = weighted(slopeOf(first), 8);
  for (const g of [first, second])
    expectClose(
      host(() => slopeOf(g)(fromHost(x, shape))),
      [...differences((at) => number(g, at), x)],
      1e-7,
    );
};

const symmetric = (x: Tensor): Tensor => x.add(transpose(x)).mul(0.5);

describe("gradients", () => {
  it.each([[[1, 1]], [[3, 3]], [[2, 2, 2]]] as [Shape][])("of cholesky %j", (shape) =>
    checkSlopes(
      (a) => cholesky(symmetric(a)),
      () => definite(2, shape),
    ),
  );

  it("of cholesky are symmetric", () => {
    const g = host(() => slopeOf(weighted(cholesky, 3))(definite(2, [3, 3])));
    for (let i = 0; i < 3; i++) for (let j = 0; j < i; j++) expect(g[3 * i + j]).toBeCloseTo(g[3 * j + i], 14);
  });

  const systems = [
    { transpose: false, lower: true },
    { transpose: true, lower: true },
    { transpose: false, lower: false },
    { transpose: true, lower: false },
  ];
  it.each(systems)("of triangularSolve %j", (system) => {
    const b = (): Tensor => fromHost(noise(4, [3, 2]), [3, 2]);
    checkSlopes(
      (t) => triangularSolve(t, b(), system),
      () => definite(5, [3, 3]),
    );
    checkSlopes((x) => triangularSolve(definite(5, [3, 3]), x, system), b);
    // One matrix for a batch of right-hand sides, and both from one tensor.
    checkSlopes(
      (t) => triangularSolve(t, fromHost(noise(6, [2, 3, 1]), [2, 3, 1]), system),
      () => definite(5, [3, 3]),
    );
    checkSlopes(
      (t) => triangularSolve(t, t, system),
      () => definite(5, [2, 2, 2]),
    );
  });

  it("of the log-determinant and the Mahalanobis distance", () => {
    checkSlopes(
      (a) => logDetFromCholesky(cholesky(symmetric(a))),
      () => definite(9, [3, 3]),
    );
    checkSlopes(
      (a) => logDetFromCholesky(cholesky(symmetric(a))),
      () => definite(9, [2, 2, 2]),
    );
    const x = (): Tensor => fromHost(noise(10, [4, 3]), [4, 3]);
    checkSlopes(
      (a) =>
        whiten(cholesky(symmetric(a)), x())
          .square()
          .sum(-1),
      () => definite(9, [3, 3]),
    );
    checkSlopes(
      (at) =>
        whiten(cholesky(definite(9, [3, 3])), at)
          .square()
          .sum(-1),
      x,
    );
  });
});

describe("a matrix that is not positive definite", () => {
  const bad = [
    [
      [1, 2],
      [2, 1],
    ],
    [
      [4, 2],
      [2, 3],
    ],
    [
      [0, 0],
      [0, 1],
    ],
    [
      [Number.NaN, 0],
      [0, 1],
    ],
  ];
  it("gives NaN and leaves the rest of the batch alone", () => {
    const l = host(() => cholesky(tf.tensor3d(bad)));
    const nan = (i: number): number[] => l.slice(4 * i, 4 * i + 4);
    for (const i of [0, 2, 3]) expect(nan(i)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expectClose(nan(1), [2, 0, 1, Math.SQRT2], 1e-15);
  });
  it("gives NaN gradients, not a throw", () => {
    const g = host(() => slopeOf((a) => logDetFromCholesky(cholesky(a)).sum().asScalar())(tf.tensor2d(bad[0])));
    expect(g.every(Number.isNaN)).toBe(true);
  });
});

describe("triangularSolve", () => {
  const triangles = {
    lower: [2, 0, 0, -1, 3, 0, 0.5, 1, -4],
    upper: [2, -1, 0.5, 0, 3, 1, 0, 0, -4],
  };
  it.each([
    [true, false],
    [true, true],
    [false, false],
    [false, true],
  ])("solves with lower = %s, transpose = %s and reads one triangle only", (lower, transposeIt) => {
    const clean = lower ? triangles.lower : triangles.upper;
    const spoiled = clean.map((value, at) => {
      const [row, column] = [Math.floor(at / 3), at % 3];
      return (lower ? column > row : column < row) ? Number.NaN : value;
    });
    const b = noise(11, [3, 4]);
    const back = host(() => {
      const x = triangularSolve(fromHost(spoiled, [3, 3]), fromHost(b, [3, 4]), { lower, transpose: transposeIt });
      return tf.matMul(fromHost(clean, [3, 3]), x, transposeIt);
    });
    expectClose(back, [...b], 1e-14);
  });

  it("broadcasts the leading axes", () => {
    const shapeOf = (t: Shape, b: Shape): Shape =>
      tf.tidy(() => triangularSolve(definite(1, t), fromHost(noise(2, b), b)).shape);
    expect(shapeOf([3, 3], [5, 3, 2])).toEqual([5, 3, 2]);
    expect(shapeOf([4, 1, 3, 3], [5, 3, 2])).toEqual([4, 5, 3, 2]);
  });

  it("refuses what does not fit", () => {
    const eye = tf.eye(3);
    expect(() => triangularSolve(eye, tf.ones([2, 1]))).toThrow(
      "triangularSolve: expected b of shape [..., 3, k], got [2, 1]",
    );
    expect(() => triangularSolve(tf.ones([2, 3]), eye)).toThrow("expected t of shape [..., n, n], got [2, 3]");
    expect(() => triangularSolve(tf.ones([2, 3, 3]), tf.ones([4, 3, 1]))).toThrow("does not fit b of shape [4, 3, 1]");
    expect(() => triangularSolve(eye, eye, { transposed: true } as never)).toThrow('unknown option "transposed"');
    expect(() => cholesky([[1]] as never)).toThrow("cholesky: expected a as a tensor, got object");
    expect(() => cholesky(tf.ones([3]))).toThrow("cholesky: expected a of shape [..., n, n], got [3]");
    expect(() => whiten(eye, tf.ones([2]))).toThrow("whiten: expected x of shape [..., 3], got [2]");
  });
});

describe("diagonalOf, logDetFromCholesky and whiten", () => {
  it("take the diagonal and the log-determinant", () => {
    expect(host(() => diagonalOf(tf.tensor2d([1, 2, 3, 4], [2, 2])))).toEqual([1, 4]);
    // |[[4, 2], [2, 3]]| = 8.
    expectClose(
      host(() => logDetFromCholesky(cholesky(tf.tensor2d([4, 2, 2, 3], [2, 2])))),
      [Math.log(8)],
      1e-15,
    );
  });

  it("whiten alike for one factor and a batch of equal ones", () => {
    const x = (): Tensor => fromHost(noise(3, [2, 5, 3]), [2, 5, 3]);
    const l = (): Tensor => cholesky(definite(4, [3, 3]));
    const one = host(() => whiten(l(), x()));
    expectClose(
      one,
      host(() => whiten(l().reshape([1, 1, 3, 3]), x())),
      1e-15,
    );
    expectClose(
      host(() => whiten(l(), x().slice([1, 2], [1, 1]).reshape([3]))),
      one.slice(21, 24),
      1e-15,
    );
  });
});
