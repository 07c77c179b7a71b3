import { gamma, gaussianProcess, halfNormal, model, squaredExponential } from "fluvial";

/**
 * A Gaussian process with a squared-exponential kernel over eleven points; sigma is the variance of the noise. posteriordb
 * "gp_pois_regr-gp_regr".
 */
export default model("Gaussian process regression")
  .data("x", ["N"])
  .latent("rho", gamma(25, 4))
  .latent("alpha", halfNormal(0, 2))
  .latent("sigma", halfNormal(0, 1))
  .observe(
    "y",
    ({ x, rho, alpha, sigma }) =>
      gaussianProcess({
        kernel: squaredExponential({ amplitude: alpha, lengthScale: rho }),
        inputs: x,
        noise: sigma.sqrt(),
      }),
    ["N"],
  );
