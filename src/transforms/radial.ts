import type { Scalar, Tensor } from "../core/tensor.ts";
import { softplus } from "../ops/special.ts";
import type { Transform } from "./transform.ts";

/** centre [size]; reach and pull are scalars without bounds. */
export interface RadialParameters {
  readonly centre: Tensor;
  readonly reach: Scalar | Tensor;
  readonly pull: Scalar | Tensor;
}

/**
 * x + β (x − x₀)/(α + r), r = ‖x − x₀‖, x [..., size]; α = softplus(reach), β = softplus(pull + reach) − α > −α, which makes the map
 * invertible; pull = 0 is the identity. Rezende & Mohamed 2015, eq. 14 and appendix A.2.
 */
export const radialMap = ({ centre, reach, pull }: RadialParameters): Transform => ({
  rank: 1,
  forward: (x) => {
    const size = x.shape[x.shape.length - 1];
    const alpha = softplus(reach);
    const lift = softplus(pull.add(reach)); // α + β
    const away = x.sub(centre);
    const radius = away.square().sum(-1).add(1e-24).sqrt();
    const h = radius.add(alpha).reciprocal();
    const value = x.add(away.mul(h.mul(lift.sub(alpha)).expandDims(-1)));
    // 1 + βh and 1 + βh + βh′r as sums of positive terms: they stay above 0 where β rounds to −α.
    const across = radius.add(lift).mul(h);
    const along = radius.add(alpha.mul(2)).mul(radius).add(alpha.mul(lift)).mul(h.square());
    return {
      value,
      logDet: across
        .log()
        .mul(size - 1)
        .add(along.log()),
    };
  },
});
