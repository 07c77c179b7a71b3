import type { Scalar, Tensor } from "fluvial";
import { flat, model, normal, scan } from "fluvial";

/**
 * A generalised autoregression of the variance: s_t² = alpha0 + alpha1 (y_{t−1} − mu)² + beta1 s²_{t−1}, from a known first s. All four
 * parameters are flat within their bounds, of which that of beta1 depends on alpha1. posteriordb "garch-garch11".
 */
export default model("GARCH(1, 1)")
  .data("y", ["T"])
  .data("sigma1", [])
  .latent("mu", flat())
  .latent("alpha0", flat({ lower: 0 }))
  .latent("alpha1", flat({ lower: 0, upper: 1 }))
  .latent("beta1", ({ alpha1 }) => flat({ lower: 0, upper: alpha1.neg().add(1) }))
  .factor("likelihood", ({ y, sigma1, mu, alpha0, alpha1, beta1 }) => {
    const deviation = y.sub(mu);
    const past = deviation.square().slice([0], [y.shape[0] - 1]);
    const next = (variance: Scalar, squared: Scalar): readonly [Scalar, Tensor] => {
      const grown = alpha0.add(alpha1.mul(squared)).add(beta1.mul(variance)) as Scalar;
      return [grown, grown];
    };
    const first = sigma1.square() as Scalar;
    const [, rest] = scan(next, first, past as Scalar);
    return normal(0, first.reshape([1]).concat(rest).sqrt()).logProb(deviation);
  });
