import type { Tensor } from "../../core/tensor.ts";
import { trace } from "../../ops/matrices.ts";
import type { RotationParameters } from "./cayley.ts";
import type { Linear } from "./linear.ts";
import { matrixExponential } from "./matrixExponential.ts";
import { orthogonalLinear, skewOf } from "./orthogonal.ts";
import { times } from "./vectors.ts";

/** generator [n, n]; or, each row its own, [...batch, n, n]. */
export interface ExponentialParameters {
  readonly generator: Tensor;
}

/**
 * exp(A) x, A = generator/√n: log |det| is the trace of A, the way back exp(−A). Every W that has a real logarithm is one of these. 6 n³
 * products for exp(A), and n³ for each squaring. Hoogeboom, Satorras, Tomczak & Welling 2020, "The convolution exponential".
 */
export const exponentialLinear = ({ generator }: ExponentialParameters): Linear => {
  const a: Tensor = generator.div(Math.sqrt(generator.shape[generator.rank - 1]));
  return {
    apply: (x) => times(matrixExponential(a), x),
    solve: (y) => times(matrixExponential(a.neg()), y),
    logDet: trace(a),
  };
};

/** Q x with Q = exp(A), A = (T − Tᵀ)/√n skew: every rotation. log |det| is 0. Goliński, Lezcano-Casado & Rainforth 2019. */
export const rotationLinear = ({ off }: RotationParameters): Linear => orthogonalLinear(matrixExponential(skewOf(off)));
