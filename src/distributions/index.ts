import { bernoulli, bernoulliLogits } from "./bernoulli.ts";
import { beta } from "./beta.ts";
import { binomial, binomialLogits } from "./binomial.ts";
import { categorical, categoricalLogits } from "./categorical.ts";
import { cauchy, halfCauchy } from "./cauchy.ts";
import { exponential } from "./exponential.ts";
import { gamma, inverseGamma } from "./gamma.ts";
import { laplace } from "./laplace.ts";
import { multivariateNormal } from "./multivariateNormal.ts";
import { negativeBinomial } from "./negativeBinomial.ts";
import { halfNormal, lognormal, normal } from "./normal.ts";
import { poisson, poissonLog } from "./poisson.ts";
import { studentT } from "./studentT.ts";
import { uniform } from "./uniform.ts";

export type { Continuous, Distribution, Parameter } from "./distribution.ts";
export type { Matrix, Spread } from "./multivariateNormal.ts";
export {
  bernoulli,
  bernoulliLogits,
  beta,
  binomial,
  binomialLogits,
  categorical,
  categoricalLogits,
  cauchy,
  exponential,
  gamma,
  halfCauchy,
  halfNormal,
  inverseGamma,
  laplace,
  lognormal,
  multivariateNormal,
  negativeBinomial,
  normal,
  poisson,
  poissonLog,
  studentT,
  uniform,
};

/** Every constructor by its name, as a model written in text finds it. */
export const distributions: {
  readonly bernoulli: typeof bernoulli;
  readonly bernoulliLogits: typeof bernoulliLogits;
  readonly beta: typeof beta;
  readonly binomial: typeof binomial;
  readonly binomialLogits: typeof binomialLogits;
  readonly categorical: typeof categorical;
  readonly categoricalLogits: typeof categoricalLogits;
  readonly cauchy: typeof cauchy;
  readonly exponential: typeof exponential;
  readonly gamma: typeof gamma;
  readonly halfCauchy: typeof halfCauchy;
  readonly halfNormal: typeof halfNormal;
  readonly inverseGamma: typeof inverseGamma;
  readonly laplace: typeof laplace;
  readonly lognormal: typeof lognormal;
  readonly multivariateNormal: typeof multivariateNormal;
  readonly negativeBinomial: typeof negativeBinomial;
  readonly normal: typeof normal;
  readonly poisson: typeof poisson;
  readonly poissonLog: typeof poissonLog;
  readonly studentT: typeof studentT;
  readonly uniform: typeof uniform;
} = {
  bernoulli,
  bernoulliLogits,
  beta,
  binomial,
  binomialLogits,
  categorical,
  categoricalLogits,
  cauchy,
  exponential,
  gamma,
  halfCauchy,
  halfNormal,
  inverseGamma,
  laplace,
  lognormal,
  multivariateNormal,
  negativeBinomial,
  normal,
  poisson,
  poissonLog,
  studentT,
  uniform,
};
