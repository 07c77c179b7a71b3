import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { logSumExpOfFinite } from "../../ops/logMix.ts";
import { exp, softplus } from "../../ops/special.ts";
import { byRoot } from "../byRoot.ts";
import type { Bijection, Mapped } from "../transform.ts";
import { bounded } from "./bounded.ts";
import type { Monotone } from "./monotone.ts";

interface Unit {
  readonly logWeight: Tensor;
  readonly slope: Tensor;
  readonly logSlope: Tensor;
  readonly shift: Tensor;
}

const unitsOf = (numbers: readonly Tensor[], units: number): readonly Unit[] => {
  const weights = numbers.slice(0, units);
  const sum = logSumExpOfFinite(weights);
  return weights.map((weight, k) => {
    const logSlope = bounded(numbers[units + k]);
    return { logWeight: weight.sub(sum), slope: exp(logSlope), logSlope, shift: numbers[2 * units + k] };
  });
};

/** logit Σ w σ(a x + b), all in logs: σ and 1 − σ underflow where x is far, their logs do not. */
const mixed = (units: readonly Unit[], x: Tensor): Mapped => {
  const parts = units.map(({ logWeight, slope, logSlope, shift }) => {
    const inner = x.mul(slope).add(shift);
    const logUpper = softplus(inner).neg(); // log(1 − σ)
    return { below: inner.add(logUpper).add(logWeight), above: logWeight.add(logUpper), logUpper, logSlope };
  });
  const logBelow = logSumExpOfFinite(parts.map(({ below }) => below));
  const logAbove = logSumExpOfFinite(parts.map(({ above }) => above));
  const steepness = logSumExpOfFinite(parts.map(({ below, logUpper, logSlope }) => below.add(logUpper).add(logSlope)));
  return { value: logBelow.sub(logAbove), logDet: steepness.sub(logBelow).sub(logAbove) };
};

/** Units spread evenly over ±1, so that each of them learns something else from the first step on. */
const startOf = (units: number): readonly number[] => [
  ...range(units).map(() => 0),
  ...range(units).map(() => 0),
  ...range(units).map((k) => (units === 1 ? 0 : (2 * k) / (units - 1) - 1)),
];

/**
 * logit Σ_k w_k σ(a_k x + b_k), w a softmax of the first `units` numbers, a = e^number (softly between e⁻⁴ and e⁴) of the next, b the
 * last: a layer of the deep sigmoidal flow. Defined and increasing everywhere; far out it is a line of the least slope a_k. The
 * inverse is a root. Huang, Krueger, Lacoste & Courville 2018.
 */
export const sigmoidMixture = (units: number): Monotone => ({
  name: "sigmoid-mixture",
  start: startOf(units),
  at: (numbers): Bijection => {
    const made = unitsOf(numbers, units);
    const forward = (x: Tensor): Mapped => mixed(made, x);
    return byRoot(forward);
  },
});
