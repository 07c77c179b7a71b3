/** Every support of a continuous distribution, and nothing else: what `flatOn` and a distribution of one's own take. */

export { interval, lower, positive, upper } from "./bounds.ts";
export { circular } from "./circular.ts";
export { correlation, correlationFactor } from "./correlation.ts";
export { covariance, covarianceFactor } from "./covariance.ts";
export { ordered } from "./ordered.ts";
export { positiveOrdered } from "./positiveOrdered.ts";
export { realLine, realVectors } from "./real.ts";
export { scaled } from "./scaled.ts";
export { simplex } from "./simplex.ts";
export { columnStochastic, stochastic } from "./stochastic.ts";
export { sumToZero, sumToZeroMatrix } from "./sumToZero.ts";
export { unitVector } from "./unitVector.ts";
