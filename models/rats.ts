import { inverseGamma, model, normal } from "fluvial";

/**
 * Growth of thirty young rats, weighed (grams) at five ages (days): a line for each, with intercepts and slopes that are normal over
 * rats. Gelfand, Hills, Racine-Poon & Smith 1990, Journal of the American Statistical Association 85, section 6; the first example of
 * the BUGS manuals, whose vague gamma(0.001, 0.001) priors of precisions are those of variances here. Ages are centred at 22 days;
 * `birth` is the mean weight at day 0. BUGS reports 106.6 for it, 6.19 grams a day for the mean slope and 6.09 for the noise.
 */
export default model("rats")
  .data("age", ["T"])
  .latent("intercept", normal(0, 1000))
  .latent("slope", normal(0, 1000))
  .latent("variance", inverseGamma(0.001, 0.001))
  .latent("interceptVariance", inverseGamma(0.001, 0.001))
  .latent("slopeVariance", inverseGamma(0.001, 0.001))
  .latent("intercepts", ({ intercept, interceptVariance }) => normal(intercept, interceptVariance.sqrt()), ["rat"])
  .latent("slopes", ({ slope, slopeVariance }) => normal(slope, slopeVariance.sqrt()), ["rat"])
  .derive("sigma", ({ variance }) => variance.sqrt())
  .derive("birth", ({ intercept, slope }) => intercept.sub(slope.mul(22)))
  .observe(
    "weight",
    ({ age, intercepts, slopes, sigma }) =>
      normal(slopes.expandDims(1).mul(age.sub(22)).add(intercepts.expandDims(1)), sigma),
    ["rat", "T"],
  );

export const data = {
  age: [8, 15, 22, 29, 36],
  weight: [
    [151, 199, 246, 283, 320],
    [145, 199, 249, 293, 354],
    [147, 214, 263, 312, 328],
    [155, 200, 237, 272, 297],
    [135, 188, 230, 280, 323],
    [159, 210, 252, 298, 331],
    [141, 189, 231, 275, 305],
    [159, 201, 248, 297, 338],
    [177, 236, 285, 350, 376],
    [134, 182, 220, 260, 296],
    [160, 208, 261, 313, 352],
    [143, 188, 220, 273, 314],
    [154, 200, 244, 289, 325],
    [171, 221, 270, 326, 358],
    [163, 216, 242, 281, 312],
    [160, 207, 248, 288, 324],
    [142, 187, 234, 280, 316],
    [156, 203, 243, 283, 317],
    [157, 212, 259, 307, 336],
    [152, 203, 246, 286, 321],
    [154, 205, 253, 298, 334],
    [139, 190, 225, 267, 302],
    [146, 191, 229, 272, 302],
    [157, 211, 250, 285, 323],
    [132, 185, 237, 286, 331],
    [160, 207, 257, 303, 345],
    [169, 216, 261, 295, 333],
    [157, 205, 248, 289, 316],
    [137, 180, 219, 258, 291],
    [153, 200, 244, 286, 324],
  ],
};
