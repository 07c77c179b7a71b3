import { halfCauchy, model, noncentred, normal } from "fluvial";

/** Eight schools, non-centred. Rubin 1981; posteriordb "eight_schools-eight_schools_noncentered". */
export default model("eight schools, non-centred")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("tau", halfCauchy(0, 5))
  .latent("theta", ({ mu, tau }) => noncentred(normal(mu, tau)), ["J"])
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);
