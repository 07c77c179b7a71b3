import { bernoulliLogits, hostKey, model, normal } from "fluvial";
import * as tf from "#tfjs";
import { hostUniforms } from "../src/core/key.ts";
import { normalQuantile } from "../src/core/special/normal.ts";

/** Logistic regression of 5,000 rows on 20 columns, all standard normal, simulated from a fixed key. */
export const logistic = model("logistic-5000x20")
  .data("X", ["N", "D"])
  .latent("beta", normal(0, 1), ["D"])
  .observe("y", ({ X, beta }) => bernoulliLogits(tf.dot(X as tf.Tensor2D, beta as tf.Tensor1D)), ["N"]);

/** X ~ normal(0, 1); beta ~ normal(0, ½); y ~ bernoulli(logit⁻¹(X beta)). */
export const logisticData = (rows = 5_000, columns = 20) => {
  const next = hostUniforms(hostKey(20240607));
  const x = Float64Array.from({ length: rows * columns }, () => normalQuantile(next()));
  const beta = Float64Array.from({ length: columns }, () => 0.5 * normalQuantile(next()));
  const y = Float64Array.from({ length: rows }, (_, i) => {
    let eta = 0;
    for (let j = 0; j < columns; j++) eta += x[i * columns + j] * beta[j];
    return next() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
  });
  return { X: { values: x, shape: [rows, columns] }, y };
};
