/** What is called otherwise in Stan, NumPyro and PyMC, where the names are too far apart to be taken for misspelt; in lower case, without _. */
const foreign: Readonly<Record<string, string>> = {
  stdnormal: "normal(0, 1)",
  invgamma: "inverseGamma",
  invwishart: "inverseWishart",
  invchisquare: "inverseGamma",
  doubleexponential: "laplace",
  negbinomial: "negativeBinomial",
  negbinomial2: "negativeBinomial",
  negativebinomial2: "negativeBinomial",
  negbinomial2log: "negativeBinomialLog",
  wald: "inverseGaussian",
  multinormal: "multivariateNormal(mu, covariance = S)",
  mvnormal: "multivariateNormal(mu, covariance = S)",
  multinormalcholesky: "multivariateNormal(mu, choleskyFactor = L)",
  multinormalprec: "multivariateNormal(mu, precision = Q)",
  multistudentt: "multivariateStudentT",
  lkjcorr: "lkj",
  lkjcorrcholesky: "lkjCholesky",
  improperuniform: "flat",
  halfflat: "flat(lower = 0)",
  dotproduct: "dot",
  choleskydecompose: "cholesky",
  mdivideleft: "solve",
  mdividelefttrilow: "triangularSolve",
  mdivideleftspd: "solveSpd",
  quadform: "quadraticForm",
  logdeterminant: "logDet",
  diagmatrix: "diag",
  diagpremultiply: "diag(x) * A",
  repvector: "rep",
  repmatrix: "rep",
  cumulativesum: "cumsum",
  invphi: "normalQuantile",
  fabs: "abs",
  log1pexp: "softplus",
  lbeta: "logBeta",
};

/** " (here it is inverseGamma)" for a name of another language, or undefined. */
export const calledHere = (name: string): string | undefined => {
  const plain = name.toLowerCase().replaceAll("_", "");
  return Object.hasOwn(foreign, plain) ? ` (here it is ${foreign[plain]})` : undefined;
};
