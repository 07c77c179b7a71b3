/** Normals from the path of a quasi-Newton search. Zhang, Carpenter, Gelman & Vehtari 2022, algorithms 2 to 4. */
import { hostCholesky } from "../core/cholesky.ts";
import type { Place } from "../optimise/lbfgs.ts";
import { dot } from "./hostLinear.ts";

/** A step s and the fall z of the gradient over it, sᵀz > 0. */
export interface Secant {
  readonly step: Float64Array;
  readonly fall: Float64Array;
}

/**
 * A normal with the covariance D (I + Q (L Lᵀ − I) Qᵀ) D. loc, scale (the diagonal of D) [size]; basis, the columns of Q one after
 * another, each [size]; inner, L [rank × rank].
 */
export interface HostSpiked {
  readonly loc: Float64Array;
  readonly scale: Float64Array;
  readonly basis: readonly Float64Array[];
  readonly inner: Float64Array;
}

const least = 1e-12;

/** The step between two places, where the log density bends down along it; else undefined. */
export const secantOf = (before: Place, after: Place): Secant | undefined => {
  const step = after.position.map((x, i) => x - before.position[i]);
  const fall = before.gradient.map((g, i) => g - after.gradient[i]);
  return dot(step, fall) > least * dot(fall, fall) ? { step, fall } : undefined;
};

/** The diagonal of the inverse Hessian after one more step. Algorithm 3; Gilbert & Lemaréchal 1989. alpha [size]. */
export const nextDiagonal = (alpha: Float64Array, { step, fall }: Secant): Float64Array => {
  let [a, c] = [0, 0];
  for (let i = 0; i < alpha.length; i++) {
    a += fall[i] * alpha[i] * fall[i];
    c += (step[i] * step[i]) / alpha[i];
  }
  const b = dot(fall, step);
  return alpha.map(
    (each, i) => 1 / (a / (b * each) + (fall[i] * fall[i]) / b - (a * step[i] * step[i]) / (b * c * each * each)),
  );
};

type Matrix = readonly Float64Array[];

const matrix = (rows: number, columns: number, at: (i: number, j: number) => number): Float64Array[] =>
  Array.from({ length: rows }, (_, i) => Float64Array.from({ length: columns }, (_, j) => at(i, j)));

const product = (a: Matrix, b: Matrix): Float64Array[] =>
  matrix(a.length, b[0].length, (i, j) => b.reduce((sum, row, k) => sum + a[i][k] * row[j], 0));

const transposed = (a: Matrix): Float64Array[] => matrix(a[0].length, a.length, (i, j) => a[j][i]);

/** The inverse of an upper triangular matrix, column by column. */
const upperInverse = (r: Matrix): Float64Array[] => {
  const n = r.length;
  const inverse = matrix(n, n, () => 0);
  for (let j = 0; j < n; j++)
    for (let i = j; i >= 0; i--) {
      let rest = i === j ? 1 : 0;
      for (let k = i + 1; k <= j; k++) rest -= r[i][k] * inverse[k][j];
      inverse[i][j] = rest / r[i][i];
    }
  return inverse;
};

/** γ of Σ = diag(α) + β γ βᵀ, β = [diag(α) Z, S]: algorithm 3, from Byrd, Nocedal & Schnabel 1994, theorem 2.2. */
const middle = (alpha: Float64Array, secants: readonly Secant[]): Float64Array[] => {
  const m = secants.length;
  const inverse = upperInverse(matrix(m, m, (i, j) => (i <= j ? dot(secants[i].step, secants[j].fall) : 0)));
  const core = matrix(m, m, (i, j) => {
    const [y, w] = [secants[i].fall, secants[j].fall];
    const falls = alpha.reduce((sum, each, k) => sum + y[k] * each * w[k], 0);
    return falls + (i === j ? dot(secants[i].step, y) : 0);
  });
  const corner = product(transposed(inverse), product(core, inverse));
  return matrix(2 * m, 2 * m, (i, j) => {
    if (i < m) return j < m ? 0 : -inverse[i][j - m];
    return j < m ? -inverse[j][i - m] : corner[i - m][j - m];
  });
};

/** x less its reflection: x − 2 v vᵀx, in place; v of length 1, or none. */
const reflect = (v: Float64Array, x: Float64Array): void => {
  const twice = 2 * dot(v, x);
  for (let i = 0; i < x.length; i++) x[i] -= twice * v[i];
};

