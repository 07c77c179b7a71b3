/** Distributions of extremes: of the smallest and of the largest of many. */
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { exp, lgamma } from "../ops/special.ts";
import { positive } from "../transforms/bounds.ts";
import { realLine } from "../transforms/real.ts";
import { type Invertible, invertibleDistribution, logOneLessExp, whereAbove } from "./continuous.ts";
import { atEdge, guarded, outsideSupport } from "./guarded.ts";
import { positiveReals, reals } from "./parameters.ts";

const eulerGamma = 0.5772156649015329;

/** log(−log p), and log(−log(1 − p)). */
const logOfLog = (p: Tensor): Tensor => p.log().neg().log();
const logOfLogRest = (p: Tensor): Tensor => p.neg().log1p().neg().log();

/** Γ(1 + 2u) − Γ(1 + u)². */
const gammaSpread = (u: Tensor): Tensor => {
  const first = lgamma(u.add(1)).mul(2);
  return exp(first).mul(lgamma(u.mul(2).add(1)).sub(first).expm1());
};

/**
 * Weibull: P(X > x) = exp(−(x / scale)^concentration).
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const weibull = (concentration: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution(
    "weibull",
    { concentration: [concentration, positiveReals], scale: [scale, positiveReals] },
    shape,
    () => positive,
    {
      draw: (key, shape, { concentration, scale }) =>
        exp(logOfLog(standardUniform(key, shape)).div(concentration)).mul(scale),
      logDensity: (x, { concentration, scale }) => {
        const density = (inside: Tensor): Tensor => {
          const power = inside.log().sub(scale.log()).mul(concentration);
          return concentration.log().sub(inside.log()).add(power).sub(exp(power));
        };
        const edge = atEdge(concentration, concentration.log().sub(concentration.mul(scale.log())));
        return guarded(x.greater(0), x, 1, density, edge);
      },
      safe: 1,
      mean: ({ concentration, scale }) => exp(lgamma(concentration.reciprocal().add(1))).mul(scale),
      variance: ({ concentration, scale }) => gammaSpread(concentration.reciprocal()).mul(scale.square()),
      logCdf: (x, { concentration, scale }) => logOneLessExp(x.log().sub(scale.log()).mul(concentration)),
      logSurvival: (x, { concentration, scale }) => exp(x.log().sub(scale.log()).mul(concentration)).neg(),
      quantile: (p, { concentration, scale }) => exp(logOfLogRest(p).div(concentration)).mul(scale),
    },
  );

/**
 * Fréchet, the reciprocal of a Weibull: P(X ≤ x) = exp(−(x / scale)^−concentration).
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const frechet = (concentration: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution(
    "frechet",
    { concentration: [concentration, positiveReals], scale: [scale, positiveReals] },
    shape,
    () => positive,
    {
      draw: (key, shape, { concentration, scale }) =>
        exp(logOfLog(standardUniform(key, shape)).div(concentration).neg()).mul(scale),
      logDensity: (x, { concentration, scale }) => {
        const density = (inside: Tensor): Tensor => {
          const power = scale.log().sub(inside.log()).mul(concentration);
          return concentration.log().sub(inside.log()).add(power).sub(exp(power));
        };
        return guarded(x.greater(0), x, 1, density, Number.NEGATIVE_INFINITY);
      },
      safe: 1,
      mean: ({ concentration, scale }) =>
        whereAbove(
          concentration,
          1,
          (a) => exp(lgamma(a.reciprocal().neg().add(1))).mul(scale),
          Number.POSITIVE_INFINITY,
        ),
      variance: ({ concentration, scale }) =>
        whereAbove(
          concentration,
          2,
          (a) => gammaSpread(a.reciprocal().neg()).mul(scale.square()),
          Number.POSITIVE_INFINITY,
        ),
      logCdf: (x, { concentration, scale }) => exp(scale.log().sub(x.log()).mul(concentration)).neg(),
      logSurvival: (x, { concentration, scale }) => logOneLessExp(scale.log().sub(x.log()).mul(concentration)),
      quantile: (p, { concentration, scale }) => exp(logOfLog(p).div(concentration).neg()).mul(scale),
    },
  );

/**
 * Gumbel of the largest: P(X ≤ x) = exp(−exp(−(x − loc) / scale)). `loc` is its mode.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const gumbel = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("gumbel", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => realLine, {
    draw: (key, shape, { loc, scale }) => loc.sub(logOfLog(standardUniform(key, shape)).mul(scale)),
    logDensity: (x, { loc, scale }) => {
      const z = x.sub(loc).div(scale);
      const density = (at: Tensor): Tensor => at.add(exp(at.neg())).neg();
      return guarded(z.greater(Number.NEGATIVE_INFINITY), z, 0, density, outsideSupport(z)).sub(scale.log());
    },
    mean: ({ loc, scale }) => scale.mul(eulerGamma).add(loc),
    variance: ({ scale }) => scale.square().mul(Math.PI ** 2 / 6),
    logCdf: (x, { loc, scale }) => exp(loc.sub(x).div(scale)).neg(),
    logSurvival: (x, { loc, scale }) => logOneLessExp(loc.sub(x).div(scale)),
    quantile: (p, { loc, scale }) => loc.sub(logOfLog(p).mul(scale)),
  });
