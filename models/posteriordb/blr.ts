import { halfNormal, model, normal } from "fluvial";

/** Linear regression with vague priors on predictors that hang together. posteriordb "sblrc-blr". */
export default model("Bayesian linear regression")
  .data("X", ["N", "D"])
  .latent("beta", normal(0, 10), ["D"])
  .latent("sigma", halfNormal(0, 10))
  .observe("y", ({ X, beta, sigma }) => normal(X.dot(beta), sigma), ["N"]);
