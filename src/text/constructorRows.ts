import { fail } from "../core/check.ts";
import * as all from "../distributions/index.ts";

/**
 * What a constructor takes, in order: "loc scale". A kind stands after a colon, a question mark after what may be left out, options in
 * braces.
 */
export type Row = string;

type Rows = Readonly<Record<string, Row>>;

/** Every constructor of a distribution. */
const distributionRows: Rows = {
  autoregressive: "coefficients scale {initial:beginning steps:count constant} shape:shape?",
  bernoulli: "probs",
  bernoulliLogits: "logits",
  beta: "a b",
  betaBinomial: "total a b",
  binomial: "total probs",
  binomialLogits: "total logits",
  categorical: "probs",
  categoricalLogits: "logits",
  cauchy: "loc scale",
  censored: "base:distribution {lower upper}",
  chiSquared: "df",
  dirichlet: "concentration",
  dirichletMultinomial: "total concentration",
  discreteUniform: "low high",
  exponential: "rate",
  flat: "{lower upper} shape:shape?",
  flatOn: "support:support shape:shape?",
  frechet: "concentration scale",
  gamma: "concentration rate",
  gaussianProcess: "{kernel:kernel inputs mean noise jitter}",
  gaussianRandomWalk: "scale {steps:count initial:either drift} shape:shape?",
  geometric: "probs",
  gumbel: "loc scale",
  halfCauchy: "loc scale",
  halfNormal: "loc scale",
  halfStudentT: "df loc scale",
  hiddenMarkov: "{initial initialLogits transition transitionLogits emission:distribution length:count}",
  hurdle: "base:distribution gate? {logits}",
  hypergeometric: "population successes draws",
  inverseGamma: "concentration scale",
  inverseGaussian: "mean concentration",
  inverseWishart: "df scale",
  kumaraswamy: "a b",
  laplace: "loc scale",
  lkj: "size:count concentration",
  lkjCholesky: "size:count concentration",
  logistic: "loc scale",
  lognormal: "loc scale",
  markovChain: "{initial initialLogits transition transitionLogits length:count}",
  matrixNormal:
    "loc {rowCovariance rowPrecision rowCholeskyFactor columnCovariance columnPrecision columnCholeskyFactor}",
  mixture: "weights? components:distributions {logits}",
  multinomial: "total probs",
  multinomialLogits: "total logits",
  multivariateNormal: "loc {covariance choleskyFactor precision factor diagonal}",
  multivariateStudentT: "df loc {covariance choleskyFactor precision factor diagonal}",
  negativeBinomial: "mean concentration",
  negativeBinomialLog: "logMean concentration",
  negativeBinomialProbs: "total probs",
  noncentred: "base:distribution",
  normal: "loc scale",
  ordered: "base:distribution shape:shape",
  orderedLogistic: "predictor cutpoints",
  orderedProbit: "predictor cutpoints",
  pareto: "scale alpha",
  poisson: "rate",
  poissonLog: "logRate",
  skewNormal: "loc scale alpha",
  studentT: "df loc scale",
  truncated: "base:distribution {lower upper}",
  uniform: "low high",
  uniformSphere: "size:count",
  vonMises: "loc concentration",
  weibull: "concentration scale",
  wishart: "df scale",
  wishartCholesky: "df scale",
  zeroInflated: "base:distribution gate? {logits}",
  zeroSumNormal: "scale shape:shape",
};

/** Covariance functions, which a Gaussian process takes. */
const kernelRows: Rows = {
  constantKernel: "{amplitude}",
  linearKernel: "{amplitude centre}",
  matern12: "{amplitude lengthScale}",
  matern32: "{amplitude lengthScale}",
  matern52: "{amplitude lengthScale}",
  periodic: "{amplitude lengthScale period}",
  productOfKernels: "a:kernel b:kernel",
  rationalQuadratic: "{amplitude lengthScale alpha}",
  squaredExponential: "{amplitude lengthScale}",
  sumOfKernels: "a:kernel b:kernel",
  white: "{amplitude}",
};

/** What constructors take and make, by name. */
export const tables: readonly { readonly rows: Rows; readonly makes: "distribution" | "kernel" }[] = [
  { rows: distributionRows, makes: "distribution" },
  { rows: kernelRows, makes: "kernel" },
];

/** What the rows describe, among other functions: none is called that has no row. */
export const functions: Readonly<Record<string, unknown>> = { ...all };

type Args = Readonly<Record<string, unknown>>;

/** One of two ways to give the same: as it is, or by its logits. */
const either = (who: string, args: Args, plain: string, logits: string): unknown => {
  const [a, b] = [args[plain], args[logits]];
  if ((a === undefined) === (b === undefined))
    fail(`${who}: expected ${plain} or ${logits}, got ${a === undefined ? "neither" : "both"}`);
  return a ?? { logits: b };
};

const markovParts = (who: string, args: Args): Args => ({
  initial: either(who, args, "initial", "initialLogits"),
  transition: either(who, args, "transition", "transitionLogits"),
  ...(args.length !== undefined && { length: args.length }),
  ...(args.emission !== undefined && { emission: args.emission }),
});

/** rowCovariance and the like as { covariance }. */
const spreadOf = (args: Args, side: "row" | "column"): Args =>
  Object.fromEntries(
    ["Covariance", "Precision", "CholeskyFactor"]
      .filter((form) => args[side + form] !== undefined)
      .map((form) => [form.charAt(0).toLowerCase() + form.slice(1), args[side + form]]),
  );

const inflated =
  (who: string) =>
  (args: Args): readonly unknown[] => [args.base, either(who, args, "gate", "logits")];

/** The arguments of constructors that take neither values by place nor one object of options. */
export const arrangements: Readonly<Record<string, (args: Args) => readonly unknown[]>> = {
  hiddenMarkov: (args) => [markovParts("hiddenMarkov", args)],
  hurdle: inflated("hurdle"),
  markovChain: (args) => [markovParts("markovChain", args)],
  matrixNormal: (args) => [args.loc, spreadOf(args, "row"), spreadOf(args, "column")],
  mixture: (args) => [either("mixture", args, "weights", "logits"), args.components],
  zeroInflated: inflated("zeroInflated"),
};
