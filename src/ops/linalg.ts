/** Cholesky factors and triangular systems, batched; host code that sums in double whatever the tensors hold. */
import * as tf from "#tfjs";
import { checkOptions, fail } from "../core/check.ts";
import { broadcast, range, sameShape, showShape } from "../core/shape.ts";
import { fromHost, type Shape, type Tensor } from "../core/tensor.ts";
import { defineOp } from "./define.ts";
import { transposed } from "./transposed.ts";

type Values = ArrayLike<number>;

/** Σ_k a[i, k] b[j, k] over the first `count` columns of row-major n × n matrices. */
const rowProduct = (a: Float64Array, n: number, i: number, j: number, count: number): number => {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += a[i * n + k] * a[j * n + k];
  return sum;
};

/** The lower factor of the n × n matrix at `start`, from its lower triangle; all NaN where it is not positive definite. */
const factor = (a: Values, start: number, n: number): Float64Array => {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const pivot = a[start + j * n + j] - rowProduct(l, n, j, j, j);
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return l.fill(Number.NaN);
    const diagonal = Math.sqrt(pivot);
    l[j * n + j] = diagonal;
    for (let i = j + 1; i < n; i++) l[i * n + j] = (a[start + i * n + j] - rowProduct(l, n, i, j, j)) / diagonal;
  }
  return l;
};

/** [n, n]: 1 below the diagonal, `diagonal` on it, 0 above; or the other way round. */
const triangle = (n: number, diagonal: number, lower = true): Tensor =>
  fromHost(
    range(n * n).map((at) => {
      const below = Math.floor(at / n) - (at % n);
      return below === 0 ? diagonal : Number(below > 0 === lower);
    }),
    [n, n],
  );

const applyCholesky: (inputs: readonly Tensor[], none: Record<string, never>) => Tensor = defineOp<
  Record<string, never>
>({
  name: "Cholesky",
  run: ([a]) => ({
    shape: a.shape,
    dtype: "float32",
    fill: (out) => {
      const n = a.shape[a.shape.length - 1];
      for (let start = 0; start < out.length; start += n * n) out.set(factor(a.values, start, n), start);
    },
  }),
  // Murray 2016, "Differentiation of the Cholesky decomposition", eq. 10: L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, made symmetric.
  gradient: (dy, [a]) => {
    const l = applyCholesky([a], {});
    const n = a.shape[a.rank - 1];
    const inner = tf.matMul(l, dy, true, false).mul(triangle(n, 0.5));
    const left = triangularSolve(l, inner, { transpose: true });
    const both = triangularSolve(l, transposed(left), { transpose: true });
    return [both.add(transposed(both)).mul(0.5)];
  },
});

const checkSquare = (who: string, name: string, a: Tensor): void => {
  if (!((a as unknown) instanceof tf.Tensor)) fail(`${who}: expected ${name} as a tensor, got ${typeof a}`);
  if (a.rank < 2 || a.shape[a.rank - 1] !== a.shape[a.rank - 2])
    fail(`${who}: expected ${name} of shape [..., n, n], got ${showShape(a.shape)}`);
};

/**
 * The lower factor L of a symmetric positive definite matrix, A = L Lᵀ. a [..., n, n] → [..., n, n]; only the lower triangle of a
 * is read, its gradient is symmetric. A matrix that is not positive definite gives NaN in every element, and disturbs no other of
 * the batch.
 * @throws FluvialError unless a ends in two equal axes.
 */
export const cholesky = (a: Tensor): Tensor => {
  checkSquare("cholesky", "a", a);
  return applyCholesky([a], {});
};

interface System {
  readonly transpose: boolean;
  readonly lower: boolean;
}

/** Solves in place of x [n, k] at `at` against the n × n triangle at `start`. */
const solve = (t: Values, start: number, n: number, x: Float64Array, at: number, k: number, system: System): void => {
  const { transpose, lower } = system;
  const downwards = lower !== transpose;
  const element = (i: number, j: number): number => t[start + (transpose ? j * n + i : i * n + j)];
  for (let step = 0; step < n; step++) {
    const i = downwards ? step : n - 1 - step;
    for (let before = 0; before < step; before++) {
      const j = downwards ? before : n - 1 - before;
      const weight = element(i, j);
      for (let c = 0; c < k; c++) x[at + i * k + c] -= weight * x[at + j * k + c];
    }
    const diagonal = element(i, i);
    for (let c = 0; c < k; c++) x[at + i * k + c] /= diagonal;
  }
};

