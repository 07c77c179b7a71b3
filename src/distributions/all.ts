/** Every constructor of a distribution, and nothing else: a model written in text finds them here by name. */

export { bernoulli, bernoulliLogits } from "./bernoulli.ts";
export { beta } from "./beta.ts";
export { binomial, binomialLogits } from "./binomial.ts";
export { categorical, categoricalLogits } from "./categorical.ts";
export { cauchy, halfCauchy } from "./cauchy.ts";
export { dirichlet } from "./dirichlet.ts";
export { exponential } from "./exponential.ts";
export { flat, flatOn } from "./flat.ts";
export { gamma, inverseGamma } from "./gamma.ts";
export { laplace } from "./laplace.ts";
export { lkj, lkjCholesky } from "./lkj.ts";
export { multivariateNormal } from "./multivariateNormal.ts";
export { negativeBinomial } from "./negativeBinomial.ts";
export { halfNormal, lognormal, normal } from "./normal.ts";
export { ordered } from "./ordered.ts";
export { poisson, poissonLog } from "./poisson.ts";
export { uniformSphere } from "./sphere.ts";
export { studentT } from "./studentT.ts";
export { uniform } from "./uniform.ts";
export { inverseWishart, wishart, wishartCholesky } from "./wishart.ts";
export { zeroSumNormal } from "./zeroSumNormal.ts";
