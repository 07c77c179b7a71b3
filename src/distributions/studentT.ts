import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { stirlingGap } from "../ops/deviance.ts";
import { log1pSquare } from "../ops/log1pSquare.ts";
import { split, normal as standardNormal } from "../ops/random.ts";
import { gamma as standardGamma } from "../ops/sampling.ts";
import { realLine } from "../transforms/real.ts";
import type { Continuous } from "./distribution.ts";
import { positiveReals, reals } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

/** log Γ((ν + 1)/2) − log Γ(ν/2) − ½ log νπ, with what cancels for large ν taken out. */
const logNormaliser = (df: Tensor): Tensor =>
  stirlingGap(df.add(1).div(2))
    .sub(stirlingGap(df.div(2)))
    .add(df.sub(1).div(2).mul(df.reciprocal().log1p()))
    .sub(0.5 * (1 + Math.log(2 * Math.PI)));

/**
 * Student's t with `df` degrees of freedom, moved to `loc` and scaled by `scale` (its standard deviation only as df grows).
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const studentT = (df: TensorLike, loc: TensorLike, scale: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution(
    "studentT",
    { df: [df, positiveReals], loc: [loc, reals], scale: [scale, positiveReals] },
    shape,
    () => realLine,
    {
      draw: (key, shape, { df, loc, scale }) => {
        const [above, below] = split(key, 2);
        const half = df.div(2).broadcastTo([...shape]);
        const spread = half.div(standardGamma(below, half)).sqrt();
        return standardNormal(above, shape).mul(spread).mul(scale).add(loc);
      },
      logDensity: (x, { df, loc, scale }) => {
        const tail = log1pSquare(x.sub(loc).div(scale).div(df.sqrt()));
        return logNormaliser(df).sub(scale.log()).sub(df.add(1).div(2).mul(tail));
      },
    },
  );
