import type { Tensor } from "../core/tensor.ts";
import { softplus } from "../ops/special.ts";

/** Below it w² is nothing beside 1, in either precision; it keeps the logarithm and its slope finite at 0. */
const negligible = 1e-30;

/** log(1 + w²) without overflow: softplus(2 log |w|). */
export const log1pSquare = (w: Tensor): Tensor => softplus(w.abs().maximum(negligible).log().mul(2));
