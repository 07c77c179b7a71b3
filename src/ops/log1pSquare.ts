import type { Tensor } from "../core/tensor.ts";
import { elementwiseOp } from "./define.ts";

/** Beyond it 1 is nothing beside w². */
const large = 1e9;

/** `log1pSquare` of a number. */
export const log1pSquareOf = (w: number): number =>
  Math.abs(w) < large ? Math.log1p(w * w) : 2 * Math.log(Math.abs(w));

/** log(1 + w²), whose square does not overflow. */
export const log1pSquare: (w: Tensor) => Tensor = elementwiseOp("Log1pSquare", log1pSquareOf, (w) =>
  w.mul(2).div(w.square().add(1)),
);
