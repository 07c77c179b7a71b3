import { log1pLess } from "../../core/special/exponential.ts";
import { stirlingError } from "../../core/special/gamma.ts";
import type { Uniforms } from "./uniforms.ts";

/** Below this mean a sequential search is quick; above, Hörmann's rejection applies. */
const searchBelow = 10;

/**
 * log of mᵏ e^−m k^−k e^k: the distance of k from its mean, in the form of Loader 2000, "Fast and accurate computation of binomial
 * probabilities".
 */
const deviance = (k: number, mean: number): number => (k === 0 ? -mean : k * log1pLess((mean - k) / k));

/** δ(k) + ½ log(2πk), so that log k! is it plus k log k − k. */
const correction = (k: number): number => (k === 0 ? 0 : stirlingError(k) + 0.5 * Math.log(2 * Math.PI * k));

const logPoisson = (k: number, mean: number): number => deviance(k, mean) - correction(k);

const logBinomial = (k: number, n: number, p: number): number =>
  deviance(k, n * p) + deviance(n - k, n * (1 - p)) + correction(n) - correction(k) - correction(n - k);

/** The k at which a distribution function passes u; `ratio(k)` is mass(k + 1)/mass(k). */
const search = (u: number, massAtZero: number, ratio: (k: number) => number): number => {
  let mass = massAtZero;
  let rest = u;
  let k = 0;
  while (rest > mass && mass > 0) {
    rest -= mass;
    mass *= ratio(k);
    k++;
  }
  return k;
};

interface Envelope {
  /** Constants of the transformed density; `centre` and `spread` place it. */
  readonly a: number;
  readonly b: number;
  readonly centre: number;
  /** A draw whose second uniform lies below this is taken at once. */
  readonly squeeze: number;
  /** Multiplies the second uniform. */
  readonly alpha: number;
}

/**
 * Transformed rejection with squeeze. Hörmann 1993, "The transformed rejection method for generating Poisson random variables"
 * (PTRS) and "The generation of binomial random variates" (BTRS).
 */
const transformedRejection = (
  uniforms: Uniforms,
  { a, b, centre, squeeze, alpha }: Envelope,
  largest: number,
  logMass: (k: number) => number,
): number => {
  for (;;) {
    const u = uniforms() - 0.5;
    const v = uniforms();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > largest || (us < 0.013 && v > us)) continue;
    if (Math.log((v * alpha) / (a / us / us + b)) <= logMass(k)) return k;
  }
};

const poissonEnvelope = (mean: number): Envelope => {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  return {
    a: -0.059 + 0.02483 * b,
    b,
    centre: mean + 0.43,
    squeeze: 0.9277 - 3.6224 / (b - 2),
    alpha: 1.1239 + 1.1328 / (b - 3.4),
  };
};

/** One Poisson draw; exact. NaN unless 0 ≤ mean < ∞. */
export const poissonDraw = (mean: number, uniforms: Uniforms): number => {
  if (!(mean >= 0 && mean < Number.POSITIVE_INFINITY)) return Number.NaN;
  if (mean < searchBelow) return search(uniforms(), Math.exp(-mean), (k) => mean / (k + 1));
  return transformedRejection(uniforms, poissonEnvelope(mean), Number.POSITIVE_INFINITY, (k) => logPoisson(k, mean));
};

const binomialEnvelope = (n: number, p: number): Envelope => {
  const sd = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * sd;
  return {
    a: -0.0873 + 0.0248 * b + 0.01 * p,
    b,
    centre: n * p + 0.5,
    squeeze: 0.92 - 4.2 / b,
    alpha: (2.83 + 5.1 / b) * sd,
  };
};

/** For p ≤ ½. */
const smallBinomial = (n: number, p: number, uniforms: Uniforms): number => {
  if (n * p < searchBelow) {
    const odds = p / (1 - p);
    return Math.min(
      n,
      search(uniforms(), Math.exp(n * Math.log1p(-p)), (k) => (odds * (n - k)) / (k + 1)),
    );
  }
  const top = logBinomial(Math.floor((n + 1) * p), n, p);
  return transformedRejection(uniforms, binomialEnvelope(n, p), n, (k) => logBinomial(k, n, p) - top);
};

/** One binomial draw of n trials; exact. NaN unless n is a whole number from 0 and 0 ≤ p ≤ 1. */
export const binomialDraw = (n: number, p: number, uniforms: Uniforms): number => {
  if (!(Number.isInteger(n) && n >= 0 && p >= 0 && p <= 1)) return Number.NaN;
  return p <= 0.5 ? smallBinomial(n, p, uniforms) : n - smallBinomial(n, 1 - p, uniforms);
};
