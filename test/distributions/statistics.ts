/** √n · sup |F_n − F|, Kolmogorov and Smirnov's statistic; above 1.95 once in a thousand for draws from F. */
export const kolmogorovSmirnov = (x: Float64Array, cdf: (x: Float64Array) => Float64Array): number => {
  const sorted = Float64Array.from(x).sort();
  const n = sorted.length;
  const largest = cdf(sorted).reduce(
    (sofar, p, i) => Math.max(sofar, Math.abs(p - i / n), Math.abs(p - (i + 1) / n)),
    0,
  );
  return Math.sqrt(n) * largest;
};

/**
 * Pearson's χ² of counts 0, 1, 2, … against their probabilities as a z-score (Wilson & Hilferty 1931); outcomes expected fewer
 * than ten times share a class.
 */
export const chiSquareZ = (x: Float64Array, probabilities: readonly number[]): number => {
  const observed = probabilities.map(() => 0);
  let beyond = 0;
  for (const k of x)
    if (k in observed) observed[k]++;
    else beyond++;
  const rest = { seen: beyond, expected: x.length * (1 - probabilities.reduce((a, b) => a + b, 0)) };
  let chi = 0;
  let classes = 0;
  const count = (seen: number, expected: number): void => {
    chi += (seen - expected) ** 2 / expected;
    classes++;
  };
  for (const [k, p] of probabilities.entries())
    if (x.length * p >= 10) count(observed[k], x.length * p);
    else {
      rest.seen += observed[k];
      rest.expected += x.length * p;
    }
  if (rest.expected > 1) count(rest.seen, rest.expected);
  else if (rest.seen > 20) return Number.POSITIVE_INFINITY;
  const freedom = classes - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(chi / freedom) - (1 - spread)) / Math.sqrt(spread);
};
