import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { broadcast, showShape } from "../core/shape.ts";
import { asTensor, type Shape, type Tensor, type TensorLike } from "../core/tensor.ts";
import type { ValueSet } from "../transforms/support.ts";
import type { Parameter } from "./distribution.ts";

const set = (name: string, contains: (x: Tensor) => Tensor): ValueSet => ({ name, rank: 0, contains });

export const reals: ValueSet = set("finite", (x) => tf.isFinite(x));
export const positiveReals: ValueSet = set("positive and finite", (x) => tf.logicalAnd(x.greater(0), tf.isFinite(x)));
export const unitInterval: ValueSet = set("between 0 and 1", (x) => tf.logicalAnd(x.greaterEqual(0), x.lessEqual(1)));
export const counts: ValueSet = set("a whole number from 0", (x) =>
  tf.logicalAnd(x.greaterEqual(0), x.equal(x.floor())),
);

const literal = {
  [reals.name]: (x: number) => Number.isFinite(x),
  [positiveReals.name]: (x: number) => Number.isFinite(x) && x > 0,
  [unitInterval.name]: (x: number) => x >= 0 && x <= 1,
  [counts.name]: (x: number) => Number.isInteger(x) && x >= 0,
};

/** The parameters of a distribution, kept as they were given. */
export interface Given<N extends string> {
  readonly parameters: Readonly<Record<N, Parameter>>;
  /** The parameters as tensors, made anew at each call: a plain number takes the precision in force there. */
  at(): Readonly<Record<N, Tensor>>;
}

/**
 * The parameters of a distribution. Plain numbers are checked at once; tensors when a model is bound to its data.
 * @throws FluvialError naming the distribution, the parameter, what it must be and what came.
 */
export const given = <N extends string>(
  who: string,
  parameters: Readonly<Record<N, readonly [TensorLike, ValueSet]>>,
): Given<N> => {
  const checked = {} as Record<N, Parameter>;
  for (const name of Object.keys(parameters) as N[]) {
    const [value, within] = parameters[name];
    if (value === undefined || value === null) fail(`${who}: ${name} is missing`);
    if (typeof value === "number" && literal[within.name] && !literal[within.name](value))
      fail(`${who}: ${name} must be ${within.name}, got ${value}`);
    checked[name] = { value, within };
  }
  const at = (): Record<N, Tensor> =>
    Object.fromEntries(Object.keys(checked).map((name) => [name, asTensor(checked[name as N].value)])) as Record<
      N,
      Tensor
    >;
  return { parameters: checked, at };
};

/** The shape of a tensor, a number or a nested list of numbers. */
export const shapeOf = (x: TensorLike): Shape => {
  if (typeof x === "number") return [];
  if (Array.isArray(x)) return x.length === 0 ? [0] : [x.length, ...shapeOf(x[0])];
  return (x as Tensor).shape;
};

/**
 * The shape of one draw: parameters broadcast together, and spread over `shape` where it is given.
 * @throws FluvialError where they do not fit.
 */
export const spread = (who: string, shape: Shape, ...parameters: readonly TensorLike[]): Shape => {
  let all = shape;
  for (const parameter of parameters)
    all =
      broadcast(all, shapeOf(parameter)) ??
      fail(`${who}: a parameter of shape ${showShape(shapeOf(parameter))} does not fit the others, ${showShape(all)}`);
  return all;
};
