/** What must compile, beside `refused.ts`. Nothing runs it. */
import { dirichlet, hiddenMarkov, model, multivariateNormal, normal } from "fluvial";

export const nestedLists = [
  normal([[0], [1]], [1, 2]),
  dirichlet([
    [4, 1],
    [1, 4],
  ]),
  multivariateNormal([0, 0], {
    covariance: [
      [1, 0.5],
      [0.5, 1],
    ],
  }),
  hiddenMarkov({
    initial: [0.5, 0.5],
    transition: [
      [0.9, 0.1],
      [0.2, 0.8],
    ],
    emission: normal([0, 1], 1),
    length: 3,
  }),
];

// An index is a tensor like any other.
export const indexed = model("indexed")
  .data("group", ["N"], "int")
  .latent("alpha", normal(0, 1), [3])
  .observe("y", ({ group, alpha }) => normal(alpha.gather(group), 1), ["N"]);
