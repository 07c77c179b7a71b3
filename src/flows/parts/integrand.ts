import * as tf from "#tfjs";
import type { Family } from "../../core/family.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { type Layer, mlp } from "../../nn/mlp.ts";
import { softplus } from "../../ops/special.ts";
import { bounded } from "../../transforms/monotone/bounded.ts";

/** The log of a positive function for each element, which `count` numbers of it tell apart: (numbers, [...] each) → t [..., n] → [..., n]. */
export type Integrand = (numbers: readonly Tensor[]) => (t: Tensor) => Tensor;

/**
 * log g(t; h) by a network of (t, h), softly bounded to ±4; near 0 at its start. Its units are softplus, whose singularities lie twice as
 * far from the real line as those of tanh, so that a quadrature of g needs fewer nodes. What the numbers h do to the first layer is worked
 * out once for all t.
 */
export const integrand = (count: number, hidden: readonly number[]): Family<readonly Layer[], Integrand> => {
  const width = hidden[0];
  const activation = "softplus";
  const whole = mlp({ inputs: 1 + count, outputs: 1, hidden, activation });
  const rest = mlp({ inputs: width, outputs: 1, hidden: hidden.slice(1), activation });
  return {
    init: whole.init,
    at: ([{ w, b }, ...layers]) => {
      const along = w.slice([0, 0], [1, width]);
      const aside = w.slice([1, 0], [count, width]);
      const after = rest.at(layers);
      return (numbers) => {
        const rows = tf.stack([...numbers], -1).reshape([-1, count]);
        const told = tf.matMul(rows, aside).add(b);
        const offset = told.reshape([...numbers[0].shape, 1, width]);
        return (t) => {
          const units = softplus(
            t
              .expandDims(-1)
              .mul(along.reshape([width]))
              .add(offset),
          );
          return bounded(after(units.reshape([sizeOf(t.shape), width]))).reshape(t.shape);
        };
      };
    },
  };
};
