import { fail, suggest } from "../core/check.ts";
import { hostCholesky } from "../core/cholesky.ts";
import type { MetricData } from "../engine/metric.ts";

export type { MetricData } from "../engine/metric.ts";

/** The kinetic energy ½ pᵀ Σ p of momenta p ~ normal(0, Σ⁻¹): Σ, the inverse mass matrix, approximates the covariance. */
export interface Metric {
  readonly size: number;
  readonly data: MetricData;
  /** Fills `momentum` with a fresh draw made of standard normals. */
  drawMomentum(normal: () => number, momentum: Float64Array): void;
  /** Fills `velocity` with Σ p. */
  velocityOf(momentum: Float64Array, velocity: Float64Array): void;
}

/**
 * What warm-up makes of the metric: variances, a covariance matrix, one or the other as each window's draws advise, or nothing: it stays
 * as it was.
 */
export type MetricKind = "auto" | "diagonal" | "dense" | "unit";

const metricKinds: readonly string[] = ["auto", "diagonal", "dense", "unit"] satisfies MetricKind[];

/** @throws FluvialError for a word that is no kind of metric. */
export const checkMetricKind = (who: string, kind: MetricKind): void => {
  if (!metricKinds.includes(kind))
    fail(
      `${who}: metric: expected "auto", "diagonal", "dense" or "unit", got ${String(kind)}${suggest(String(kind), metricKinds)}`,
    );
};

/** A diagonal inverse mass matrix, best taken as the variances of the density. */
export const diagonalMetric = (variances: Float64Array): Metric => {
  const size = variances.length;
  const scales = variances.map((variance) => 1 / Math.sqrt(variance));
  return {
    size,
    data: { kind: "diagonal", variances },
    drawMomentum: (normal, momentum) => {
      for (let i = 0; i < size; i++) momentum[i] = scales[i] * normal();
    },
    velocityOf: (momentum, velocity) => {
      for (let i = 0; i < size; i++) velocity[i] = variances[i] * momentum[i];
    },
  };
};

/** Solves Lᵀ x = b in place for a lower triangular L. */
const solveTransposed = (factor: Float64Array, x: Float64Array): void => {
  const size = x.length;
  for (let i = size - 1; i >= 0; i--) {
    x[i] /= factor[i * size + i];
    for (let j = 0; j < i; j++) x[j] -= factor[i * size + j] * x[i];
  }
};

/**
 * A dense inverse mass matrix, best taken as the covariance of the density.
 * @param covariance [size × size], row by row, symmetric.
 * @throws FluvialError where it is not positive definite.
 */
export const denseMetric = (covariance: Float64Array): Metric => {
  const size = Math.round(Math.sqrt(covariance.length));
  const factor =
    hostCholesky(covariance, size) ??
    fail("metric: the covariance matrix is not positive definite; use a diagonal one");
  return {
    size,
    data: { kind: "dense", covariance },
    drawMomentum: (normal, momentum) => {
      for (let i = 0; i < size; i++) momentum[i] = normal();
      solveTransposed(factor, momentum);
    },
    velocityOf: (momentum, velocity) => {
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let j = 0; j < size; j++) sum += covariance[i * size + j] * momentum[j];
        velocity[i] = sum;
      }
    },
  };
};

/** The unit metric. */
export const unitMetric = (size: number): Metric => diagonalMetric(new Float64Array(size).fill(1));

/** The metric that the data describe. */
export const metricOf = (data: MetricData): Metric =>
  data.kind === "dense" ? denseMetric(data.covariance) : diagonalMetric(data.variances);

/** @throws FluvialError for a metric of another size, or one that is not positive definite. */
export const checkMetric = (who: string, data: MetricData, size: number): void => {
  const { kind } = data;
  if (kind !== "diagonal" && kind !== "dense")
    fail(`${who}: expected { kind: "diagonal", variances } or { kind: "dense", covariance }, got kind ${String(kind)}`);
  const values = data.kind === "dense" ? data.covariance : data.variances;
  const wanted = kind === "dense" ? size * size : size;
  if (values.length !== wanted) fail(`${who}: expected ${wanted} numbers (${kind}), got ${values.length}`);
  if (data.kind === "diagonal" && !data.variances.every((variance) => variance > 0 && Number.isFinite(variance)))
    fail(`${who}: variances must be finite and above 0`);
  metricOf(data);
};
