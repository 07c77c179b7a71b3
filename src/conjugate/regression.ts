import { checkOptions, checkPositive, fail, showAny } from "../core/check.ts";
import { type Ascended, type AscentOptions, coordinateAscent } from "./ascent.ts";
import { checkGamma, type GammaFactor, gammaGain, log2Pi, meanLogOf, meanOf } from "./gammas.ts";
import { crossProducts, inverseOf } from "./linear.ts";
import { checkFinite } from "./normal.ts";

/** y ~ normal(x w, 1 / √tau), tau ~ gamma(noise), w_j ~ normal(0, 1 / √alpha_j). */
export interface RegressionPrior {
  /** Of the precision of the noise. */
  readonly noise: GammaFactor;
  /** The precision of the weights: a number, or the gamma that it is drawn from. */
  readonly weights: number | GammaFactor;
  /** Whether every weight has a precision of its own (automatic relevance determination), where that is drawn: false unless said. */
  readonly each?: boolean;
}

/** q(w) = normal(loc [D], covariance [D × D]), q(tau), and q(alpha), one for all weights or one for each, where it is drawn. */
export interface RegressionFactors {
  readonly w: { readonly loc: Float64Array; readonly covariance: Float64Array; readonly logDet: number };
  readonly tau: GammaFactor;
  readonly alpha: readonly GammaFactor[];
}

/** @throws FluvialError unless x has rows of one length, one for each y. */
const checkRows = (x: readonly ArrayLike<number>[], y: ArrayLike<number>): void => {
  checkFinite("conjugateRegression: y", y);
  if (x?.length !== y.length)
    fail(`conjugateRegression: x: expected ${y.length} rows, one for each y, got ${x?.length}`);
  for (const [i, row] of x.entries()) {
    checkFinite(`conjugateRegression: x, row ${i + 1}`, row);
    if (row.length !== x[0].length)
      fail(`conjugateRegression: x, row ${i + 1}: expected ${x[0].length} numbers, got ${row.length}`);
  }
};

const checkPrior = ({ noise, weights, each }: RegressionPrior): void => {
  checkGamma("conjugateRegression: noise", noise);
  if (typeof weights === "number") checkPositive("conjugateRegression: weights", weights);
  else if (weights === null || typeof weights !== "object")
    fail(`conjugateRegression: weights: expected a number above 0 or { concentration, rate }, got ${showAny(weights)}`);
  else checkGamma("conjugateRegression: weights", weights);
  if (each !== undefined && typeof each !== "boolean")
    fail(`conjugateRegression: each: expected true or false, got ${showAny(each)}`);
  if (each && typeof weights === "number")
    fail("conjugateRegression: each: the precision of the weights is a number, so that there is none to learn");
};

/**
 * Linear regression with unknown noise, q(w) q(tau), and with an unknown precision of the weights, q(w) q(tau) q(alpha): Bishop 2006,
 * section 10.3, with the noise unknown too; Drugowitsch 2013 has w and tau together.
 * @param x rows of D numbers, with a column of ones where there is an intercept. @param y one number a row.
 * @throws FluvialError on data or a prior out of range.
 */
export const conjugateRegression = (
  x: readonly ArrayLike<number>[],
  y: ArrayLike<number>,
  prior: RegressionPrior,
  options: AscentOptions = {},
): Ascended<RegressionFactors> => {
  checkOptions("conjugateRegression: prior", prior, ["noise", "weights", "each"]);
  checkRows(x, y);
  checkPrior(prior);
  const { noise, weights, each = false } = prior;
  const [n, size] = [y.length, x[0].length];
  const { xx, xy } = crossProducts(x, y);
  const drawn = typeof weights === "number" ? undefined : weights;
  const groups = each ? size : 1;
  const groupOf = (j: number): number => (each ? j : 0);
  const precisionOf = (alpha: readonly GammaFactor[], j: number): number =>
    drawn ? meanOf(alpha[groupOf(j)]) : (weights as number);
  const meanLogPrecision = (alpha: readonly GammaFactor[], j: number): number =>
    drawn ? meanLogOf(alpha[groupOf(j)]) : Math.log(weights as number);

  const weightsAt = ({ tau, alpha }: Pick<RegressionFactors, "tau" | "alpha">): RegressionFactors["w"] => {
    const mean = meanOf(tau);
    const precision = xx.map((value, k) => {
      const [i, j] = [Math.floor(k / size), k % size];
      return mean * value + (i === j ? precisionOf(alpha, i) : 0);
    });
    const found = inverseOf(precision, size) ?? fail("conjugateRegression: x has columns that cannot be told apart");
    const { inverse, logDet } = found;
    const loc = xy.map((_, i) => mean * xy.reduce((sum, value, j) => sum + inverse[i * size + j] * value, 0));
    return { loc, covariance: inverse, logDet };
  };
  /** E ‖y − x w‖². */
  const residual = ({ loc, covariance }: RegressionFactors["w"]): number => {
    const squares = x.reduce((sum, row, i) => {
      const fitted = loc.reduce((total, value, j) => total + value * row[j], 0);
      return sum + (y[i] - fitted) ** 2;
    }, 0);
    return squares + xx.reduce((sum, value, k) => sum + value * covariance[k], 0);
  };
  /** E w_j². */
  const square = ({ loc, covariance }: RegressionFactors["w"], j: number): number =>
    loc[j] ** 2 + covariance[j * size + j];
  const range = Array.from({ length: size }, (_, j) => j);

  const bound = ({ w, tau, alpha }: RegressionFactors): number => {
    const data = 0.5 * (n * (meanLogOf(tau) - log2Pi) - meanOf(tau) * residual(w));
    const spread = range.reduce(
      (sum, j) => sum + meanLogPrecision(alpha, j) - log2Pi - precisionOf(alpha, j) * square(w, j),
      0,
    );
    const entropy = 0.5 * (size * (1 + log2Pi) + w.logDet);
    const precisions = drawn ? alpha.reduce((sum, factor) => sum + gammaGain(drawn, factor), 0) : 0;
    return data + 0.5 * spread + entropy + gammaGain(noise, tau) + precisions;
  };
  const alphaAt = (prior: GammaFactor, w: RegressionFactors["w"]): readonly GammaFactor[] =>
    Array.from({ length: groups }, (_, g) => {
      const members = range.filter((j) => groupOf(j) === g);
      return {
        concentration: prior.concentration + members.length / 2,
        rate: prior.rate + 0.5 * members.reduce((sum, j) => sum + square(w, j), 0),
      };
    });
  const start = { tau: noise, alpha: drawn ? Array.from({ length: groups }, () => drawn) : [] };
  return coordinateAscent<RegressionFactors>(
    {
      init: { ...start, w: weightsAt(start) },
      updates: {
        w: (factors) => ({ ...factors, w: weightsAt(factors) }),
        tau: (factors) => ({
          ...factors,
          tau: { concentration: noise.concentration + n / 2, rate: noise.rate + 0.5 * residual(factors.w) },
        }),
        ...(drawn && { alpha: (factors: RegressionFactors) => ({ ...factors, alpha: alphaAt(drawn, factors.w) }) }),
      },
      bound,
    },
    options,
  );
};
