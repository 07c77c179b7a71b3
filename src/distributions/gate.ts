import { asTensor, type Tensor, type TensorLike } from "../core/tensor.ts";
import { logAddExp } from "../ops/logExp.ts";
import { logMix } from "../ops/logMix.ts";
import { logSigmoid, sigmoid } from "../ops/special.ts";
import { asReal, type ParameterSet, reals, unitInterval } from "./parameters.ts";

/** A probability, or { logits }: its log-odds. */
export type Gate = TensorLike | { readonly logits: TensorLike };

/** A gate as a distribution takes it. */
export interface Gating {
  readonly parameter: readonly [TensorLike, ParameterSet];
  probs(): Tensor;
  /** log(g eᵃ + (1 − g) eᵇ). */
  mix(a: Tensor, b: Tensor): Tensor;
}

const isLogits = (gate: Gate): gate is { readonly logits: TensorLike } =>
  typeof gate === "object" && gate !== null && "logits" in gate;

export const gating = (gate: Gate): Gating => {
  if (!isLogits(gate)) {
    const probs = (): Tensor => asReal(asTensor(gate));
    return { parameter: [gate, unitInterval], probs, mix: (a, b) => logMix(probs(), a, b) };
  }
  const { logits } = gate;
  const at = (): Tensor => asReal(asTensor(logits));
  return {
    parameter: [logits, reals],
    probs: () => sigmoid(at()),
    mix: (a, b) => logAddExp(a.add(logSigmoid(at())), b.add(logSigmoid(at().neg()))),
  };
};
