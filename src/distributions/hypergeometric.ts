import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { uniform } from "../ops/random.ts";
import { drawFromMode } from "../ops/sampling/fromMode.ts";
import { exp } from "../ops/special.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { wholeNumbersBetween } from "../transforms/discrete.ts";
import { binomialDensity } from "./binomial.ts";
import { type At, cumulativeOfCounts, momentDistribution, parametersAt, summedTails } from "./counting.ts";
import type { Cumulative, Distribution, Moments } from "./distribution.ts";
import { counts, countsTo } from "./parameters.ts";
import { combined, largestOf } from "./plainNumbers.ts";
import { outcomes } from "./probabilities.ts";

type Numbers = At<"population" | "successes" | "draws">;

/**
 * log C(K, x) C(N − K, n − x) / C(N, n), as three binomial probabilities of the share n / N that is drawn.
 * Loader 2000, "Fast and accurate computation of binomial probabilities", section 4.
 */
const density = (x: Tensor, { population, successes, draws }: Numbers): Tensor => {
  const all = population.maximum(1);
  const [p, q] = [draws.div(all), all.sub(draws).div(all)];
  const others = population.sub(successes);
  const ofSuccesses = binomialDensity(x, successes.sub(x), p, q);
  const ofOthers = binomialDensity(draws.sub(x), others.sub(draws.sub(x)), p, q);
  return ofSuccesses.add(ofOthers).sub(binomialDensity(draws, population.sub(draws), p, q));
};

const leastOf = ({ population, successes, draws }: Numbers): Tensor => draws.add(successes).sub(population).relu();
const mostOf = ({ successes, draws }: Numbers): Tensor => successes.minimum(draws);

/** The number with the largest probability. */
const modeOf = (given: Numbers): Tensor => {
  const { population, successes, draws } = given;
  const mode = draws.add(1).mul(successes.add(1)).div(population.add(2)).floor();
  return stopGradient(mode.maximum(leastOf(given)).minimum(mostOf(given)));
};

/** The same, −∞ outside the support, where the formula sees the mode. */
const everywhere = (x: Tensor, given: Numbers): Tensor => {
  const inside = tf.logicalAnd(x.greaterEqual(leastOf(given)), x.lessEqual(mostOf(given)));
  return tf.where(inside, density(tf.where(inside, x, modeOf(given)), given), Number.NEGATIVE_INFINITY);
};

/** Log-probabilities of 0 … most along a new last axis; −∞ outside the support. */
const table = (given: Numbers, most: number): Tensor => {
  const each = Object.fromEntries(Object.entries(given).map(([name, x]) => [name, x.expandDims(-1)])) as Numbers;
  return everywhere(outcomes(most + 1), each);
};

/** Turns that no draw of plain numbers needs, and that no other is likely to. */
const turns = (draws: TensorLike, successes: TensorLike): number =>
  1 + Math.min(largestOf(draws) ?? 1e6, largestOf(successes) ?? 1e6);

const draw = (given: Numbers, u: Tensor, most: number): Tensor => {
  const { population, successes, draws } = Object.fromEntries(
    Object.entries(given).map(([name, x]) => [name, x.broadcastTo(u.shape)]),
  ) as Numbers;
  const spare = population.sub(successes).sub(draws);
  const mode = modeOf({ population, successes, draws });
  const ways = (k: Tensor): Tensor => successes.sub(k).mul(draws.sub(k));
  const others = (k: Tensor): Tensor => k.mul(spare.add(k));
  return drawFromMode(u, {
    mode,
    height: exp(density(mode, { population, successes, draws })),
    up: (k) => ways(k).div(others(k.add(1))),
    down: (k) => others(k).div(ways(k.sub(1))),
    most,
  });
};

/** With cumulative functions where the number of outcomes is known. */
type Made<K extends TensorLike, N extends TensorLike> = K | N extends Tensor
  ? Distribution & Moments
  : Distribution & Moments & Cumulative;

/**
 * The number of successes among `draws` taken without putting back from a `population` that has `successes` of them. Its cumulative
 * functions are sums over the outcomes: where `successes` and `draws` are both tensors, their number is not known and they are left out.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where plain numbers are no counts, or larger than the population.
 */
export const hypergeometric = <K extends TensorLike, N extends TensorLike>(
  population: TensorLike,
  successes: K,
  draws: N,
  shape: Shape = [],
): Made<K, N> => {
  const made = momentDistribution(
    "hypergeometric",
    {
      population: [population, counts],
      successes: [successes, countsTo(population)],
      draws: [draws, countsTo(population)],
    },
    shape,
    () => {
      const least = combined(
        (n, k, all) => Math.max(0, n + k - all),
        (n, k, all) => n.add(k).sub(all).relu(),
        ...[draws, successes, population],
      );
      const most = combined(Math.min, (n, k) => n.minimum(k), draws, successes);
      return wholeNumbersBetween(least, most);
    },
    {
      draw: (key, shape, given) => draw(given, uniform(key, shape), turns(draws, successes)),
      logDensity: everywhere,
      safe: 0,
      mean: ({ population, successes, draws }) => draws.mul(successes).div(population.maximum(1)),
      variance: ({ population, successes, draws }) => {
        const [all, others] = [population.maximum(1), population.sub(1).maximum(1)];
        const spread = draws.mul(successes.div(all)).mul(population.sub(successes).div(all));
        return spread.mul(population.sub(draws).div(others));
      },
    },
  );
  const known = [largestOf(successes), largestOf(draws)].filter((x) => x !== undefined);
  if (known.length === 0) return made as Made<K, N>;
  const logProbs = (): Tensor => table(parametersAt(made.parameters), Math.min(...known));
  return { ...made, ...cumulativeOfCounts(made.support, summedTails(logProbs)) } as unknown as Made<K, N>;
};
