import { flat, lognormal, model } from "fluvial";

/**
 * Earnings by height, men and women apart. Gelman & Hill 2007, chapter 4; posteriordb "earnings-logearn_interaction". That the logarithm
 * of y is normal is that y is log-normal; the Jacobian is a constant.
 */
export default model("log earnings with interaction")
  .data("height", ["N"])
  .data("male", ["N"])
  .latent("beta", flat(), [4])
  .latent("sigma", flat({ lower: 0 }))
  .observe(
    "earn",
    ({ beta, sigma, height, male }) => {
      const [b1, b2, b3, b4] = beta.unstack();
      const mean = b1
        .add(b2.mul(height))
        .add(b3.mul(male))
        .add(b4.mul(height.mul(male)));
      return lognormal(mean, sigma);
    },
    ["N"],
  );
