import { checkOptions, checkPositive, fail, showAny } from "../core/check.ts";
import { type Ascended, type AscentOptions, coordinateAscent } from "./ascent.ts";
import { checkGamma, type GammaFactor, gammaGain, log2Pi, meanLogOf, meanOf } from "./gammas.ts";

/** mu | tau ~ normal(mean, 1 / √(count · tau)), tau ~ gamma(concentration, rate). */
export interface NormalPrior extends GammaFactor {
  readonly mean: number;
  /** How many observations the prior mean is worth. */
  readonly count: number;
}

/** q(mu) = normal(loc, scale), q(tau) = gamma. */
export interface NormalFactors {
  readonly mu: { readonly loc: number; readonly scale: number };
  readonly tau: GammaFactor;
}

/** @throws FluvialError on values that are no finite numbers. */
export const checkFinite = (who: string, values: ArrayLike<number>): void => {
  if (!(values?.length > 0)) fail(`${who}: expected finite numbers, got ${showAny(values)}`);
  const odd = Array.from(values).findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) fail(`${who}: expected finite numbers, got ${showAny(values[odd])} at [${odd + 1}]`);
};

/** @throws FluvialError unless the mean of a prior is a finite number. */
export const checkMean = (who: string, mean: number): void => {
  if (!Number.isFinite(mean)) fail(`${who}: mean: expected a finite number, got ${showAny(mean)}`);
};

/** Sum of (x − mu)² under q(mu). */
const expectedSquares = (x: ArrayLike<number>, { loc, scale }: NormalFactors["mu"]): number =>
  Array.from(x).reduce((sum, value) => sum + (value - loc) ** 2 + scale ** 2, 0);

/**
 * Normal data of unknown mean and precision, q(mu) q(tau): Bishop 2006, section 10.1.3. The exact posterior is normal-gamma, in which the
 * two depend on each other: the bound lies below the log evidence by what that is worth.
 * @param x the data. @param prior of mu and tau.
 * @throws FluvialError on data or a prior out of range.
 */
export const conjugateNormal = (
  x: ArrayLike<number>,
  prior: NormalPrior,
  options: AscentOptions = {},
): Ascended<NormalFactors> => {
  checkFinite("conjugateNormal: x", x);
  checkOptions("conjugateNormal: prior", prior, ["mean", "count", "concentration", "rate"]);
  checkMean("conjugateNormal", prior.mean);
  checkPositive("conjugateNormal: count", prior.count);
  checkGamma("conjugateNormal", prior);
  const n = x.length;
  const total = Array.from(x).reduce((sum, value) => sum + value, 0);
  const loc = (prior.count * prior.mean + total) / (prior.count + n);
  const aroundPrior = ({ mu }: NormalFactors): number => prior.count * ((mu.loc - prior.mean) ** 2 + mu.scale ** 2);
  const muAt = (tau: GammaFactor): NormalFactors["mu"] => ({
    loc,
    scale: 1 / Math.sqrt((prior.count + n) * meanOf(tau)),
  });
  const bound = (factors: NormalFactors): number => {
    const { mu, tau } = factors;
    const [meanLog, mean] = [meanLogOf(tau), meanOf(tau)];
    const data = 0.5 * (n * (meanLog - log2Pi) - mean * expectedSquares(x, mu));
    const mean0 = 0.5 * (Math.log(prior.count) + meanLog - log2Pi - mean * aroundPrior(factors));
    return data + mean0 + 0.5 * (1 + log2Pi) + Math.log(mu.scale) + gammaGain(prior, tau);
  };
  return coordinateAscent(
    {
      init: { mu: muAt(prior), tau: { concentration: prior.concentration, rate: prior.rate } },
      updates: {
        mu: (factors) => ({ ...factors, mu: muAt(factors.tau) }),
        tau: (factors) => ({
          ...factors,
          tau: {
            concentration: prior.concentration + (n + 1) / 2,
            rate: prior.rate + 0.5 * (expectedSquares(x, factors.mu) + aroundPrior(factors)),
          },
        }),
      },
      bound,
    },
    options,
  );
};
