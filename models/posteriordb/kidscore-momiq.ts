import { flat, halfCauchy, model, normal } from "fluvial";

/**
 * Test scores of three- and four-year-old children by the IQ of their mothers. Gelman & Hill 2007, chapter 3; posteriordb
 * "kidiq-kidscore_momiq". Coefficients without a prior are flat.
 */
export default model("kidscore by mother's IQ")
  .data("mom_iq", ["N"])
  .latent("beta", flat(), [2])
  .latent("sigma", halfCauchy(0, 2.5))
  .observe(
    "kid_score",
    ({ beta, sigma, mom_iq }) => {
      const [intercept, slope] = beta.unstack();
      return normal(intercept.add(slope.mul(mom_iq)), sigma);
    },
    ["N"],
  );
