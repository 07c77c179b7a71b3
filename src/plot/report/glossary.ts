import { type Html, html } from "./html.ts";

const terms: readonly (readonly [string, string])[] = [
  [
    "ELBO",
    "The evidence lower bound, in nats. It never exceeds the log evidence, and falls short of it by the divergence of the approximation from the posterior.",
  ],
  [
    "k-hat",
    "The tail index of the importance weights. Below 0.7 reweighted draws can be relied on; above, the approximation misses part of the posterior. A mode that was never visited does not show.",
  ],
  [
    "Mean error, sd ratio",
    "The mean's distance from the reference's, in sds of the reference; and the sd divided by the reference's. An sd ratio below 1 means intervals that are too short.",
  ],
  [
    "z",
    "The same error in units of the Monte Carlo standard errors of both sides. Within about ±3 the draws cannot tell the two apart.",
  ],
  [
    "R-hat, ESS, MCSE",
    "Agreement of the chains (1 is perfect), the number of independent draws that the chains are worth for the centre and for the tails, and the standard error of the mean that follows from it.",
  ],
  [
    "Divergences",
    "Steps of the sampler where the integrator broke down. Even a few may mean a region that no chain could enter.",
  ],
];

/** What the words of a report mean. */
export const glossary: Html = html`<dl class="glossary">${terms.map(
  ([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`,
)}</dl>`;
