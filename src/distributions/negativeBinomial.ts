import type { Shape, TensorLike } from "../core/tensor.ts";
import { split } from "../ops/random.ts";
import { poisson as drawPoisson, gamma as standardGamma } from "../ops/sampling.ts";
import { wholeNumbers } from "../transforms/discrete.ts";
import { binomialDensity } from "./binomial.ts";
import type { Distribution } from "./distribution.ts";
import { nonNegativeReals, positiveReals } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

/**
 * Counts with the given mean μ and concentration φ ("NB2"): a Poisson whose rate is gamma with mean μ and concentration φ. Its
 * variance is μ + μ²/φ, so that it nears the Poisson as φ grows.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const negativeBinomial = (mean: TensorLike, concentration: TensorLike, shape: Shape = []): Distribution =>
  scalarDistribution(
    "negativeBinomial",
    { mean: [mean, nonNegativeReals], concentration: [concentration, positiveReals] },
    shape,
    () => wholeNumbers,
    {
      draw: (key, shape, { mean, concentration }) => {
        const [forRate, forCount] = split(key, 2);
        const rate = standardGamma(forRate, concentration.broadcastTo([...shape]))
          .div(concentration)
          .mul(mean);
        return drawPoisson(forCount, rate);
      },
      logDensity: (x, { mean, concentration }) => {
        const both = mean.add(concentration);
        const asBinomial = binomialDensity(concentration, x, concentration.div(both), mean.div(both));
        return asBinomial.sub(x.div(concentration).log1p());
      },
      safe: 0,
    },
  );
