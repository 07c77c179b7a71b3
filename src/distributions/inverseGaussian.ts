import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { logAddExp, logDiffExp } from "../ops/logExp.ts";
import { split, normal as standardNormal, uniform as standardUniform } from "../ops/random.ts";
import { inverseMills, log1mexp, normalLogCdf } from "../ops/special.ts";
import { positive } from "../transforms/bounds.ts";
import { continuousDistribution, type Known } from "./continuous.ts";
import { guarded } from "./guarded.ts";
import { implicitly } from "./implicit.ts";
import { positiveReals } from "./parameters.ts";

interface At {
  readonly mean: Tensor;
  readonly concentration: Tensor;
}

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

const densityOf = (x: Tensor, { mean, concentration }: At): Tensor => {
  const away = x.sub(mean).div(mean).square().mul(concentration).div(x);
  return concentration.log().sub(x.log().mul(3)).sub(away).div(2).sub(halfLog2Pi);
};

/** √(λ/x) (x/μ ∓ 1), and log(e^(2λ/μ) Φ(−second)) by the density at the first, which both share. */
const parts = (x: Tensor, { mean, concentration }: At): { readonly z: Tensor; readonly logMirror: Tensor } => {
  const size = concentration.div(x).sqrt();
  const z = x.sub(mean).div(mean).mul(size);
  const mirror = x.add(mean).div(mean).mul(size).neg();
  return { z, logMirror: z.square().mul(-0.5).sub(halfLog2Pi).sub(inverseMills(mirror).log()) };
};

/** Chhikara & Folks 1974: F = Φ(z) + e^(2λ/μ) Φ(mirror), each tail from what does not cancel there. */
const logCdf = (x: Tensor, at: At): Tensor => {
  const { z, logMirror } = parts(x, at);
  return logAddExp(normalLogCdf(z), logMirror);
};
const logSurvival = (x: Tensor, at: At): Tensor => {
  const { z, logMirror } = parts(x, at);
  return logDiffExp(normalLogCdf(z.neg()), logMirror);
};

/** The roots x and μ²/x that share one χ², chosen between by their probabilities: Michael, Schucany & Haas 1976. */
const draw = (key: Key, shape: Shape, { mean, concentration }: At): Tensor => {
  const [one, other] = split(key, 2);
  const y = standardNormal(one, shape).square().mul(mean.div(concentration)).div(2);
  const root = y.add(1).add(y.mul(2).add(y.square()).sqrt()).reciprocal();
  const first = standardUniform(other, shape).mul(root.add(1)).lessEqual(1);
  return tf.where(first, root, root.reciprocal()).mul(mean);
};

/**
 * Inverse Gaussian (Wald): the time at which a drifting Brownian motion first reaches a level. Its variance is mean³ / concentration.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const inverseGaussian = (mean: TensorLike, concentration: TensorLike, shape: Shape = []): Known =>
  continuousDistribution(
    "inverseGaussian",
    { mean: [mean, positiveReals], concentration: [concentration, positiveReals] },
    shape,
    () => positive,
    {
      draw: (key, shape, at) =>
        implicitly(draw(key, shape, at), {
          logProb: (x) => densityOf(x, at),
          logCdf: (x) => logCdf(x, at),
          logSurvival: (x) => logSurvival(x, at),
        }),
      logDensity: (x, at) => guarded(x.greater(0), x, 1, (inside) => densityOf(inside, at), Number.NEGATIVE_INFINITY),
      safe: 1,
      mean: ({ mean }) => mean,
      variance: ({ mean, concentration }) => mean.square().mul(mean).div(concentration),
      logCdf: (x, at) => {
        const low = x.less(at.mean);
        const upper = logSurvival(tf.where(low, at.mean.mul(2), x), at);
        return tf.where(low, logCdf(tf.where(low, x, at.mean), at), log1mexp(upper));
      },
      logSurvival: (x, at) => {
        const low = x.less(at.mean);
        const lower = logCdf(tf.where(low, x, at.mean), at);
        return tf.where(low, log1mexp(lower), logSurvival(tf.where(low, at.mean.mul(2), x), at));
      },
    },
  );
