import * as tf from "#tfjs";
import { fail, showAny } from "../core/check.ts";
import { broadcast, showShape } from "../core/shape.ts";
import { asTensor, type Tensor } from "../core/tensor.ts";
import { logNormalised } from "../ops/logMix.ts";
import { exp, sigmoid, softplus } from "../ops/special.ts";
import type { Distribution } from "./distribution.ts";
import { divergences, type Numbers } from "./divergence.ts";
import { asReal } from "./parameters.ts";
import { logOf } from "./probabilities.ts";
import { givenSquareSpread, type Root, type SquareSpread } from "./spread.ts";

/** The family that a distribution belongs to, and its parameters as that has them. */
interface Member {
  readonly family: string;
  readonly numbers: (given: Numbers) => Numbers;
}

const asItIs = (family: string): Member => ({ family, numbers: (given) => given });

/** Two outcomes, 0 and 1. */
const coin = (no: Tensor, yes: Tensor, logNo: Tensor, logYes: Tensor): Numbers => ({
  probs: tf.stack([no, yes], -1),
  logs: tf.stack([logNo, logYes], -1),
});

const byProbability = (p: Tensor): Numbers => {
  const log = (x: Tensor): Tensor => logOf({ scale: "probs", values: x });
  return coin(tf.sub(1, p), p, log(tf.sub(1, p)), log(p));
};

const byLogOdds = (logits: Tensor): Numbers =>
  coin(sigmoid(logits.neg()), sigmoid(logits), softplus(logits).neg(), softplus(logits.neg()).neg());

const tosses =
  (coinOf: (given: Numbers) => Numbers) =>
  (given: Numbers): Numbers => ({ ...coinOf(given), total: given.total });

/** Every distribution that a divergence in closed form is known for. */
const members: Readonly<Record<string, Member>> = {
  normal: asItIs("normal"),
  lognormal: asItIs("lognormal"),
  gamma: asItIs("gamma"),
  exponential: { family: "gamma", numbers: ({ rate }) => ({ concentration: tf.onesLike(rate), rate }) },
  chiSquared: {
    family: "gamma",
    numbers: ({ df }) => ({ concentration: df.div(2), rate: tf.onesLike(df).div(2) }),
  },
  inverseGamma: {
    family: "inverseGamma",
    numbers: ({ concentration, scale }) => ({ concentration, rate: scale }),
  },
  beta: {
    family: "beta",
    numbers: ({ a, b }) => {
      const zeros = tf.zerosLike(a).add(tf.zerosLike(b));
      return { concentration: tf.stack([a.add(zeros), b.add(zeros)], -1) };
    },
  },
  dirichlet: asItIs("dirichlet"),
  laplace: asItIs("laplace"),
  cauchy: asItIs("cauchy"),
  gumbel: asItIs("gumbel"),
  weibull: asItIs("weibull"),
  uniform: asItIs("uniform"),
  bernoulli: { family: "bernoulli", numbers: ({ probs }) => byProbability(probs) },
  bernoulliLogits: { family: "bernoulli", numbers: ({ logits }) => byLogOdds(logits) },
  categorical: {
    family: "categorical",
    numbers: ({ probs }) => ({ probs, logs: logOf({ scale: "probs", values: probs }) }),
  },
  categoricalLogits: {
    family: "categorical",
    numbers: ({ logits }) => ({ probs: exp(logNormalised(logits)), logs: logNormalised(logits) }),
  },
  binomial: { family: "binomial", numbers: tosses(({ probs }) => byProbability(probs)) },
  binomialLogits: { family: "binomial", numbers: tosses(({ logits }) => byLogOdds(logits)) },
  geometric: { family: "geometric", numbers: ({ probs }) => ({ ...byProbability(probs), success: probs }) },
  poisson: {
    family: "poisson",
    numbers: ({ rate }) => ({ rate, logRate: logOf({ scale: "probs", values: rate }) }),
  },
  poissonLog: { family: "poisson", numbers: ({ logRate }) => ({ rate: exp(logRate), logRate }) },
};

const parametersOf = ({ parameters }: Distribution): Numbers =>
  Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, asReal(asTensor(value))]));

