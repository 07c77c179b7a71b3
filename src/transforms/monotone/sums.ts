import type { Tensor } from "../../core/tensor.ts";
import { exp } from "../../ops/special.ts";
import { stopGradient } from "../../ops/stopGradient.ts";
import type { Mapped } from "../transform.ts";

/** The sum of tensors that lie apart, element by element. */
export const total = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => sum.add(term));

/** log Σ eˣ of tensors that lie apart, element by element: finite wherever one of them is. */
export const logSumExp = (terms: readonly Tensor[]): Tensor => {
  const most = stopGradient(terms.reduce((most, term) => most.maximum(term)));
  return total(terms.map((term) => exp(term.sub(most))))
    .log()
    .add(most);
};

/** A map, and then a step of `shift`. */
export const shifted =
  (map: (x: Tensor) => Mapped, shift: Tensor): ((x: Tensor) => Mapped) =>
  (x) => {
    const { value, logDet } = map(x);
    return { value: value.add(shift), logDet };
  };
