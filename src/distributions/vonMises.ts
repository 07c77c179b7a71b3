import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { besselGap, logBesselI0Scaled, vonMisesQuantile } from "../ops/bessel.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { circular } from "../transforms/circular.ts";
import { momentDistribution } from "./continuous.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { nonNegativeReals, reals } from "./parameters.ts";

/** An angle turned back into −π … π. */
const wrapped = (angle: Tensor): Tensor =>
  angle
    .sub(
      angle
        .div(2 * Math.PI)
        .round()
        .mul(2 * Math.PI),
    )
    .clipByValue(-Math.PI, Math.PI);

/**
 * Von Mises on angles from −π to π: density ∝ exp(concentration · cos(x − loc)); uniform at concentration 0. `mean` is the mean
 * direction, and `variance` the circular variance 1 − I₁/I₀ (Mardia & Jupp 2000, section 3.5.4). Draws move with the parameters
 * but for their jump at ±π.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const vonMises = (loc: TensorLike, concentration: TensorLike, shape: Shape = []): Continuous & Moments =>
  momentDistribution(
    "vonMises",
    { loc: [loc, reals], concentration: [concentration, nonNegativeReals] },
    shape,
    () => circular,
    {
      draw: (key, shape, { loc, concentration }) =>
        wrapped(vonMisesQuantile(standardUniform(key, shape), concentration).add(loc)),
      logDensity: (x, { loc, concentration }) => {
        const away = x.sub(loc).div(2).sin().square().mul(2).mul(concentration);
        return away
          .add(logBesselI0Scaled(concentration))
          .add(Math.log(2 * Math.PI))
          .neg();
      },
      safe: 0,
      mean: ({ loc }) => wrapped(loc),
      variance: ({ concentration }) => besselGap(concentration),
    },
  );
