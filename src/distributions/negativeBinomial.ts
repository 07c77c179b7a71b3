import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { farLog } from "../ops/deviance.ts";
import { logIncompleteBetaOfLogit } from "../ops/incompleteBeta.ts";
import { split } from "../ops/random.ts";
import { poisson as drawPoisson, gamma as standardGamma } from "../ops/sampling.ts";
import { exp, sigmoid } from "../ops/special.ts";
import { wholeNumbers } from "../transforms/discrete.ts";
import { binomialDensity, ofLogOdds } from "./binomial.ts";
import { type Counting, countDistribution } from "./counting.ts";
import { nonNegativeReals, positiveProbability, positiveReals, reals } from "./parameters.ts";

/** Poisson draws whose rate is gamma with this concentration and mean. */
const draw = (key: Key, shape: Shape, concentration: Tensor, mean: Tensor): Tensor => {
  const [forRate, forCount] = split(key, 2);
  const rate = standardGamma(forRate, concentration.broadcastTo([...shape]))
    .div(concentration)
    .mul(mean);
  return drawPoisson(forCount, rate);
};

/** log of Γ(x + φ) / (x! Γ(φ)) p^φ qˣ, where p + q = 1. Loader 2000, section 4. */
const density = (x: Tensor, concentration: Tensor, p: Tensor, q: Tensor): Tensor =>
  binomialDensity(concentration, x, p, q).sub(x.div(concentration).log1p());

/** log P(X ≤ k) and log P(X > k) at log-odds log p − log q. DLMF 8.17.24. */
const lowerTail = (k: Tensor, concentration: Tensor, logits: Tensor): Tensor =>
  logIncompleteBetaOfLogit(logits, concentration, k.add(1));
const upperTail = (k: Tensor, concentration: Tensor, logits: Tensor): Tensor =>
  logIncompleteBetaOfLogit(logits.neg(), k.add(1), concentration);

/** A formula of log φ − log μ, and its value at μ = 0. */
const ofMean = (mean: Tensor, concentration: Tensor, formula: (logits: Tensor) => Tensor, atZero: number): Tensor => {
  const some = mean.greater(0);
  return tf.where(some, formula(concentration.log().sub(tf.where(some, mean, 1).log())), atZero);
};

const spread = (mean: Tensor, concentration: Tensor): Tensor => mean.add(mean.square().div(concentration));

/**
 * Counts with the given mean μ and concentration φ ("NB2"): a Poisson whose rate is gamma with mean μ and concentration φ. Its
 * variance is μ + μ²/φ, so that it nears the Poisson as φ grows.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const negativeBinomial = (mean: TensorLike, concentration: TensorLike, shape: Shape = []): Counting =>
  countDistribution(
    "negativeBinomial",
    { mean: [mean, nonNegativeReals], concentration: [concentration, positiveReals] },
    shape,
    () => wholeNumbers,
    {
      draw: (key, shape, { mean, concentration }) => draw(key, shape, concentration, mean),
      logDensity: (x, { mean, concentration }) => {
        const both = mean.add(concentration);
        return density(x, concentration, concentration.div(both), mean.div(both));
      },
      safe: 0,
      mean: ({ mean }) => mean,
      variance: ({ mean, concentration }) => spread(mean, concentration),
      logCdf: (k, { mean, concentration }) =>
        ofMean(mean, concentration, (logits) => lowerTail(k, concentration, logits), 0),
      logSurvival: (k, { mean, concentration }) =>
        ofMean(mean, concentration, (logits) => upperTail(k, concentration, logits), Number.NEGATIVE_INFINITY),
    },
  );

/**
 * The same by the logarithm of the mean: for a regression with a log link, exact however small or large the mean is.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const negativeBinomialLog = (logMean: TensorLike, concentration: TensorLike, shape: Shape = []): Counting =>
  countDistribution(
    "negativeBinomialLog",
    { logMean: [logMean, reals], concentration: [concentration, positiveReals] },
    shape,
    () => wholeNumbers,
    {
      draw: (key, shape, { logMean, concentration }) => draw(key, shape, concentration, exp(logMean)),
      logDensity: (x, { logMean, concentration }) => {
        const logits = concentration.log().sub(logMean);
        const near = logits.clipByValue(-farLog, farLog);
        const far = x.mul(logits.sub(farLog).relu()).add(concentration.mul(logits.add(farLog).neg().relu()));
        return density(x, concentration, sigmoid(near), sigmoid(near.neg())).sub(far);
      },
      safe: 0,
      mean: ({ logMean }) => exp(logMean),
      variance: ({ logMean, concentration }) => spread(exp(logMean), concentration),
      logCdf: (k, { logMean, concentration }) => lowerTail(k, concentration, concentration.log().sub(logMean)),
      logSurvival: (k, { logMean, concentration }) => upperTail(k, concentration, concentration.log().sub(logMean)),
    },
  );

/**
 * The number of failures before success number `total`, each trial a success with probability `probs`: scipy's `nbinom` and Stan's
 * `neg_binomial` with β = probs / (1 − probs). `total` may be any positive number. Its mean is total · (1 − probs) / probs. (In some
 * libraries `probs` is the probability of what is counted: their 1 − probs.)
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const negativeBinomialProbs = (total: TensorLike, probs: TensorLike, shape: Shape = []): Counting =>
  countDistribution(
    "negativeBinomialProbs",
    { total: [total, positiveReals], probs: [probs, positiveProbability] },
    shape,
    () => wholeNumbers,
    {
      draw: (key, shape, { total, probs }) => draw(key, shape, total, total.mul(tf.sub(1, probs)).div(probs)),
      logDensity: (x, { total, probs }) => density(x, total, probs, tf.sub(1, probs)),
      safe: 0,
      mean: ({ total, probs }) => total.mul(tf.sub(1, probs)).div(probs),
      variance: ({ total, probs }) => total.mul(tf.sub(1, probs)).div(probs.square()),
      logCdf: (k, { total, probs }) =>
        ofLogOdds(probs, (logits) => lowerTail(k, total, logits), Number.NEGATIVE_INFINITY, 0),
      logSurvival: (k, { total, probs }) =>
        ofLogOdds(probs, (logits) => upperTail(k, total, logits), 0, Number.NEGATIVE_INFINITY),
    },
  );
