/** Kullback–Leibler divergences in closed form, by family. */
import * as tf from "#tfjs";
import { broadcast } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { digamma, exp, lgamma } from "../ops/special.ts";
import { guarded } from "./guarded.ts";

/** The parameters of a family in one form, whatever form its members are given in. */
export type Numbers = Readonly<Record<string, Tensor>>;

/** KL(p‖q) from the parameters of each, which broadcast: [...batch]. */
export type Divergence = (p: Numbers, q: Numbers) => Tensor;

const eulerGamma = 0.577_215_664_901_532_9;

/** Σ p log(p / q) over the last axis: ∞ where q is 0 and p is not. logs, probs [..., K]. */
const ofOutcomes: Divergence = (p, q) => {
  const zeros = tf.zeros([...(broadcast(p.probs.shape, q.probs.shape) as number[])]);
  const counts = p.probs.add(zeros).greater(0);
  const kept = (logs: Tensor): Tensor => tf.where(counts, logs.add(zeros), 0);
  return p.probs.mul(kept(p.logs).sub(kept(q.logs))).sum(-1);
};

const ofNormals: Divergence = (p, q) => {
  const ratio = p.scale.div(q.scale);
  return ratio.square().add(p.loc.sub(q.loc).div(q.scale).square()).sub(1).mul(0.5).sub(ratio.log());
};

const ofGammas: Divergence = (p, q) => {
  const shapes = p.concentration.sub(q.concentration).mul(digamma(p.concentration));
  const constants = lgamma(q.concentration).sub(lgamma(p.concentration));
  const rates = q.concentration.mul(p.rate.log().sub(q.rate.log()));
  return shapes
    .add(constants)
    .add(rates)
    .add(p.concentration.mul(q.rate.sub(p.rate)).div(p.rate));
};

const ofDirichlets: Divergence = (p, q) => {
  const [a, b] = [p.concentration, q.concentration];
  const total = a.sum(-1, true);
  const means = digamma(a).sub(digamma(total));
  const each = a.sub(b).mul(means).sub(lgamma(a)).add(lgamma(b)).sum(-1);
  return each.add(lgamma(total.squeeze([-1]))).sub(lgamma(b.sum(-1)));
};

const ofLaplaces: Divergence = (p, q) => {
  const away = p.loc.sub(q.loc).abs();
  const inside = exp(away.div(p.scale).neg()).mul(p.scale);
  return q.scale.log().sub(p.scale.log()).add(away.add(inside).div(q.scale)).sub(1);
};

/** Chyzak & Nielsen 2019. */
const ofCauchys: Divergence = (p, q) => {
  const squares = p.scale.add(q.scale).square().add(p.loc.sub(q.loc).square());
  return squares.div(p.scale.mul(q.scale).mul(4)).log();
};

const ofGumbels: Divergence = (p, q) => {
  const ratio = p.scale.div(q.scale);
  const away = p.loc.sub(q.loc).div(q.scale);
  const tail = exp(lgamma(ratio.add(1)).sub(away));
  return tail.sub(1).add(away).add(ratio.sub(1).mul(eulerGamma)).sub(ratio.log());
};

/** Bauckhage 2013. */
const ofWeibulls: Divergence = (p, q) => {
  const [k, l] = [p.concentration, q.concentration];
  const logRatio = p.scale.log().sub(q.scale.log());
  const tail = exp(logRatio.mul(l).add(lgamma(l.div(k).add(1))));
  // log x has the mean log scale − γ / k.
  return k.log().sub(l.log()).sub(logRatio.mul(l)).add(l.div(k).sub(1).mul(eulerGamma)).add(tail).sub(1);
};

const ofUniforms: Divergence = (p, q) => {
  const inside = tf.logicalAnd(p.low.greaterEqual(q.low), p.high.lessEqual(q.high));
  return tf.where(inside, q.high.sub(q.low).div(p.high.sub(p.low)).log(), Number.POSITIVE_INFINITY);
};

const ofPoissons: Divergence = (p, q) => {
  const none = p.rate.equal(0);
  const logs = guarded(none.logicalNot(), p.rate, 1, (rate) => rate.mul(rate.log().sub(q.logRate)), 0);
  return logs.sub(p.rate).add(q.rate);
};

/** Over the tosses until the first success. */
const ofGeometrics: Divergence = (p, q) => ofOutcomes(p, q).div(p.success);

/** NaN where q counts more tosses than p: then there is no closed form. */
const ofBinomials: Divergence = (p, q) => {
  const apart = tf.where(p.total.greater(q.total), Number.POSITIVE_INFINITY, Number.NaN);
  return tf.where(p.total.equal(q.total), p.total.mul(ofOutcomes(p, q)), apart);
};

/** The divergence of each family. */
export const divergences: Readonly<Record<string, Divergence>> = {
  normal: ofNormals,
  lognormal: ofNormals,
  gamma: ofGammas,
  inverseGamma: ofGammas,
  beta: ofDirichlets,
  dirichlet: ofDirichlets,
  laplace: ofLaplaces,
  cauchy: ofCauchys,
  gumbel: ofGumbels,
  weibull: ofWeibulls,
  uniform: ofUniforms,
  bernoulli: ofOutcomes,
  categorical: ofOutcomes,
  binomial: ofBinomials,
  geometric: ofGeometrics,
  poisson: ofPoissons,
};
