import { log1pSquareOf } from "../core/special/log1pSquare.ts";
import type { Tensor } from "../core/tensor.ts";
import { elementwiseOp } from "./define.ts";

/** log(1 + w²), whose square does not overflow. */
export const log1pSquare: (w: Tensor) => Tensor = elementwiseOp("Log1pSquare", log1pSquareOf, (w) =>
  w.mul(2).div(w.square().add(1)),
);