const transpose = (a: Tensor): Tensor => a.transpose([...a.shape.keys()].slice(0, -2).concat([a.rank - 1, a.rank - 2]));

/** A normal vector's covariance by its root; one of low rank is written out. */
const rootOf = ({ parameters }: Distribution): Root => {
  const { loc: _, ...spread } = Object.fromEntries(
    Object.entries(parameters).map(([name, { value }]) => [name, asReal(asTensor(value))]),
  );
  const { factor, diagonal } = spread;
  const dense = factor && {
    covariance: tf
      .matMul(factor, transpose(factor))
      .add(diagonal.expandDims(-1).mul(tf.eye(diagonal.shape[diagonal.rank - 1]))),
  };
  const square = dense ?? spread;
  return givenSquareSpread("klDivergence", square as SquareSpread).from(square);
};

/** ½ (tr Σ_q⁻¹ Σ_p + (m_p − m_q)ᵀ Σ_q⁻¹ (m_p − m_q) − n − log |Σ_p| + log |Σ_q|). */
const ofVectors = (p: Distribution, q: Distribution): Tensor => {
  const n = p.shape[p.shape.length - 1];
  const [own, other] = [p, q].map(rootOf);
  const [from, to] = [p, q].map((each) => asReal(asTensor(each.parameters.loc.value)));
  const columns = own.colour(tf.eye(n).reshape([n, ...p.shape.slice(0, -1).map(() => 1), n]));
  const trace = other.whiten(columns).square().sum(-1).sum(0);
  const away = other.whiten(from.sub(to).broadcastTo([...(broadcast(p.shape, q.shape) as number[])]));
  return trace.add(away.square().sum(-1)).sub(n).sub(own.logDet()).add(other.logDet()).mul(0.5);
};

const familyOf = ({ name }: Distribution): string | undefined =>
  name === "multivariateNormal" ? name : Object.hasOwn(members, name) ? members[name].family : undefined;

/** Copies made independent along the leading axes keep one divergence each. */
const spreadOver = (divergence: Tensor, p: Distribution, q: Distribution): Tensor => {
  const [mine, its] = [p, q].map(({ shape, rank }) => shape.slice(0, shape.length - rank));
  return divergence.broadcastTo([...(broadcast(mine, its) as number[])]);
};

const checkShapes = (p: Distribution, q: Distribution): void => {
  const [mine, its] = [p, q].map(({ shape, rank }) => shape.slice(shape.length - rank));
  if (!broadcast(p.shape, q.shape) || mine.some((n, i) => n !== its[i]))
    fail(
      `klDivergence: ${p.name} of shape ${showShape(p.shape)} does not fit ${q.name} of shape ${showShape(q.shape)}`,
    );
};

/**
 * KL(p‖q) = E_p[log p − log q] in nats, in closed form: [...batch], one for each independent element, with gradients in all parameters.
 * Both must be of one family: normal; lognormal; gamma, exponential, chiSquared; inverseGamma; beta; dirichlet; laplace; cauchy; gumbel;
 * weibull; uniform; bernoulli and categorical by probabilities or logits; binomial with equal totals; geometric; poisson by rate or its
 * logarithm; multivariateNormal by any form of its spread. ∞ where p has mass that q has not.
 * @throws FluvialError where there is no closed form, or the shapes do not fit.
 */
export const klDivergence = (p: Distribution, q: Distribution): Tensor => {
  for (const each of [p, q] as unknown[])
    if (typeof (each as Partial<Distribution> | null)?.logProb !== "function")
      fail(`klDivergence: expected two distributions such as normal(0, 1), got ${showAny(each)}`);
  const [mine, its] = [p, q].map(familyOf);
  if (mine === undefined || mine !== its)
    return fail(
      `klDivergence: there is no closed form for ${p.name} from ${q.name}; take the mean of p.logProb(x) − q.logProb(x) over draws x of p`,
    );
  checkShapes(p, q);
  if (mine === "multivariateNormal") return spreadOver(ofVectors(p, q), p, q);
  const [ofP, ofQ] = [p, q].map((each) => members[each.name].numbers(parametersOf(each)));
  return spreadOver(divergences[mine](ofP, ofQ), p, q);
};
