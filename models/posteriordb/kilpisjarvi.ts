import { flat, model, normal } from "fluvial";

/**
 * Summer temperature at Kilpisjärvi by the year. The year is not centred: intercept and slope are correlated beyond 0.999, on purpose.
 * Vehtari; posteriordb "kilpisjarvi_mod-kilpisjarvi".
 */
export default model("Kilpisjärvi")
  .data("x", ["N"])
  .data("pmualpha", [])
  .data("psalpha", [])
  .data("pmubeta", [])
  .data("psbeta", [])
  .latent("alpha", ({ pmualpha, psalpha }) => normal(pmualpha, psalpha))
  .latent("beta", ({ pmubeta, psbeta }) => normal(pmubeta, psbeta))
  .latent("sigma", flat({ lower: 0 }))
  .observe("y", ({ alpha, beta, sigma, x }) => normal(alpha.add(beta.mul(x)), sigma), ["N"]);
