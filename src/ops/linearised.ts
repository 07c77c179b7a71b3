import type { Tensor } from "../core/tensor.ts";

/** A function of vectors at x [...batch, size], with what its Jacobian J, ∂g_j/∂x_i in row j and column i, does there. */
export interface Linearised {
  /** g(x). */
  readonly value: Tensor;
  /** J v, of vectors [...batch, size]. */
  push(v: Tensor): Tensor;
  /** Jᵀ w, of vectors [...batch, size]. */
  pull(w: Tensor): Tensor;
  /** Jᵀ itself, [...batch, size, size]. */
  slopes(): Tensor;
}
