import type { Continuous, Coordinates } from "../distributions/distribution.ts";

/** The free numbers that a latent with this prior is inferred in: its own, or those of its support. */
export const coordinatesOf = (prior: Continuous): Coordinates =>
  prior.coordinates ?? {
    rank: prior.support.rank,
    forward: (z) => {
      const { value, logDet } = prior.support.forward(z);
      return { value, logProb: prior.logProb(value), logDet };
    },
    inverse: (value) => prior.support.inverse(value).value,
    domain: prior.support.domain,
  };
