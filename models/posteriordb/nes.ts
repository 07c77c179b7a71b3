import type { Tensor } from "fluvial";
import { flat, model, normal } from "fluvial";

const isClass = (age: Tensor, one: number): Tensor => age.equal(one).cast("float32");

/**
 * Party identification in the United States in 1980 by ideology, race, age in four classes, education, gender and income. Gelman & Hill
 * 2007, chapter 4; posteriordb "nes1980-nes".
 */
export default model("party identification")
  .data("real_ideo", ["N"])
  .data("race_adj", ["N"])
  .data("age_discrete", ["N"])
  .data("educ1", ["N"])
  .data("gender", ["N"])
  .data("income", ["N"])
  .latent("beta", flat(), [9])
  .latent("sigma", flat({ lower: 0 }))
  .observe(
    "partyid7",
    ({ beta, sigma, real_ideo, race_adj, age_discrete, educ1, gender, income }) => {
      const [b1, b2, b3, b4, b5, b6, b7, b8, b9] = beta.unstack();
      const mean = b1
        .add(b2.mul(real_ideo))
        .add(b3.mul(race_adj))
        .add(b4.mul(isClass(age_discrete, 2)))
        .add(b5.mul(isClass(age_discrete, 3)))
        .add(b6.mul(isClass(age_discrete, 4)))
        .add(b7.mul(educ1))
        .add(b8.mul(gender))
        .add(b9.mul(income));
      return normal(mean, sigma);
    },
    ["N"],
  );
