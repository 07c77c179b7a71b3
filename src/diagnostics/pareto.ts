export interface GeneralisedPareto {
  /** The shape k: moments of order below 1/k exist. */
  readonly shape: number;
  readonly scale: number;
}

/** Σ log(1 − θ x). */
const sumOfLogs = (values: Float64Array, theta: number): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.log1p(-theta * values[i]);
  return sum;
};

/**
 * A generalised Pareto distribution (location 0) fitted to sorted positive values, by the quasi-Bayesian estimate of Zhang & Stephens
 * 2009, the shape drawn towards ½ as if by ten more values (Vehtari et al. 2024).
 */
export const fitPareto = (sorted: Float64Array): GeneralisedPareto => {
  const n = sorted.length;
  const grid = 30 + Math.floor(Math.sqrt(n));
  const quartile = sorted[Math.floor(n / 4 + 0.5) - 1];
  const shapeAt = (theta: number): number => sumOfLogs(sorted, theta) / n;
  const thetas = Float64Array.from(
    { length: grid },
    (_, i) => 1 / sorted[n - 1] + (1 - Math.sqrt(grid / (i + 0.5))) / (3 * quartile),
  );
  const logLikelihoods = thetas.map((theta) => {
    const shape = shapeAt(theta);
    return n * (Math.log(-theta / shape) - shape - 1);
  });
  const most = logLikelihoods.reduce((a, b) => Math.max(a, b));
  const weights = logLikelihoods.map((logLikelihood) => Math.exp(logLikelihood - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  const theta = thetas.reduce((total, value, i) => total + (value * weights[i]) / sum, 0);
  const shape = shapeAt(theta);
  return { shape: (n * shape + 5) / (n + 10), scale: -shape / theta };
};

/** The p-quantile of a generalised Pareto distribution with location 0. */
export const paretoQuantile = (p: number, { shape, scale }: GeneralisedPareto): number => {
  const exponential = -Math.log1p(-p);
  return Math.abs(shape) < Number.EPSILON ? scale * exponential : (scale * Math.expm1(shape * exponential)) / shape;
};
