import { beta, diag, gamma, hiddenMarkov, model, ordered, poisson } from "fluvial";

/**
 * Earthquakes of magnitude 7 or more in the world in each year from 1900 to 2006: Poisson counts at the rate of a state that is hidden,
 * calm or stormy, and follows a Markov chain. The states are summed out by the forward algorithm; `ordered` tells them apart.
 * Zucchini & MacDonald 2009, Hidden Markov Models for Time Series, chapter 1, who find 15.5 and 26.1 a year by maximum likelihood.
 */
export default model("hidden Markov")
  .data("year", ["T"])
  .latent("rate", ordered(gamma(4, 0.2), [2]))
  .latent("stay", beta(8, 2), [2])
  .observe(
    "quakes",
    ({ year, rate, stay }) =>
      hiddenMarkov({
        initial: [0.5, 0.5],
        transition: diag(stay).add(diag(stay.neg().add(1)).reverse(1)),
        emission: poisson(rate),
        length: year.shape[0],
      }),
    ["T"],
  );

const quakes = [
  13, 14, 8, 10, 16, 26, 32, 27, 18, 32, 36, 24, 22, 23, 22, 18, 25, 21, 21, 14, 8, 11, 14, 23, 18, 17, 19, 20, 22, 19,
  13, 26, 13, 14, 22, 24, 21, 22, 26, 21, 23, 24, 27, 41, 31, 27, 35, 26, 28, 36, 39, 21, 17, 22, 17, 19, 15, 34, 10,
  15, 22, 18, 15, 20, 15, 22, 19, 16, 30, 27, 29, 23, 20, 16, 21, 21, 25, 16, 18, 15, 18, 14, 10, 15, 8, 15, 6, 11, 8,
  7, 18, 16, 13, 12, 13, 20, 15, 16, 12, 18, 15, 16, 13, 15, 16, 11, 11,
];

export const data = { year: quakes.map((_, i) => 1900 + i), quakes };
