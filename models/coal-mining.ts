import { discreteUniform, exponential, model, poisson } from "fluvial";

/**
 * Disasters in British coal mines in each year from 1851 to 1961, at one rate up to a year, the last of the early ones, and at another
 * from then on. The year is a discrete latent, which is summed out and drawn afterwards. Jarrett 1979, Biometrika 66; the model is that
 * of Carlin, Gelfand & Smith 1992, Applied Statistics 41, with exponential priors.
 */
export default model("coal mining")
  .data("year", ["T"])
  .latent("early", exponential(1))
  .latent("late", exponential(1))
  .latent("change", discreteUniform(1851, 1961))
  .observe(
    "disasters",
    ({ year, early, late, change }) => poisson(early.sub(late).mul(year.lessEqual(change)).add(late)),
    ["T"],
  );

const disasters = [
  4, 5, 4, 0, 1, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5, 3, 4, 2, 5, 2, 2, 3, 4, 2, 1, 3,
  2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 3, 1, 0, 3, 2, 2, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 1, 1,
  0, 2, 3, 3, 1, 1, 2, 1, 1, 1, 1, 2, 4, 2, 0, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1,
];

export const data = { year: disasters.map((_, i) => 1851 + i), disasters };
