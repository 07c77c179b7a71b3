import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { broadcast, sameShape, showShape } from "../core/shape.ts";
import { asTensor, type Shape, type Tensor, type TensorLike } from "../core/tensor.ts";
import { everyLast, type ValueSet } from "../transforms/support.ts";
import type { Parameter } from "./distribution.ts";

/** A set that a parameter must lie in, and the same for plain numbers where one number can be judged alone. */
export interface ParameterSet extends ValueSet {
  readonly holds?: (x: number) => boolean;
}

const both = tf.logicalAnd;

const castToReal = (x: unknown): Tensor =>
  x instanceof tf.Tensor
    ? x.cast("float32")
    : fail(`expected a tensor, as tf.tensor(…) makes one, got ${typeof x} ${String(x)}`);

/**
 * x as a real tensor: counts may come as int32, outcomes as bool.
 * @throws FluvialError where it is no tensor.
 */
export const asReal = (x: Tensor): Tensor => (x?.dtype === "float32" ? x : castToReal(x));

export const reals: ParameterSet = {
  name: "finite",
  rank: 0,
  contains: (x) => tf.isFinite(x),
  holds: Number.isFinite,
};
export const positiveReals: ParameterSet = {
  name: "positive and finite",
  rank: 0,
  contains: (x) => both(x.greater(0), tf.isFinite(x)),
  holds: (x) => Number.isFinite(x) && x > 0,
};
export const nonNegativeReals: ParameterSet = {
  name: "finite and not negative",
  rank: 0,
  contains: (x) => both(x.greaterEqual(0), tf.isFinite(x)),
  holds: (x) => Number.isFinite(x) && x >= 0,
};
export const unitInterval: ParameterSet = {
  name: "between 0 and 1",
  rank: 0,
  contains: (x) => both(x.greaterEqual(0), x.lessEqual(1)),
  holds: (x) => x >= 0 && x <= 1,
};
export const counts: ParameterSet = {
  name: "a whole number from 0",
  rank: 0,
  contains: (x) => {
    const real = asReal(x);
    return both(both(real.greaterEqual(0), real.equal(real.floor())), tf.isFinite(real));
  },
  holds: (x) => Number.isInteger(x) && x >= 0,
};

/** Probabilities of what must happen sooner or later. */
export const positiveProbability: ParameterSet = {
  name: "above 0 and at most 1",
  rank: 0,
  contains: (x) => both(x.greater(0), x.lessEqual(1)),
  holds: (x) => x > 0 && x <= 1,
};
export const wholeReals: ParameterSet = {
  name: "a whole number",
  rank: 0,
  contains: (x) => {
    const real = asReal(x);
    return both(real.equal(real.floor()), tf.isFinite(real));
  },
  holds: Number.isInteger,
};

const named = (x: TensorLike, otherwise: string): string => (typeof x === "number" ? `${x}` : otherwise);

/** Whole numbers from another parameter on. */
export const wholeFrom = (low: TensorLike): ParameterSet => ({
  name: `a whole number from ${named(low, "the lower one")}`,
  rank: 0,
  contains: (x) => both(wholeReals.contains(x), asReal(x).greaterEqual(asReal(asTensor(low)))),
  holds: (x) => Number.isInteger(x) && (typeof low !== "number" || x >= low),
});
/** Whole numbers from 0 to another parameter. */
export const countsTo = (high: TensorLike): ParameterSet => ({
  name: `a whole number from 0 to ${named(high, "the larger one")}`,
  rank: 0,
  contains: (x) => both(counts.contains(x), asReal(x).lessEqual(asReal(asTensor(high)))),
  holds: (x) => Number.isInteger(x) && x >= 0 && (typeof high !== "number" || x <= high),
});
export const wholes: ParameterSet = {
  name: "a whole number",
  rank: 0,
  contains: (x) => both(tf.isFinite(x), asReal(x).equal(asReal(x).floor())),
  holds: Number.isInteger,
};

