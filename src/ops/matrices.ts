/** Linear algebra for models: solutions, inverses and determinants with their gradients, and short words around them. */
import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { broadcast, sameShape, showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { cholesky, diagonalOf, logDetFromCholesky, triangularSolve } from "./linalg.ts";
import { logDetByLu, solveByLu } from "./lu.ts";
import { transposed } from "./transposed.ts";
import { withGradient } from "./withGradient.ts";

const checkSquare = (who: string, a: Tensor): number => {
  const n = a.shape[a.rank - 1];
  if (a.rank < 2 || n !== a.shape[a.rank - 2])
    fail(`${who}: expected a of shape [..., n, n], got ${showShape(a.shape)}`);
  return n;
};

const spread = (x: Tensor, shape: Shape): Tensor => (sameShape(x.shape, shape) ? x : tf.broadcastTo(x, [...shape]));

/** A system with both sides of the same leading axes; a vector [n] is one column. */
const system = (who: string, a: Tensor, b: Tensor, by: (a: Tensor, b: Tensor) => Tensor): Tensor => {
  const n = checkSquare(who, a);
  const columns = b.rank === 1 ? b.expandDims(1) : b;
  const batch = broadcast(a.shape.slice(0, -2), columns.shape.slice(0, -2));
  if (b.rank < 1 || columns.shape[columns.rank - 2] !== n || !batch)
    return fail(
      `${who}: expected b of shape [${n}] or [..., ${n}, k], got ${showShape(b.shape)} with a of shape ${showShape(a.shape)}`,
    );
  const full = (x: Tensor): Tensor => spread(x, [...batch, ...x.shape.slice(-2)]);
  const x = by(full(a), full(columns));
  return b.rank === 1 ? x.squeeze([-1]) : x;
};

interface Sides {
  readonly a: Tensor;
  readonly b: Tensor;
}

/** x = a⁻¹ b: b̄ = a⁻ᵀ x̄ and ā = −b̄ xᵀ. */
const general: (sides: Sides) => Tensor = withGradient<Sides>(
  ({ a, b }) => solveByLu(a, b),
  (gradient, { a, b }) => {
    const slope = general({ a: transposed(a), b: gradient });
    return { a: tf.matMul(slope, general({ a, b }), false, true).neg(), b: slope };
  },
);

/**
 * The solution of a x = b for a general square matrix, by elimination with partial pivoting. a [..., n, n]; b [..., n, k], or one
 * vector [n] → x alike; the leading axes broadcast. A singular matrix gives ±∞ or NaN. For a covariance take `solveSpd`.
 * @throws FluvialError where the shapes do not fit.
 */
export const solve = (a: Tensor, b: Tensor): Tensor => system("solve", a, b, (m, sides) => general({ a: m, b: sides }));

const identityLike = (a: Tensor): Tensor => spread(tf.eye(a.shape[a.rank - 1]), a.shape);

/** a⁻¹, [..., n, n]. To multiply by it, `solve` is quicker and keeps more digits. @throws FluvialError unless a is square. */
export const inverse = (a: Tensor): Tensor => {
  checkSquare("inverse", a);
  return general({ a, b: identityLike(a) });
};

const generalLogDet: (sides: { readonly a: Tensor }) => Tensor = withGradient<{ readonly a: Tensor }>(
  ({ a }) => logDetByLu(a),
  (gradient, { a }) => ({
    a: general({ a: transposed(a), b: identityLike(a) }).mul(gradient.expandDims(-1).expandDims(-1)),
  }),
);

/**
 * log |det a| of a general square matrix, [..., n, n] → [...]; −∞ where it is singular. For a covariance take `logDetSpd`.
 * @throws FluvialError unless a is square.
 */
export const logDet = (a: Tensor): Tensor => {
  checkSquare("logDet", a);
  return generalLogDet({ a });
};

/**
 * The solution of L Lᵀ x = b from a lower Cholesky factor. l [..., n, n]; b [..., n, k], or one vector [n] → x alike.
 * @throws FluvialError where the shapes do not fit.
 */
export const choleskySolve = (l: Tensor, b: Tensor): Tensor =>
  system("choleskySolve", l, b, (factor, sides) =>
    triangularSolve(factor, triangularSolve(factor, sides), { transpose: true }),
  );

/** `solve` of a symmetric positive definite matrix, by its Cholesky factor; NaN where it is not positive definite. */
export const solveSpd = (a: Tensor, b: Tensor): Tensor => {
  checkSquare("solveSpd", a);
  return choleskySolve(cholesky(a), b);
};

/** log |a| of a symmetric positive definite matrix, [..., n, n] → [...]; NaN where it is not positive definite. */
export const logDetSpd = (a: Tensor): Tensor => logDetFromCholesky(cholesky(a));

/** The diagonal of square matrices, [..., n, n] → [..., n]. @throws FluvialError unless a is square. */
export const diagonal = (a: Tensor): Tensor => diagonalOf(a);

/** Square matrices with a given diagonal and zeros elsewhere, [..., n] → [..., n, n]. */
export const diag = (x: Tensor): Tensor => {
  if (x.rank < 1) fail("diag: expected a vector [..., n], got a scalar");
  return x.expandDims(-1).mul(tf.eye(x.shape[x.rank - 1]));
};

/** The sum of the diagonal, [..., n, n] → [...]. @throws FluvialError unless a is square. */
export const trace = (a: Tensor): Tensor => diagonalOf(a).sum(-1);

/** x yᵀ of vectors: [..., n], [..., m] → [..., n, m]. */
export const outer = (x: Tensor, y: Tensor): Tensor => {
  if (x.rank < 1 || y.rank < 1)
    fail(`outer: expected vectors, got shapes ${showShape(x.shape)} and ${showShape(y.shape)}`);
  return x.expandDims(-1).mul(y.expandDims(-2));
};

/** xᵀ a x: a [..., n, n], x [..., n] → [...]; the leading axes broadcast. @throws FluvialError where the shapes do not fit. */
export const quadraticForm = (a: Tensor, x: Tensor): Tensor => {
  const n = checkSquare("quadraticForm", a);
  if (x.rank < 1 || x.shape[x.rank - 1] !== n)
    fail(`quadraticForm: expected x of shape [..., ${n}], got ${showShape(x.shape)}`);
  return a.mul(x.expandDims(-2)).sum(-1).mul(x).sum(-1);
};
