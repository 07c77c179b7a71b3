/** Nodes of ∫₀^∞ f(t) dt by t = exp(y − e^−y), the double-exponential rule for a decaying f (Takahasi & Mori 1974). */
export const nodes: readonly { readonly t: number; readonly weight: number }[] = (() => {
  const step = 0.09375;
  return Array.from({ length: 86 }, (_, i) => {
    const y = -3.75 + step * i;
    const t = Math.exp(y - Math.exp(-y));
    return { t, weight: step * t * (1 + Math.exp(-y)) };
  });
})();
