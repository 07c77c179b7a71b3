/** (Σ w)² / Σ w² as a share of the draws, of weights as they came; 0 where one is NaN or infinite. */
export const weightShareOf = (logRatios: Float64Array): number => {
  const most = logRatios.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = logRatios.map((ratio) => Math.exp(ratio - most));
  const [sum, squares] = weights.reduce(([one, two], w) => [one + w, two + w * w], [0, 0]);
  const share = sum ** 2 / squares / logRatios.length;
  return Number.isFinite(share) ? share : 0;
};

/** The share from which on weights are nearly even. */
export const nearlyEven = 0.98;
