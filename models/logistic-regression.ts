import { bernoulliLogits, model, normal } from "fluvial";

/**
 * Logistic regression of O-ring distress on the temperature at launch (°F) in the 23 flights of the space shuttle before the
 * Challenger accident. Dalal, Fowlkes & Hoadley 1989, Journal of the American Statistical Association 84. Temperature counts in
 * tens of degrees from 70 °F; the forecast for the accident was 31 °F.
 */
export default model("logistic regression")
  .data("temperature", ["N"])
  .latent("intercept", normal(0, 5))
  .latent("slope", normal(0, 5))
  .derive("atForecast", ({ intercept, slope }) =>
    slope
      .mul((31 - 70) / 10)
      .add(intercept)
      .sigmoid(),
  )
  .observe(
    "distress",
    ({ temperature, intercept, slope }) => bernoulliLogits(temperature.sub(70).div(10).mul(slope).add(intercept)),
    ["N"],
  );

export const data = {
  temperature: [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58],
  distress: [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1],
};
