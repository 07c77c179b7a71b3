import type { Tensor } from "../../core/tensor.ts";
import type { Mapped } from "../transform.ts";

/** The sum of tensors that lie apart, element by element. */
export const total = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => sum.add(term));

/** A map, and then a step of `shift`. */
export const shifted =
  (map: (x: Tensor) => Mapped, shift: Tensor): ((x: Tensor) => Mapped) =>
  (x) => {
    const { value, logDet } = map(x);
    return { value: value.add(shift), logDet };
  };
