import type { Key } from "../core/key.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { log1pSquare } from "../ops/log1pSquare.ts";
import { split, normal as standardNormal } from "../ops/random.ts";
import { lower } from "../transforms/bounds.ts";
import { realLine } from "../transforms/real.ts";
import type { Continuous } from "./distribution.ts";
import { positiveReals, reals } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

/** A ratio of normals: its tails are not cut off by the width of a uniform. */
const standardCauchy = (key: Key, shape: Shape): Tensor => {
  const [over, under] = split(key, 2);
  return standardNormal(over, shape).div(standardNormal(under, shape));
};

/**
 * Cauchy with median `loc` and half-width `scale`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const cauchy = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution("cauchy", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => realLine, {
    draw: (key, shape, { loc, scale }) => standardCauchy(key, shape).mul(scale).add(loc),
    logDensity: (x, { loc, scale }) => log1pSquare(x.sub(loc).div(scale)).neg().sub(scale.log()).sub(Math.log(Math.PI)),
  });

/**
 * The upper half of a Cauchy. `loc` is its lower bound, and its mode: halfCauchy(0, 5) has median 5.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const halfCauchy = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution("halfCauchy", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => lower(loc), {
    draw: (key, shape, { loc, scale }) => standardCauchy(key, shape).abs().mul(scale).add(loc),
    logDensity: (x, { loc, scale }) =>
      log1pSquare(x.sub(loc).div(scale))
        .neg()
        .sub(scale.log())
        .add(Math.log(2 / Math.PI)),
    safe: 1,
  });
