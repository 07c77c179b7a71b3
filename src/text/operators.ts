import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { checkTogether } from "./functions/function.ts";
import { matrixProduct } from "./functions/linearAlgebra.ts";
import { type Item, tensorOf } from "./item.ts";

interface Binary {
  readonly host: (a: number, b: number) => number;
  readonly tensor: (a: Tensor, b: Tensor) => Tensor;
}

const truth = (x: boolean): number => Number(x);
const real = (x: Tensor): Tensor => x.cast("float32");

/** Powers that need no logarithm. */
const plainPowers: ReadonlyMap<number, (x: Tensor) => Tensor> = new Map([
  [-1, (x) => x.reciprocal()],
  [0.5, (x) => x.sqrt()],
  [1, (x) => x],
  [2, (x) => x.square()],
]);

const compared = (host: (a: number, b: number) => boolean, tensor: (a: Tensor, b: Tensor) => Tensor): Binary => ({
  host: (a, b) => truth(host(a, b)),
  tensor: (a, b) => real(tensor(a, b)),
});

/** Element by element; what is true is 1, what is not 0. */
const binary: Readonly<Record<string, Binary>> = {
  "+": { host: (a, b) => a + b, tensor: (a, b) => tf.add(a, b) },
  "-": { host: (a, b) => a - b, tensor: (a, b) => tf.sub(a, b) },
  ".*": { host: (a, b) => a * b, tensor: (a, b) => tf.mul(a, b) },
  "./": { host: (a, b) => a / b, tensor: (a, b) => tf.div(a, b) },
  ".^": { host: (a, b) => a ** b, tensor: (a, b) => tf.pow(a, b) },
  "==": compared((a, b) => a === b, tf.equal),
  "!=": compared((a, b) => a !== b, tf.notEqual),
  "<": compared((a, b) => a < b, tf.less),
  "<=": compared((a, b) => a <= b, tf.lessEqual),
  ">": compared((a, b) => a > b, tf.greater),
  ">=": compared((a, b) => a >= b, tf.greaterEqual),
  and: compared(
    (a, b) => a !== 0 && b !== 0,
    (a, b) => tf.logicalAnd(a.notEqual(0), b.notEqual(0)),
  ),
  or: compared(
    (a, b) => a !== 0 || b !== 0,
    (a, b) => tf.logicalOr(a.notEqual(0), b.notEqual(0)),
  ),
};

const unary: Readonly<
  Record<string, { readonly host: (x: number) => number; readonly tensor: (x: Tensor) => Tensor }>
> = {
  "+": { host: (x) => x, tensor: (x) => x },
  "-": { host: (x) => -x, tensor: (x) => x.neg() },
  not: { host: (x) => truth(x === 0), tensor: (x) => real(x.equal(0)) },
};

const elementwise = (name: string, a: Item, b: Item): Item => {
  const { host, tensor } = binary[name];
  if (typeof a === "number" && typeof b === "number") return host(a, b);
  if (name === ".^" && typeof b === "number" && plainPowers.has(b))
    return (plainPowers.get(b) as (x: Tensor) => Tensor)(tensorOf(a));
  const [x, y] = [tensorOf(a), tensorOf(b)];
  checkTogether(x, y);
  return tensor(x, y);
};

const rankOf = (x: Item): number => (typeof x === "number" ? 0 : tensorOf(x).rank);

/** The sign of a product is that of matrices where one operand is a matrix and neither a number, as in Stan and mathjs. */
const product = (a: Item, b: Item): Item => {
  const [m, n] = [rankOf(a), rankOf(b)];
  return m > 0 && n > 0 && (m > 1 || n > 1) ? matrixProduct(tensorOf(a), tensorOf(b)) : elementwise(".*", a, b);
};

const quotient = (a: Item, b: Item): Item =>
  rankOf(b) > 1
    ? fail("a matrix is no divisor: write ./ for each element, or a solve function")
    : elementwise("./", a, b);

const power = (a: Item, b: Item): Item =>
  rankOf(a) > 1 ? fail("the power of a matrix: write .^ for each element") : elementwise(".^", a, b);

const special: Readonly<Record<string, (a: Item, b: Item) => Item>> = { "*": product, "/": quotient, "^": power };

/**
 * An operator over one or two operands.
 * @throws FluvialError where their shapes do not fit.
 */
export const operate = (name: string, operands: readonly Item[]): Item => {
  const [a, b] = operands;
  if (operands.length === 1) return typeof a === "number" ? unary[name].host(a) : unary[name].tensor(tensorOf(a));
  return Object.hasOwn(special, name) ? special[name](a, b) : elementwise(name, a, b);
};
