import { expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { autocovariance } from "../../src/diagnostics/autocovariance.ts";
import { essMean } from "../../src/diagnostics/ess.ts";
import { centredOf } from "../../src/diagnostics/flat.ts";
import { transform, twiddles } from "../../src/diagnostics/fourier.ts";

const walk = (seed: number, count: number, phi: number): Float64Array => {
  const next = hostUniforms(hostKey(seed));
  const x = new Float64Array(count).map(() => normalQuantile(next()));
  for (let i = 1; i < count; i++) x[i] += phi * x[i - 1];
  return x;
};

it.each([
  [1, 301],
  [2, 256],
  [3, 100],
  [4, 64],
])("every lag of %i chains of %i draws is the sum of its products", (chains, draws) => {
  const centred = centredOf({ values: walk(chains, chains * draws, 0.9), chains });
  const covariance = autocovariance(centred);
  const size = covariance(0);
  for (let lag = 0; lag < draws; lag++) {
    let sum = 0;
    for (let c = 0; c < chains; c++)
      for (let i = 0; i + lag < draws; i++) sum += centred.values[c * draws + i] * centred.values[c * draws + i + lag];
    // Sums of n products, and a transform's log2 n rounds, each relative to the variance.
    expect(Math.abs(covariance(lag) - sum / (chains * draws)), `lag ${lag}`).toBeLessThan(64 * 2 ** -52 * size);
  }
});

it("the transform is the sum Σ z e^(−2πi kt/n)", () => {
  const n = 16;
  const [re, im] = [walk(5, n, 0), walk(6, n, 0)];
  const [gotRe, gotIm] = [re.slice(), im.slice()];
  transform(gotRe, gotIm, twiddles(n));
  for (let k = 0; k < n; k++) {
    let [a, b] = [0, 0];
    for (let t = 0; t < n; t++) {
      const angle = (-2 * Math.PI * k * t) / n;
      a += re[t] * Math.cos(angle) - im[t] * Math.sin(angle);
      b += re[t] * Math.sin(angle) + im[t] * Math.cos(angle);
    }
    expect(gotRe[k]).toBeCloseTo(a, 12);
    expect(gotIm[k]).toBeCloseTo(b, 12);
  }
});

it("the ESS of slow chains, which need lags by the hundred, does not depend on the scale", () => {
  const chains = [0, 1, 2, 3].map((c) => walk(10 + c, 4000, 0.995));
  const ess = essMean(chains);
  // Theory: S (1 − φ)/(1 + φ) = 40.
  expect(ess).toBeGreaterThan(13);
  expect(ess).toBeLessThan(120);
  expect(essMean(chains.map((chain) => chain.map((x) => 1e-3 * x + 5))) / ess).toBeCloseTo(1, 9);
});
