/** The ops that users' formulas may want beside those of tfjs. */
export { gradient } from "./gradient.ts";
export { cholesky, triangularSolve } from "./linalg.ts";
export { logMix, logSumExp } from "./logMix.ts";
export { type LoopParts, loop } from "./loop.ts";
export { type OdeOptions, type Slope, solveOde } from "./ode/solve.ts";
export { scan } from "./scan.ts";
export { digamma, erf, erfinv, lgamma, softplus } from "./special.ts";
export { stopGradient } from "./stopGradient.ts";
export { withGradient } from "./withGradient.ts";
