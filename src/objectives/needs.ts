import { fail } from "../core/check.ts";
import type { Density, Gaussian, Sampler } from "../core/density.ts";

/** @throws FluvialError where log q is known only at the guide's own draws. */
export const checkDensity = (who: string, q: Sampler, instead: string): void => {
  if (!("logProb" in q && typeof (q as Density).logProb === "function"))
    fail(`${who}: the guide has no log density away from its own draws; use ${instead}, or a guide that has one`);
};

/** @throws FluvialError where the guide does not tell its moments and entropy. */
export const checkGaussian = (who: string, q: Sampler): void => {
  const { moments, entropy } = q as Partial<Gaussian>;
  if (typeof moments !== "function" || typeof entropy !== "function")
    fail(
      `${who}: the guide's entropy has no closed form; use elbo(), or a normal guide such as meanField() or fullRank()`,
    );
};
