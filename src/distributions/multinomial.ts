import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import { range } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, stirlingGap } from "../ops/deviance.ts";
import { split, splitMany } from "../ops/random.ts";
import { binomial as drawBinomial, logGamma } from "../ops/sampling.ts";
import { scan } from "../ops/scan.ts";
import { exp, logBeta } from "../ops/special.ts";
import { wholeVectors } from "../transforms/wholeVectors.ts";
import { positiveVector, vectorShape } from "./dirichlet.ts";
import type { Distribution, Moments } from "./distribution.ts";
import { outsideSupport } from "./guarded.ts";
import { asReal, counts, given, type ParameterSet, realVector, shapeOf } from "./parameters.ts";
import { checkSums, probabilities } from "./probabilities.ts";

/** The last axis first. */
const lastFirst = (x: Tensor): Tensor => x.transpose([x.rank - 1, ...range(x.rank - 1)]);
const firstLast = (x: Tensor): Tensor => x.transpose([...range(x.rank).slice(1), 0]);

/**
 * How many of `total` trials fall on each of K outcomes: one outcome after the other, a binomial number of those that are left.
 * total [...], probs [..., K] of the same leading axes → [..., K].
 */
const drawCounts = (key: Key, total: Tensor, probs: Tensor): Tensor => {
  const last = probs.rank - 1;
  const rest = probs.cumsum(last, false, true);
  const share = tf.where(rest.greater(0), probs.div(tf.where(rest.greater(0), rest, 1)), 0).clipByValue(0, 1);
  const turn = (left: Tensor, { key, share }: { key: Tensor; share: Tensor }): readonly [Tensor, Tensor] => {
    const taken = drawBinomial(key as Key, left, share);
    return [left.sub(taken), taken];
  };
  const [, taken] = scan(turn, total, { key: splitMany(key, probs.shape[last]), share: lastFirst(share) });
  return firstLast(taken);
};

interface Kind {
  readonly name: string;
  readonly parameter: string;
  readonly set: ParameterSet;
  /** Counts of total trials; parameter [...shape, K]. */
  draw(key: Key, total: Tensor, parameter: Tensor): Tensor;
  /** x [..., K] and its total [...] in the support. */
  logDensity(x: Tensor, total: Tensor, parameter: Tensor): Tensor;
  /** Mean and variance of the counts of one trial, and what the variance of all trials is beside that of one, times their number. */
  moments(parameter: Tensor, total: Tensor): { readonly share: Tensor; readonly spread: Tensor };
}

const countsOf = (kind: Kind, total: TensorLike, value: TensorLike, shape: Shape): Distribution & Moments => {
  const { at, parameters } = given(kind.name, {
    total: [total, counts],
    [kind.parameter]: [value, kind.set],
  } as Record<string, readonly [TensorLike, ParameterSet]>);
  const full = vectorShape(kind.name, shape, shapeOf(value), [shapeOf(total)], 1);
  const support = wholeVectors(total);
  const moments = (): { readonly share: Tensor; readonly spread: Tensor; readonly count: Tensor } => {
    const known = at();
    const count = known.total.expandDims(-1);
    return { ...kind.moments(known[kind.parameter], count), count };
  };
  return {
    name: kind.name,
    rank: 1,
    shape: full,
    support,
    parameters,
    sample: (key, batch = []) => {
      const known = at();
      const wide = [...batch, ...full];
      return kind.draw(key, known.total.broadcastTo(wide.slice(0, -1)), known[kind.parameter].broadcastTo(wide));
    },
    logProb: (value) => {
      const x = asReal(value);
      const known = at();
      const inside = support.contains(x);
      const safe = tf.where(inside.expandDims(-1), x, tf.zerosLike(x));
      const density = kind.logDensity(safe, safe.sum(-1), known[kind.parameter]);
      return tf.where(inside, density, outsideSupport(x.max(-1)));
    },
    mean: () => {
      const { share, count } = moments();
      return share.mul(count).broadcastTo([...full]);
    },
    variance: () => {
      const { share, spread, count } = moments();
      return share
        .mul(tf.sub(1, share))
        .mul(count)
        .mul(spread)
        .broadcastTo([...full]);
    },
  };
};

