import { model, normal } from "fluvial";

/**
 * Neal's funnel: the scale of nine normals is itself the exponential of a normal, so that the density is a mile wide at one end and
 * a needle at the other. Neal 2003, Slice sampling, section 8. No data: the marginal of v is normal(0, 3), and log Z is 0.
 */
export default model("funnel")
  .latent("v", normal(0, 3))
  .latent("x", ({ v }) => normal(0, v.div(2).exp()), [9]);

export const data = {};
