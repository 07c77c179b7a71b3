import type { Tensor } from "../../core/tensor.ts";
import type { Linear } from "./linear.ts";

/** logScale [n], or [...batch, n]. */
export interface DiagonalParameters {
  readonly logScale: Tensor;
}

/** x exp(logScale), element by element: log |det| is the sum of the log-scales. */
export const diagonalLinear = ({ logScale }: DiagonalParameters): Linear => ({
  apply: (x) => x.mul(logScale.exp()),
  solve: (y) => y.mul(logScale.neg().exp()),
  logDet: logScale.sum(-1),
});
