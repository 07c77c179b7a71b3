import { flat, lognormal, model } from "fluvial";

/**
 * Weight of mesquite leaves by volume, area and shape of the bush. Gelman & Hill 2007, chapter 4; posteriordb
 * "mesquite-logmesquite_logvas". That the logarithm of y is normal is that y is log-normal; the Jacobian is a constant.
 */
export default model("log mesquite by volume, area and shape")
  .data("diam1", ["N"])
  .data("diam2", ["N"])
  .data("canopy_height", ["N"])
  .data("total_height", ["N"])
  .data("density", ["N"])
  .data("group", ["N"])
  .latent("beta", flat(), [7])
  .latent("sigma", flat({ lower: 0 }))
  .observe(
    "weight",
    ({ beta, sigma, diam1, diam2, canopy_height, total_height, density, group }) => {
      const [b1, b2, b3, b4, b5, b6, b7] = beta.unstack();
      const area = diam1.mul(diam2);
      const mean = b1
        .add(b2.mul(area.mul(canopy_height).log()))
        .add(b3.mul(area.log()))
        .add(b4.mul(diam1.div(diam2).log()))
        .add(b5.mul(total_height.log()))
        .add(b6.mul(density.log()))
        .add(b7.mul(group));
      return lognormal(mean, sigma);
    },
    ["N"],
  );
