import type { Scalar, Tensor } from "../core/tensor.ts";
import type { Conditioned } from "../model/condition.ts";
import type { Values } from "../model/site.ts";

/** The log density of one draw, with the data still an input. */
export const densityOf =
  (conditioned: Conditioned<unknown>) =>
  (z: Tensor, data: Values): Scalar =>
    conditioned.at(data).logDensity(z) as Scalar;
