/** The kinetic energy ½ pᵀ Σ p of momenta p ~ normal(0, Σ⁻¹): Σ, the inverse mass matrix, approximates the covariance. */
export interface Metric {
  readonly size: number;
  /** The diagonal of the inverse mass matrix. */
  readonly variances: Float64Array;
  /** Fills `momentum` with a fresh draw made of standard normals. */
  drawMomentum(normal: () => number, momentum: Float64Array): void;
  /** Fills `velocity` with Σ p. */
  velocityOf(momentum: Float64Array, velocity: Float64Array): void;
}

/** A diagonal inverse mass matrix, best taken as the variances of the density. */
export const diagonalMetric = (variances: Float64Array): Metric => {
  const size = variances.length;
  const scales = variances.map((variance) => 1 / Math.sqrt(variance));
  return {
    size,
    variances,
    drawMomentum: (normal, momentum) => {
      for (let i = 0; i < size; i++) momentum[i] = scales[i] * normal();
    },
    velocityOf: (momentum, velocity) => {
      for (let i = 0; i < size; i++) velocity[i] = variances[i] * momentum[i];
    },
  };
};

/** The unit metric. */
export const unitMetric = (size: number): Metric => diagonalMetric(new Float64Array(size).fill(1));