/** log n! − Σ log x! + Σ x log p, with Σ x = n and Σ p = 1, by deviances. Loader 2000. */
const logMultinomial = (x: Tensor, total: Tensor, probs: Tensor): Tensor => {
  const away = deviance(x, total.expandDims(-1).mul(probs)).add(stirlingGap(x));
  return stirlingGap(total).sub(away.sum(-1));
};

const one = (share: Tensor): { readonly share: Tensor; readonly spread: Tensor } => ({ share, spread: tf.scalar(1) });

/**
 * How many of `total` trials fall on each of K outcomes with probabilities `probs`: vectors [..., K] of whole numbers that sum to
 * `total`.
 * @param total [...], whole numbers. @param probs [..., K].
 * @param shape the shape [..., K] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where plain numbers are no probabilities, or shapes do not fit.
 */
export const multinomial = (total: TensorLike, probs: TensorLike, shape: Shape = []): Distribution & Moments => {
  const made = countsOf(
    {
      name: "multinomial",
      parameter: "probs",
      set: probabilities,
      draw: drawCounts,
      logDensity: logMultinomial,
      moments: one,
    },
    total,
    probs,
    shape,
  );
  checkSums("multinomial: probs", probs);
  return made;
};

const softmax = (logits: Tensor): Tensor => {
  const weights = exp(logits.sub(logits.max(-1, true)));
  return weights.div(weights.sum(-1, true));
};

/**
 * The same with probabilities ∝ exp of the last axis of `logits` [..., K].
 * @param shape the shape [..., K] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where shapes do not fit.
 */
export const multinomialLogits = (total: TensorLike, logits: TensorLike, shape: Shape = []): Distribution & Moments =>
  countsOf(
    {
      name: "multinomialLogits",
      parameter: "logits",
      set: realVector,
      draw: (key, count, given) => drawCounts(key, count, softmax(given)),
      logDensity: (x, count, given) => {
        const below = given.sub(given.max(-1, true));
        const logs = below.sub(exp(below).sum(-1, true).log());
        const seen = x.greater(0);
        // Of x log (n p / x), the logarithm of p apart: p itself may be too small for a number.
        const share = x.div(tf.where(seen, count.expandDims(-1), tf.onesLike(x)));
        const information = tf.where(seen, x.mul(logs.sub(tf.where(seen, share, tf.onesLike(share)).log())), 0);
        return stirlingGap(count).sub(stirlingGap(x).sum(-1)).add(information.sum(-1));
      },
      moments: (given) => one(softmax(given)),
    },
    total,
    logits,
    shape,
  );

/** n B(A, n) / Π x B(a, x) over the outcomes that were seen, in logs; 0 for no trials. */
const logDirichletMultinomial = (x: Tensor, total: Tensor, a: Tensor): Tensor => {
  const term = (count: Tensor, concentration: Tensor): Tensor => {
    const seen = count.greater(0);
    const safe = tf.where(seen, count, tf.onesLike(count));
    return tf.where(seen, logBeta(concentration, safe).add(safe.log()), 0);
  };
  return term(total, a.sum(-1)).sub(term(x, a).sum(-1));
};

/**
 * A multinomial whose probabilities are Dirichlet: counts [..., K] that sum to `total`, more scattered than the multinomial's.
 * @param total [...], whole numbers. @param concentration [..., K], positive.
 * @param shape the shape [..., K] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where shapes do not fit.
 */
export const dirichletMultinomial = (
  total: TensorLike,
  concentration: TensorLike,
  shape: Shape = [],
): Distribution & Moments =>
  countsOf(
    {
      name: "dirichletMultinomial",
      parameter: "concentration",
      set: positiveVector,
      draw: (key, count, a) => {
        const [forProbs, forCounts] = split(key, 2);
        return drawCounts(forCounts, count, softmax(logGamma(forProbs, a)));
      },
      logDensity: logDirichletMultinomial,
      moments: (a, count) => {
        const sum = a.sum(-1, true);
        return { share: a.div(sum), spread: count.add(sum).div(sum.add(1)) };
      },
    },
    total,
    concentration,
    shape,
  );
