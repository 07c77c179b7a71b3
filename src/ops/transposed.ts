import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";

/** The transpose of each matrix of a stack: [..., m, n] → [..., n, m]. */
export const transposed = (a: Tensor): Tensor => a.transpose([...range(a.rank - 2), a.rank - 1, a.rank - 2]);
