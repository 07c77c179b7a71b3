import type { Tensor } from "fluvial";
import { halfCauchy, logJoint, normal, positive, real } from "fluvial";

const order = 5;

/** Σ_k beta_k y_{t−k} for t from order + 1. */
const predicted = (y: Tensor, beta: Tensor): Tensor => {
  const rows = y.shape[0] - order;
  return beta
    .unstack()
    .map((weight, k) => y.slice([order - 1 - k], [rows]).mul(weight))
    .reduce((sum, term) => sum.add(term));
};

/** An autoregression of order 5, given the first five values. posteriordb "arK-arK". */
export default logJoint(
  { name: "AR(5)", data: { y: ["T"] }, latent: { alpha: real(), beta: real([order]), sigma: positive() } },
  ({ alpha, beta, sigma }, { y }) => ({
    prior: normal(0, 10).logProb(alpha).add(normal(0, 10).logProb(beta).sum()).add(halfCauchy(0, 2.5).logProb(sigma)),
    likelihood: normal(predicted(y, beta).add(alpha), sigma).logProb(y.slice([order], [y.shape[0] - order])),
  }),
);
