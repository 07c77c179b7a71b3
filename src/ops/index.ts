/** The ops that users' formulas may want beside those of tfjs. */
export { besselRatio, logBesselI0 } from "./bessel.ts";
export { gradient } from "./gradient.ts";
export { incompleteBeta, logIncompleteBeta } from "./incompleteBeta.ts";
export {
  incompleteGamma,
  incompleteGammaUpper,
  logIncompleteGamma,
  logIncompleteGammaUpper,
} from "./incompleteGamma.ts";
export { cholesky, triangularSolve } from "./linalg.ts";
export { logAddExp, logDiffExp } from "./logExp.ts";
export { logMix, logSumExp } from "./logMix.ts";
export { type LoopParts, loop } from "./loop.ts";
export {
  choleskySolve,
  diag,
  diagonal,
  inverse,
  logDet,
  logDetSpd,
  outer,
  quadraticForm,
  solve,
  solveSpd,
  trace,
} from "./matrices.ts";
export { type OdeOptions, type Slope, solveOde } from "./ode/solve.ts";
export { key } from "./random.ts";
export { scan } from "./scan.ts";
export {
  digamma,
  erf,
  erfc,
  erfinv,
  lgamma,
  log1mexp,
  logBeta,
  normalCdf,
  normalLogCdf,
  normalQuantile,
  softplus,
} from "./special.ts";
export { stopGradient } from "./stopGradient.ts";
export { withGradient } from "./withGradient.ts";
