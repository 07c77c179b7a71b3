import { checkPositive, fail, showAny } from "../core/check.ts";
import { digamma, lgamma } from "../core/special/gamma.ts";

/** A gamma with density ∝ x^(concentration − 1) exp(−rate · x). */
export interface GammaFactor {
  readonly concentration: number;
  readonly rate: number;
}

export const log2Pi: number = Math.log(2 * Math.PI);

/** E x. */
export const meanOf = ({ concentration, rate }: GammaFactor): number => concentration / rate;

/** E log x. */
export const meanLogOf = ({ concentration, rate }: GammaFactor): number => digamma(concentration) - Math.log(rate);

/** E_q[log p(x)] − E_q[log q(x)] = −KL(q ‖ p) for two gammas. */
export const gammaGain = (prior: GammaFactor, q: GammaFactor): number => {
  const logMass = ({ concentration, rate }: GammaFactor): number =>
    concentration * Math.log(rate) - lgamma(concentration);
  const slope = prior.concentration - q.concentration;
  return logMass(prior) - logMass(q) + slope * meanLogOf(q) - (prior.rate - q.rate) * meanOf(q);
};

/** @throws FluvialError unless both numbers are above 0. */
export const checkGamma = (who: string, gamma: GammaFactor): void => {
  if (gamma === null || typeof gamma !== "object")
    fail(`${who}: expected { concentration, rate }, got ${showAny(gamma)}`);
  checkPositive(`${who}: concentration`, gamma.concentration);
  checkPositive(`${who}: rate`, gamma.rate);
};