const applySolve: (inputs: readonly Tensor[], system: System) => Tensor = defineOp<System>({
  name: "TriangularSolve",
  run: ([t, b], system) => ({
    shape: b.shape,
    dtype: "float32",
    fill: (out) => {
      const n = t.shape[t.shape.length - 1];
      const k = b.shape[b.shape.length - 1];
      const x = Float64Array.from(b.values);
      for (let i = 0; i * n * n < t.values.length; i++) solve(t.values, i * n * n, n, x, i * n * k, k, system);
      out.set(x);
    },
  }),
  // x = T⁻¹ b: b̄ = T⁻ᵀ x̄ and T̄ = −b̄ xᵀ on the triangle; transposed where T was.
  gradient: (dy, [t, b], system) => {
    const x = applySolve([t, b], system);
    const slope = applySolve([t, dy], { ...system, transpose: !system.transpose });
    const outer = system.transpose ? tf.matMul(x, slope, false, true) : tf.matMul(slope, x, false, true);
    return [outer.mul(triangle(t.shape[t.rank - 1], 1, system.lower)).neg(), slope];
  },
});

/**
 * Solves T x = b, or Tᵀ x = b, for a triangular T. t [..., n, n], b [..., n, k] → [..., n, k]; the leading axes broadcast, the
 * other triangle of t is not read. A zero on the diagonal gives ±∞ or NaN.
 * @param options transpose: solve with Tᵀ (false); lower: T is lower triangular (true).
 * @throws FluvialError where the shapes do not fit or an option is unknown.
 */
export const triangularSolve = (
  t: Tensor,
  b: Tensor,
  options: { readonly transpose?: boolean; readonly lower?: boolean } = {},
): Tensor => {
  checkOptions("triangularSolve", options, ["transpose", "lower"]);
  checkSquare("triangularSolve", "t", t);
  const { transpose = false, lower = true } = options;
  const n = t.shape[t.rank - 1];
  if (b.rank < 2 || b.shape[b.rank - 2] !== n)
    fail(`triangularSolve: expected b of shape [..., ${n}, k], got ${showShape(b.shape)}`);
  const batch =
    broadcast(t.shape.slice(0, -2), b.shape.slice(0, -2)) ??
    fail(`triangularSolve: t of shape ${showShape(t.shape)} does not fit b of shape ${showShape(b.shape)}`);
  const full = (x: Tensor): Tensor => spread(x, [...batch, ...x.shape.slice(-2)]);
  return applySolve([full(t), full(b)], { transpose, lower });
};

const spread = (x: Tensor, shape: Shape): Tensor => (sameShape(x.shape, shape) ? x : tf.broadcastTo(x, [...shape]));

/** The diagonals of square matrices: [..., n, n] → [..., n]. */
export const diagonalOf = (a: Tensor): Tensor => {
  checkSquare("diagonalOf", "a", a);
  const n = a.shape[a.rank - 1];
  return a.reshape([...a.shape.slice(0, -2), n * n]).gather(
    tf.tensor1d(
      range(n).map((i) => i * (n + 1)),
      "int32",
    ),
    a.rank - 2,
  );
};

/** log |A| = 2 Σ log L_ii from the lower factor of A. l [..., n, n] → [...]. */
export const logDetFromCholesky = (l: Tensor): Tensor => diagonalOf(l).log().sum(-1).mul(2);

/**
 * L⁻¹ x for vectors: l [..., n, n], x [..., n] → [..., n]; the leading axes broadcast, and many x share one L at the price of one
 * solve. The sum of its squares is the Mahalanobis distance of x under L Lᵀ.
 * @throws FluvialError where the shapes do not fit.
 */
export const whiten = (l: Tensor, x: Tensor): Tensor => {
  const n = l.shape[l.rank - 1];
  if (x.rank < 1 || x.shape[x.rank - 1] !== n)
    fail(`whiten: expected x of shape [..., ${n}], got ${showShape(x.shape)}`);
  if (l.rank > 2) return triangularSolve(l, x.expandDims(-1)).squeeze([-1]);
  return transposed(triangularSolve(l, transposed(x.reshape([-1, n])))).reshape(x.shape);
};
