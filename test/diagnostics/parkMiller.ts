import type { Draws } from "../../src/posterior/draws.ts";

/** Uniforms of Park and Miller's generator, as scripts/reference/prediction.py makes them. */
const uniforms = (seed: number): (() => number) => {
  let x = seed;
  return () => {
    x = (16807 * x) % (2 ** 31 - 1);
    return x / (2 ** 31 - 1);
  };
};

/** About normal: a sum of twelve uniforms less 6. */
export const normals = (seed: number): (() => number) => {
  const u = uniforms(seed);
  return () => {
    let total = 0;
    for (let i = 0; i < 12; i++) total += u();
    return total - 6;
  };
};

export type Spec = readonly [
  seed: number,
  centre: number,
  spread: number,
  logCentre: number,
  logSpread: number,
  phi: number,
];

export interface Made {
  readonly mu: Float64Array;
  readonly sigma: Float64Array;
  readonly predicted: Draws;
  readonly logLikelihood: Draws;
}

const logNormal = (x: number, mu: number, sigma: number): number =>
  -0.5 * ((x - mu) / sigma) ** 2 - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);

/** Draws of the mean and sd of normal observations, and what comes of them. */
export const makeDraws = (spec: Spec, y: readonly number[], chains: number, draws: number): Made => {
  const [seed, centre, spread, logCentre, logSpread, phi] = spec;
  const z = normals(seed);
  const total = chains * draws;
  const [mu, sigma] = [new Float64Array(total), new Float64Array(total)];
  const [predicted, logLikelihood] = [new Float64Array(total * y.length), new Float64Array(total * y.length)];
  let [a, b] = [0, 0];
  for (let s = 0; s < total; s++) {
    if (s % draws === 0) [a, b] = [0, 0];
    a = phi * a + Math.sqrt(1 - phi * phi) * z();
    b = phi * b + Math.sqrt(1 - phi * phi) * z();
    mu[s] = centre + spread * a;
    sigma[s] = Math.exp(logCentre + logSpread * b);
    for (const [i, value] of y.entries()) {
      predicted[s * y.length + i] = mu[s] + sigma[s] * z();
      logLikelihood[s * y.length + i] = logNormal(value, mu[s], sigma[s]);
    }
  }
  const asDraws = (values: Float64Array): Draws => ({ shape: [chains, draws, y.length], values, coords: [undefined] });
  return { mu, sigma, predicted: asDraws(predicted), logLikelihood: asDraws(logLikelihood) };
};
