import { fail } from "../core/check.ts";
import { hostCholesky } from "../core/cholesky.ts";
import type { FoundNormal } from "./found.ts";

/** What of a fit its draws' normal is made from. */
export interface FittedDraws {
  readonly kind: "fit";
  readonly method: string;
  /** [1, draws, size] on the unconstrained scale. */
  readonly unconstrained: { readonly shape: readonly number[]; readonly values: Float64Array };
  readonly logWeights: Float64Array;
  readonly correction: { readonly applied: boolean };
}

export const isFittedDraws = (x: unknown): x is FittedDraws =>
  typeof x === "object" && x !== null && (x as { kind?: unknown }).kind === "fit";

/** Weights that add up to 1: importance weights where the fit's rows rest on them too, else equal ones. */
const weightsOf = ({ logWeights, correction }: FittedDraws, count: number): Float64Array => {
  if (!correction.applied) return new Float64Array(count).fill(1 / count);
  const largest = logWeights.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  const weights = logWeights.map((x) => Math.exp(x - largest));
  const total = weights.reduce((sum, x) => sum + x, 0);
  return weights.map((x) => x / total);
};

/** Draws that a covariance matrix is worth, for each of its rows; with fewer only the variances are taken. */
const drawsPerRow = 5;

/**
 * The normal with the mean and covariance of a fit's draws.
 * @throws FluvialError where the fit is of another size, or its draws are not spread.
 */
export const normalOfDraws = (who: string, fit: FittedDraws, size: number): FoundNormal => {
  const { shape, values } = fit.unconstrained;
  const [, count, own] = shape;
  if (own !== size) fail(`${who}: by: expected a fit of ${size} unconstrained parameters, got one of ${own}`);
  const weights = weightsOf(fit, count);
  const loc = new Float64Array(size);
  weights.forEach((w, n) => {
    for (let i = 0; i < size; i++) loc[i] += w * values[n * size + i];
  });
  const covariance = new Float64Array(size * size);
  const whole = 1 / weights.reduce((sum, w) => sum + w * w, 0) >= drawsPerRow * size;
  weights.forEach((w, n) => {
    const row = values.subarray(n * size, (n + 1) * size);
    for (let i = 0; i < size; i++)
      for (let j = whole ? 0 : i; j <= i; j++) covariance[i * size + j] += w * (row[i] - loc[i]) * (row[j] - loc[j]);
  });
  const factor =
    hostCholesky(covariance, size) ??
    fail(
      `${who}: by: the draws of the fit by ${fit.method} are not spread in every direction; give laplaceGuide() instead`,
    );
  return { loc, factor, prepared: { gradients: 0, converged: true } };
};
