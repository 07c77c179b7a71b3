import type { Tensor } from "../core/tensor.ts";
import { softplus } from "../ops/special.ts";

/** Units by name. The smooth ones suit maps whose log-determinant is differentiated. */
export const activations: {
  readonly tanh: (x: Tensor) => Tensor;
  readonly relu: (x: Tensor) => Tensor;
  readonly leakyRelu: (x: Tensor) => Tensor;
  readonly elu: (x: Tensor) => Tensor;
  readonly softplus: (x: Tensor) => Tensor;
  readonly swish: (x: Tensor) => Tensor;
} = {
  tanh: (x) => x.tanh(),
  relu: (x) => x.relu(),
  leakyRelu: (x) => x.leakyRelu(0.01),
  elu: (x) => x.elu(),
  softplus,
  swish: (x) => x.mul(x.sigmoid()),
};

export type Activation = keyof typeof activations;
