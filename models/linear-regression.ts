import { halfNormal, model, normal } from "fluvial";

/**
 * Linear regression of the stopping distance of cars (feet) on their speed (miles per hour), 50 measurements of the 1920s.
 * Ezekiel 1930, Methods of Correlation Analysis; the data set `cars` of R. Speed is centred at its mean of 15.4, so that intercept
 * and slope are nearly independent; least squares gives 42.98 and 3.932.
 */
export default model("linear regression")
  .data("speed", ["N"])
  .latent("intercept", normal(0, 100))
  .latent("slope", normal(0, 10))
  .latent("sigma", halfNormal(0, 50))
  .observe(
    "distance",
    ({ speed, intercept, slope, sigma }) => normal(speed.sub(15.4).mul(slope).add(intercept), sigma),
    ["N"],
  );

export const data = {
  speed: [
    4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16, 17, 17,
    17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25,
  ],
  distance: [
    2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54, 32, 40, 32,
    40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85,
  ],
};
