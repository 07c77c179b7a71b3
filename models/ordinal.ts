import { model, normal, ordered, orderedLogistic, zeroSumNormal } from "fluvial";

/**
 * Ratings of cheese with four additives by 52 tasters each, from 0 (strong dislike) to 8 (excellent): a cumulative logit model with
 * effects that sum to 0. McCullagh & Nelder 1989, Generalized Linear Models, p. 175. `behind` is how far the first three fall behind
 * the last; by maximum likelihood 1.613, 4.965 and 3.323 (SAS/STAT User's Guide, the LOGISTIC procedure, "Ordinal logistic regression").
 */
export default model("ordinal")
  .data("additive", ["N"], "int")
  .latent("effect", zeroSumNormal(5, [4]))
  .latent("cutpoints", ordered(normal(0, 5), [8]))
  .derive("behind", ({ effect }) => effect.slice([3], [1]).sub(effect.slice([0], [3])))
  .observe("rating", ({ additive, effect, cutpoints }) => orderedLogistic(effect.gather(additive), cutpoints), ["N"]);

/** How many tasters gave each rating, an additive a row. */
const counts = [
  [0, 0, 1, 7, 8, 8, 19, 8, 1],
  [6, 9, 12, 11, 7, 6, 1, 0, 0],
  [1, 1, 6, 8, 23, 7, 5, 1, 0],
  [0, 0, 0, 1, 3, 7, 14, 16, 11],
];

const tasters = counts.flatMap((row, additive) =>
  row.flatMap((count, rating) => Array.from({ length: count }, () => ({ additive, rating }))),
);

export const data = {
  additive: tasters.map(({ additive }) => additive),
  rating: tasters.map(({ rating }) => rating),
};
