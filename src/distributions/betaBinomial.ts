import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, stirlingGap } from "../ops/deviance.ts";
import { split } from "../ops/random.ts";
import { binomial as drawBinomial } from "../ops/sampling.ts";
import { wholeNumbersTo } from "../transforms/discrete.ts";
import { drawBeta } from "./beta.ts";
import { type At, cumulativeOfCounts, momentDistribution, parametersAt, summedTails } from "./counting.ts";
import type { Cumulative, Distribution, Moments } from "./distribution.ts";
import { counts, positiveReals } from "./parameters.ts";
import { largestOf } from "./plainNumbers.ts";
import { outcomes } from "./probabilities.ts";

/** log Γ(a) − a log a + a, for a > 0. */
const gammaGap = (a: Tensor): Tensor => stirlingGap(a).sub(a.log());

/**
 * log of n! / (x! y!) B(x + a, y + b) / B(a, b) with n = x + y, as deviances from the share (x + a) / (n + a + b) that prior and data
 * have together. After Loader 2000, "Fast and accurate computation of binomial probabilities".
 */
const density = (x: Tensor, y: Tensor, a: Tensor, b: Tensor): Tensor => {
  const [n, s] = [x.add(y), a.add(b)];
  const [ones, zeros, all] = [x.add(a), y.add(b), n.add(s)];
  const [p, q] = [ones.div(all), zeros.div(all)];
  const ways = stirlingGap(n).sub(stirlingGap(x)).sub(stirlingGap(y));
  const posterior = gammaGap(ones).add(gammaGap(zeros)).sub(gammaGap(all));
  const prior = gammaGap(a).add(gammaGap(b)).sub(gammaGap(s));
  const ofOnes = deviance(x, n.mul(p)).add(deviance(a, s.mul(p)));
  const ofZeros = deviance(y, n.mul(q)).add(deviance(b, s.mul(q)));
  return ways.add(posterior).sub(prior).sub(ofOnes).sub(ofZeros);
};

/** Log-probabilities of 0 … most along a new last axis. */
const table = ({ total, a, b }: At<"total" | "a" | "b">, most: number): Tensor => {
  const [n, ...shapes] = [total, a, b].map((each) => each.expandDims(-1));
  const x = outcomes(most + 1);
  const inside = x.lessEqual(n);
  const logs = density(tf.where(inside, x, 0), tf.where(inside, n.sub(x), n), shapes[0], shapes[1]);
  return tf.where(inside, logs, Number.NEGATIVE_INFINITY);
};

/** With cumulative functions where the number of outcomes is known. */
type Made<N extends TensorLike> = N extends Tensor ? Distribution & Moments : Distribution & Moments & Cumulative;

/**
 * The number of successes in `total` trials whose probability has a beta(a, b) distribution; mean total · a / (a + b). Its
 * cumulative functions are sums over the outcomes: where `total` is a tensor, their number is not known and they are left out.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const betaBinomial = <N extends TensorLike>(
  total: N,
  a: TensorLike,
  b: TensorLike,
  shape: Shape = [],
): Made<N> => {
  const made = momentDistribution(
    "betaBinomial",
    { total: [total, counts], a: [a, positiveReals], b: [b, positiveReals] },
    shape,
    () => wholeNumbersTo(total),
    {
      draw: (key, shape, { total, a, b }) => {
        const [forProbs, forCount] = split(key, 2);
        return drawBinomial(forCount, total.broadcastTo([...shape]), drawBeta(forProbs, shape, a, b));
      },
      logDensity: (x, { total, a, b }) => density(x, total.sub(x), a, b),
      safe: 0,
      mean: ({ total, a, b }) => total.mul(a.div(a.add(b))),
      variance: ({ total, a, b }) => {
        const s = a.add(b);
        return total
          .mul(a.div(s))
          .mul(b.div(s))
          .mul(s.add(total).div(s.add(1)));
      },
    },
  );
  const most = largestOf(total);
  if (most === undefined) return made as Made<N>;
  const logProbs = (): Tensor => table(parametersAt(made.parameters), most);
  return { ...made, ...cumulativeOfCounts(made.support, summedTails(logProbs)) } as unknown as Made<N>;
};