/** Finite numbers above another parameter. */
export const above = (low: TensorLike): ParameterSet => ({
  name: `finite and above ${typeof low === "number" ? low : "the lower one"}`,
  rank: 0,
  contains: (x) => both(x.greater(asTensor(low)), tf.isFinite(x)),
  holds: (x) => Number.isFinite(x) && (typeof low !== "number" || x > low),
});

/** Vectors of finite numbers along the last axis. */
export const realVector: ParameterSet = {
  name: "a vector of finite numbers",
  rank: 1,
  contains: (x) => everyLast(tf.isFinite(x)),
  holds: Number.isFinite,
};

/** The parameters of a distribution, kept as they were given. */
export interface Given<N extends string> {
  readonly parameters: Readonly<Record<N, Parameter>>;
  /** The parameters as tensors, made anew at each call: a plain number takes the precision in force there. */
  at(): Readonly<Record<N, Tensor>>;
}

/** The first plain number in a parameter, nested lists included, that its set does not hold. */
const firstOutside = (value: unknown, holds: (x: number) => boolean): number | undefined => {
  if (typeof value === "number") return holds(value) ? undefined : value;
  if (!Array.isArray(value)) return undefined;
  for (const item of value) {
    const outside = firstOutside(item, holds);
    if (outside !== undefined) return outside;
  }
  return undefined;
};

/**
 * The parameters of a distribution. Plain numbers are checked at once; tensors when a model is bound to its data.
 * @throws FluvialError naming the distribution, the parameter, what it must be and what came.
 */
export const given = <N extends string>(
  who: string,
  parameters: Readonly<Record<N, readonly [TensorLike, ParameterSet]>>,
): Given<N> => {
  const names = Object.keys(parameters) as N[];
  const checked = {} as Record<N, Parameter>;
  for (const name of names) {
    const [value, within] = parameters[name];
    checkGiven(`${who}: ${name}`, value, within);
    checked[name] = { value, within };
  }
  const at = (): Record<N, Tensor> =>
    Object.fromEntries(names.map((name) => [name, asReal(asTensor(checked[name].value))])) as Record<N, Tensor>;
  return { parameters: checked, at };
};

/** The shape of a nested list of numbers. @throws FluvialError where something else is in it, or its rows differ in length. */
const checkList = (who: string, value: unknown): Shape => {
  if (typeof value === "number") return [];
  if (value instanceof tf.Tensor)
    return fail(`${who} must be numbers or one tensor, got a list with a tensor in it; join tensors by tf.stack`);
  if (!Array.isArray(value)) return fail(`${who} must be a list of numbers, got ${typeof value} ${value} in it`);
  const rows = value.map((row) => checkList(who, row));
  const odd = rows.find((row) => !sameShape(row, rows[0]));
  if (odd) fail(`${who} must be a list of rows of one shape, got ${showShape(odd)} beside ${showShape(rows[0])}`);
  return rows.length === 0 ? [0] : [rows.length, ...rows[0]];
};

const checkGiven = (who: string, value: unknown, within: ParameterSet): void => {
  if (value === undefined || value === null) fail(`${who} is missing`);
  if (!(typeof value === "number" || Array.isArray(value) || value instanceof tf.Tensor))
    fail(`${who} must be a number, a list of numbers or a tensor, got ${typeof value} ${String(value)}`);
  if (Array.isArray(value)) checkList(who, value);
  const outside = within.holds && firstOutside(value, within.holds);
  if (outside !== undefined) fail(`${who} must be ${within.name}, got ${outside}`);
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
export const spread = (who: string, shape: Shape, ...parameters: readonly TensorLike[]): Shape =>
  spreadShapes(who, shape, parameters.map(shapeOf));

const checkShape = (who: string, shape: unknown): void => {
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n >= 0))
    fail(`${who}: shape must be a list of lengths, as in [3] or [2, 4], got ${JSON.stringify(shape)}`);
};

/** The same from the parameters' shapes. */
export const spreadShapes = (who: string, shape: Shape, parameters: readonly Shape[]): Shape => {
  checkShape(who, shape);
  let all = shape;
  for (const parameter of parameters)
    all =
      broadcast(all, parameter) ??
      fail(`${who}: a parameter of shape ${showShape(parameter)} does not fit the others, ${showShape(all)}`);
  return all;
};
