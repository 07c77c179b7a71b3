import { halfCauchy, model, normal } from "fluvial";

/**
 * Eight schools: the effect of coaching on a test score in eight schools, each an estimate y with a known standard error sigma,
 * partially pooled. Rubin 1981; Gelman et al., Bayesian Data Analysis, section 5.5. This is the centred form: theta is tied to tau,
 * which makes a funnel that is hard for samplers and mean-field guides alike.
 */
export default model("eight schools")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("tau", halfCauchy(0, 5))
  .latent("theta", ({ mu, tau }) => normal(mu, tau), ["J"])
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);

export const data = {
  y: [28, 8, -3, 7, -1, 1, 18, 12],
  sigma: [15, 10, 16, 11, 9, 11, 10, 18],
};

export const coords = {
  J: [
    "Choate",
    "Deerfield",
    "Phillips Andover",
    "Phillips Exeter",
    "Hotchkiss",
    "Lawrenceville",
    "St. Paul's",
    "Mt. Hermon",
  ],
};
