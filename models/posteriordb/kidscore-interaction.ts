import { flat, halfCauchy, model, normal } from "fluvial";

/**
 * Test scores of three- and four-year-old children by the IQ of their mothers, those who finished high school apart. Gelman & Hill 2007,
 * chapter 3; posteriordb "kidiq-kidscore_interaction".
 */
export default model("kidscore with interaction")
  .data("mom_hs", ["N"])
  .data("mom_iq", ["N"])
  .latent("beta", flat(), [4])
  .latent("sigma", halfCauchy(0, 2.5))
  .observe(
    "kid_score",
    ({ beta, sigma, mom_hs, mom_iq }) => {
      const [b1, b2, b3, b4] = beta.unstack();
      const mean = b1
        .add(b2.mul(mom_hs))
        .add(b3.mul(mom_iq))
        .add(b4.mul(mom_hs.mul(mom_iq)));
      return normal(mean, sigma);
    },
    ["N"],
  );
