import { fail } from "../core/check.ts";
import type { Continuous, Coordinates, Standardised } from "./distribution.ts";
import { standards } from "./standards.ts";

/** The names of the distributions that `noncentred` takes. */
export const noncentredNames: readonly string[] = Object.keys(standards);

const standardOf = (of: Continuous): Standardised => {
  if (of.standard) return of.standard;
  const { name } = of;
  if (!Object.hasOwn(standards, name))
    fail(
      `noncentred: ${name} is not another distribution moved and scaled by its parameters; write it without noncentred, or ` +
        `use one of ${noncentredNames.join(", ")}`,
    );
  return standards[name](of);
};

const coordinatesOf = ({ base, forward, inverse }: Standardised): Coordinates => ({
  rank: base.support.rank,
  base,
  forward: (z) => {
    const { value: u, logDet } = base.support.forward(z);
    return { value: forward(u), logProb: base.logProb(u), logDet };
  },
  inverse: (value) => base.support.inverse(inverse(value)).value,
  domain: base.support.domain,
});

/**
 * The same distribution, inferred in other coordinates: `latent("theta", ({ mu, tau }) => noncentred(normal(mu, tau)), ["J"])` has
 * free numbers z with a standard normal density, and theta = mu + tau · z. Draws are those of theta. It takes what is moved and
 * scaled by its parameters: normal, studentT, cauchy, laplace, logistic, gumbel, halfNormal, halfCauchy, halfStudentT, lognormal,
 * exponential, gaussianRandomWalk, gaussianProcess, and multivariateNormal and multivariateStudentT by the Cholesky factor of a covariance or precision. Papaspiliopoulos, Roberts & Sköld 2007.
 * @throws FluvialError naming the distribution where it is not of that kind.
 */
export const noncentred = (distribution: Continuous): Continuous => {
  const given: unknown = distribution;
  if (typeof given !== "object" || given === null || typeof (given as Continuous).logProb !== "function")
    fail(`noncentred: expected a distribution such as normal(mu, tau), got ${given === null ? "null" : typeof given}`);
  return { ...distribution, coordinates: coordinatesOf(standardOf(distribution)) };
};