/** Columns = Q R with Q orthonormal even where they are not independent. Householder; Golub & Van Loan 2013, section 5.2. */
const orthonormal = (columns: Matrix): { readonly q: Float64Array[]; readonly r: Float64Array[] } => {
  const size = columns[0].length;
  const rank = Math.min(size, columns.length);
  const left = columns.map((column) => column.slice());
  const mirrors: Float64Array[] = [];
  for (let k = 0; k < rank; k++) {
    const mirror = left[k].map((x, i) => (i < k ? 0 : x));
    mirror[k] += Math.sign(mirror[k] || 1) * Math.sqrt(dot(mirror, mirror));
    const length = Math.sqrt(dot(mirror, mirror));
    mirrors.push(length > 0 ? mirror.map((x) => x / length) : mirror);
    for (const column of left.slice(k)) reflect(mirrors[k], column);
  }
  const q = Array.from({ length: rank }, (_, k) => {
    const unit = new Float64Array(size);
    unit[k] = 1;
    for (const mirror of mirrors.toReversed()) reflect(mirror, unit);
    return unit;
  });
  return { q, r: matrix(rank, columns.length, (i, j) => (i <= j ? left[j][i] : 0)) };
};

/** D (I + Q (L Lᵀ − I) Qᵀ) D times a vector. */
const covarianceTimes = ({ scale, basis, inner }: Omit<HostSpiked, "loc">, x: Float64Array): Float64Array => {
  const rank = basis.length;
  const scaled = x.map((each, i) => each * scale[i]);
  const along = basis.map((column) => dot(column, scaled));
  const half = along.map((_, k) => along.reduce((sum, each, i) => sum + inner[i * rank + k] * each, 0));
  const whole = along.map((_, i) => half.reduce((sum, each, k) => sum + inner[i * rank + k] * each, 0));
  return scaled.map((each, i) => {
    const more = basis.reduce((sum, column, k) => sum + column[i] * (whole[k] - along[k]), 0);
    return scale[i] * (each + more);
  });
};

/** The normal at a place of the path: its mean is where a Newton step leads. Undefined where rounding leaves it no covariance. */
export const normalAt = (
  { position, gradient }: Place,
  alpha: Float64Array,
  secants: readonly Secant[],
): HostSpiked | undefined => {
  const scale = alpha.map(Math.sqrt);
  if (secants.length === 0 || !scale.every((x) => x > 0 && Number.isFinite(x))) return undefined;
  const columns = [
    ...secants.map(({ fall }) => fall.map((z, i) => scale[i] * z)),
    ...secants.map(({ step }) => step.map((s, i) => s / scale[i])),
  ];
  const { q: basis, r } = orthonormal(columns);
  const rank = basis.length;
  const bent = product(product(r, middle(alpha, secants)), transposed(r));
  const inner = hostCholesky(
    bent.flatMap((row, i) => [...row].map((x, j) => x + (i === j ? 1 : 0))),
    rank,
  );
  if (!inner) return undefined;
  const move = covarianceTimes({ scale, basis, inner }, gradient);
  const loc = position.map((x, i) => x + move[i]);
  return loc.every(Number.isFinite) ? { loc, scale, basis, inner } : undefined;
};

/** log |D (I + Q (L − I) Qᵀ)|. */
export const logDetOf = ({ scale, basis, inner }: HostSpiked): number =>
  scale.reduce((sum, x) => sum + Math.log(x), 0) +
  basis.reduce((sum, _, k) => sum + Math.log(inner[k * (basis.length + 1)]), 0);

/** Noise [size] as a draw. */
export const drawFrom = ({ loc, scale, basis, inner }: HostSpiked, noise: Float64Array): Float64Array => {
  const rank = basis.length;
  const along = basis.map((column) => dot(column, noise));
  const bent = along.map((each, i) => along.reduce((sum, x, k) => sum + (k <= i ? inner[i * rank + k] * x : 0), -each));
  return loc.map((mean, i) => {
    const more = basis.reduce((sum, column, k) => sum + column[i] * bent[k], 0);
    return mean + scale[i] * (noise[i] + more);
  });
};

/** The covariance as a matrix [size × size]. */
export const covarianceOf = ({ scale, basis, inner }: HostSpiked): Float64Array => {
  const size = scale.length;
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const unit = new Float64Array(size);
    unit[i] = 1;
    covariance.set(covarianceTimes({ scale, basis, inner }, unit), i * size);
  }
  return covariance;
};
