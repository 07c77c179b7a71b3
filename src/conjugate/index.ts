export { type Ascended, type AscentOptions, type AscentProblem, coordinateAscent } from "./ascent.ts";
export type { GammaFactor } from "./gammas.ts";
export {
  type ComponentFactor,
  conjugateMixture,
  type NormalMixtureFactors,
  type NormalMixtureOptions,
  type NormalMixturePrior,
} from "./mixture.ts";
export { conjugateNormal, type NormalFactors, type NormalPrior } from "./normal.ts";
export { conjugateRegression, type RegressionFactors, type RegressionPrior } from "./regression.ts";
