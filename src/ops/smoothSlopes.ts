import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";

type Slope = (dy: Tensor, x: Tensor, attributes: { readonly dim?: number }) => Tensor;

/** s (dy − Σ dy s) over the axis. */
const softmaxSlope: Slope = (dy, x, { dim = -1 }) => {
  const s = tf.softmax(x, dim);
  const weighted = dy.mul(s);
  return weighted.sub(weighted.sum(dim, true).mul(s));
};

/**
 * Slopes of tfjs's kernels as formulas over their inputs. Its own reuse the saved output, which its tape takes for a constant: second
 * derivatives come out wrong, and silently.
 */
const slopes: Readonly<Record<string, { readonly input: string; readonly slope: Slope }>> = {
  Exp: { input: "x", slope: (dy, x) => dy.mul(x.exp()) },
  Sigmoid: { input: "x", slope: (dy, x) => dy.mul(x.sigmoid()).mul(x.neg().sigmoid()) },
  Tanh: { input: "x", slope: (dy, x) => dy.mul(x.mul(2).sigmoid()).mul(x.mul(-2).sigmoid()).mul(4) },
  Elu: { input: "x", slope: (dy, x) => dy.mul(tf.minimum(x, 0).exp()) },
  Softmax: { input: "logits", slope: softmaxSlope },
};

/** Puts them in the place of tfjs's own, at first use: importing has no side effect. */
export const registerSmoothSlopes = (): void => {
  if (tf.getGradient("Exp")?.inputsToSave) return;
  for (const [kernelName, { input, slope }] of Object.entries(slopes)) {
    tf.unregisterGradient(kernelName);
    tf.registerGradient({
      kernelName,
      inputsToSave: [input],
      gradFunc: (dy, [x], attributes) => ({ [input]: () => slope(dy as Tensor, x, attributes as { dim?: number }) }),
    });
  }
};
