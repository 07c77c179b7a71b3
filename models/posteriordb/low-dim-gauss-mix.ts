import { beta, halfNormal, mixture, model, normal, ordered } from "fluvial";

/** A mixture of two normals, told apart by the order of their means. posteriordb "low_dim_gauss_mix-low_dim_gauss_mix". */
export default model("mixture of two normals")
  .latent("mu", ordered(normal(0, 2), [2]))
  .latent("sigma", halfNormal(0, 2), [2])
  .latent("theta", beta(5, 5))
  .observe(
    "y",
    ({ mu, sigma, theta }) => {
      const [mu1, mu2] = mu.unstack();
      const [sigma1, sigma2] = sigma.unstack();
      return mixture([theta, theta.neg().add(1)], [normal(mu1, sigma1), normal(mu2, sigma2)]);
    },
    ["N"],
  );
