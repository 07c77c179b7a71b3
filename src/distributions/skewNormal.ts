import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { split, normal as standardNormal } from "../ops/random.ts";
import { normalLogCdf } from "../ops/special.ts";
import { realLine } from "../transforms/real.ts";
import { momentDistribution } from "./continuous.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { positiveReals, reals } from "./parameters.ts";

const logHalfPi = Math.log(Math.PI / 2);

/** 1/√(1 + α²), which with α times itself is the share of the two normals in a draw. */
const shareOf = (alpha: Tensor): Tensor => alpha.square().add(1).rsqrt();

/**
 * Skew normal: density 2 φ(z) Φ(alpha · z) / scale with z = (x − loc) / scale (Azzalini 1985); normal at alpha 0, skewed to the
 * right where alpha is positive.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const skewNormal = (
  loc: TensorLike,
  scale: TensorLike,
  alpha: TensorLike,
  shape: Shape = [],
): Continuous & Moments =>
  momentDistribution(
    "skewNormal",
    { loc: [loc, reals], scale: [scale, positiveReals], alpha: [alpha, reals] },
    shape,
    () => realLine,
    {
      draw: (key, shape, { loc, scale, alpha }) => {
        const [one, other] = split(key, 2);
        const share = shareOf(alpha);
        const skewed = standardNormal(one, shape).abs().mul(alpha).add(standardNormal(other, shape));
        return skewed.mul(share).mul(scale).add(loc);
      },
      logDensity: (x, { loc, scale, alpha }) => {
        const z = x.sub(loc).div(scale);
        return z
          .square()
          .mul(-0.5)
          .add(normalLogCdf(z.mul(alpha)))
          .sub(scale.log())
          .sub(0.5 * logHalfPi);
      },
      mean: ({ loc, scale, alpha }) =>
        alpha
          .mul(shareOf(alpha))
          .mul(Math.sqrt(2 / Math.PI))
          .mul(scale)
          .add(loc),
      variance: ({ scale, alpha }) => {
        const delta = alpha.mul(shareOf(alpha));
        return delta
          .square()
          .mul(-2 / Math.PI)
          .add(1)
          .mul(scale.square());
      },
    },
  );
