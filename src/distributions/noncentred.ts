import { fail } from "../core/check.ts";
import { range } from "../core/shape.ts";
import { asTensor, type Tensor } from "../core/tensor.ts";
import { cholesky, triangularSolve, whiten } from "../ops/linalg.ts";
import { exp } from "../ops/special.ts";
import { cauchy, halfCauchy } from "./cauchy.ts";
import type { Continuous, Coordinates, Distribution, Standardised } from "./distribution.ts";
import { exponential } from "./exponential.ts";
import { laplace } from "./laplace.ts";
import { halfNormal, normal } from "./normal.ts";
import { studentT } from "./studentT.ts";

/** A parameter as a tensor, made anew at each use: a plain number takes the precision in force there. */
const parameter = ({ parameters }: Distribution, name: string): Tensor => asTensor(parameters[name].value);

/** value = loc + scale · u. */
const movedAndScaled =
  (base: (of: Distribution) => Continuous) =>
  (of: Distribution): Standardised => ({
    base: base(of),
    forward: (u) => u.mul(parameter(of, "scale")).add(parameter(of, "loc")),
    inverse: (value) => value.sub(parameter(of, "loc")).div(parameter(of, "scale")),
  });

/** log value = loc + scale · u. */
const lognormalOf = (of: Distribution): Standardised => {
  const log = movedAndScaled(() => normal(0, 1))(of);
  return { base: log.base, forward: (u) => exp(log.forward(u)), inverse: (value) => log.inverse(value.log()) };
};

/** value = u / rate. */
const exponentialOf = (of: Distribution): Standardised => ({
  base: exponential(1),
  forward: (u) => u.div(parameter(of, "rate")),
  inverse: (value) => value.mul(parameter(of, "rate")),
});

/** L u of vectors u [..., n]. */
const times = (factor: Tensor, u: Tensor): Tensor => factor.mul(u.expandDims(-2)).sum(-1);

const transposed = (factor: Tensor): Tensor => {
  const last = factor.rank - 1;
  return factor.transpose([...range(last - 1), last, last - 1]);
};

/** L⁻ᵀ u. */
const solveTransposed = (factor: Tensor, u: Tensor): Tensor => {
  const batch = [...u.shape.slice(0, -1), ...factor.shape.slice(-2)];
  return triangularSolve(factor.broadcastTo(batch), u.expandDims(-1), { transpose: true }).squeeze([-1]);
};

/** value = loc + L u, with covariance L Lᵀ. */
const byFactor = (of: Distribution, factor: () => Tensor): Standardised => ({
  base: normal(0, 1),
  forward: (u) => times(factor(), u).add(parameter(of, "loc")),
  inverse: (value) => whiten(factor(), value.sub(parameter(of, "loc"))),
});

/** value = loc + L⁻ᵀ u, with inverse covariance L Lᵀ. */
const byPrecision = (of: Distribution): Standardised => {
  const factor = (): Tensor => cholesky(parameter(of, "precision"));
  return {
    base: normal(0, 1),
    forward: (u) => solveTransposed(factor(), u).add(parameter(of, "loc")),
    inverse: (value) => times(transposed(factor()), value.sub(parameter(of, "loc"))),
  };
};

const multivariateNormalOf = (of: Distribution): Standardised => {
  const { choleskyFactor, covariance, precision } = of.parameters;
  if (choleskyFactor) return byFactor(of, () => parameter(of, "choleskyFactor"));
  if (covariance) return byFactor(of, () => cholesky(parameter(of, "covariance")));
  if (precision) return byPrecision(of);
  return fail("noncentred: multivariateNormal must be given by a covariance, a precision or a Cholesky factor");
};

/** What each distribution is the image of. Those that say it themselves, by `standard`, need no row. */
const standards: Readonly<Record<string, (of: Distribution) => Standardised>> = {
  normal: movedAndScaled(() => normal(0, 1)),
  studentT: movedAndScaled((of) => studentT(of.parameters.df.value, 0, 1)),
  cauchy: movedAndScaled(() => cauchy(0, 1)),
  laplace: movedAndScaled(() => laplace(0, 1)),
  halfNormal: movedAndScaled(() => halfNormal(0, 1)),
  halfCauchy: movedAndScaled(() => halfCauchy(0, 1)),
  lognormal: lognormalOf,
  exponential: exponentialOf,
  multivariateNormal: multivariateNormalOf,
};

/** The names of the distributions that `noncentred` takes. */
export const noncentredNames: readonly string[] = Object.keys(standards);

const standardOf = (of: Continuous): Standardised => {
  if (of.standard) return of.standard;
  const { name } = of;
  if (!Object.hasOwn(standards, name))
    fail(
      `noncentred: ${name} is not another distribution moved and scaled by its parameters; write it without noncentred, or ` +
        `use one of ${noncentredNames.join(", ")}`,
    );
  return standards[name](of);
};

const coordinatesOf = ({ base, forward, inverse }: Standardised): Coordinates => ({
  rank: base.support.rank,
  forward: (z) => {
    const { value: u, logDet } = base.support.forward(z);
    return { value: forward(u), logProb: base.logProb(u), logDet };
  },
  inverse: (value) => base.support.inverse(inverse(value)).value,
  domain: base.support.domain,
});

/**
 * The same distribution, inferred in other coordinates: `latent("theta", ({ mu, tau }) => noncentred(normal(mu, tau)), ["J"])` has
 * free numbers z with a standard normal density, and theta = mu + tau · z. Draws are those of theta. It takes what is moved and
 * scaled by its parameters: normal, studentT, cauchy, laplace, halfNormal, halfCauchy, lognormal, exponential, and
 * multivariateNormal by the Cholesky factor of its covariance or precision. Papaspiliopoulos, Roberts & Sköld 2007.
 * @throws FluvialError naming the distribution where it is not of that kind.
 */
export const noncentred = (distribution: Continuous): Continuous => {
  const given: unknown = distribution;
  if (typeof given !== "object" || given === null || typeof (given as Continuous).logProb !== "function")
    fail(`noncentred: expected a distribution such as normal(mu, tau), got ${given === null ? "null" : typeof given}`);
  return { ...distribution, coordinates: coordinatesOf(standardOf(distribution)) };
};
