import { halfCauchy, model, normal } from "fluvial";

export { coords, data } from "./eight-schools.ts";

/**
 * Eight schools in the non-centred form: theta = mu + tau z with z standard normal. The posterior is that of eight-schools.ts, in
 * coordinates that a sampler or a mean-field guide can follow; theta is derived.
 */
export default model("eight schools, non-centred")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("tau", halfCauchy(0, 5))
  .latent("z", normal(0, 1), ["J"])
  .derive("theta", ({ mu, tau, z }) => z.mul(tau).add(mu), ["J"])
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);
