/**
 * Identities of arithmetic. Each holds exactly, or to the rounding of one operation, for every number, NaN and ±∞; the sign of a
 * zero alone may change (x + 0 is x, also where x is −0).
 */
import { add, div, full, mul, neg, sub } from "../../graph/build.ts";
import { is, type Node } from "../../graph/node.ts";
import { eitherWay, numberOf, type Rule } from "./look.ts";

const isReal = (x: Node): boolean => x.type === "real";
const constantLike = (value: number, x: Node): Node => full(value, x.shape, x.type);

export const negNeg: Rule<"neg"> = ({ inputs: [x] }) => (is(x, "neg") ? x.inputs[0] : undefined);

/** −(c·x) = (−c)·x */
export const negScaled: Rule<"neg"> = ({ inputs: [x] }) => {
  if (!is(x, "mul")) return undefined;
  const at = x.inputs.findIndex((operand) => numberOf(operand) !== undefined);
  if (at < 0) return undefined;
  return mul(x.inputs[1 - at], neg(x.inputs[at]));
};

export const addZero: Rule = eitherWay((x, c) => (numberOf(c) === 0 ? x : undefined));
export const addNegative: Rule = eitherWay((a, b) => (is(b, "neg") ? sub(a, b.inputs[0]) : undefined));
export const addSame: Rule<"add"> = ({ inputs: [a, b] }) =>
  a === b && isReal(a) ? mul(a, constantLike(2, a)) : undefined;

export const subZero: Rule<"sub"> = ({ inputs: [x, c] }) => (numberOf(c) === 0 ? x : undefined);
export const subNegative: Rule<"sub"> = ({ inputs: [a, b] }) => (is(b, "neg") ? add(a, b.inputs[0]) : undefined);

export const mulOne: Rule = eitherWay((x, c) => (numberOf(c) === 1 ? x : undefined));
export const mulMinusOne: Rule = eitherWay((x, c) => (isReal(x) && numberOf(c) === -1 ? neg(x) : undefined));
export const mulNegative: Rule = eitherWay((a, b) => (is(b, "neg") ? neg(mul(a, b.inputs[0])) : undefined));

/** (x·a)·b = x·(a·b), but not where x·a may overflow though the whole does not. */
export const mulConstants: Rule = eitherWay((product, second) => {
  const b = numberOf(second);
  if (b === undefined || !is(product, "mul") || !isReal(product)) return undefined;
  const at = product.inputs.findIndex((operand) => numberOf(operand) !== undefined);
  if (at < 0) return undefined;
  const a = numberOf(product.inputs[at]) as number;
  const safe = (Math.abs(a) <= 1 || Math.abs(b) >= 1) && isOrdinary(a * b);
  return safe ? mul(product.inputs[1 - at], mul(product.inputs[at], second)) : undefined;
});

/** The other operand of a product by a number, and the number. */
const scaled = (x: Node): { readonly by: number; readonly of: Node } | undefined => {
  if (!is(x, "mul") || !isReal(x)) return undefined;
  const at = x.inputs.findIndex((operand) => numberOf(operand) !== undefined);
  return at < 0 ? undefined : { by: numberOf(x.inputs[at]) as number, of: x.inputs[1 - at] };
};

/** ((x·a)·y)·b = (x·ab)·y where |ab| is between |a| and 1: then no part of it overflows or underflows unless the whole does. */
export const mulConstantsApart: Rule = eitherWay((product, second) => {
  const b = numberOf(second);
  if (b === undefined || Math.abs(b) < 1 || !is(product, "mul") || !isReal(product)) return undefined;
  for (const at of [0, 1]) {
    const inner = scaled(product.inputs[at]);
    const together = inner ? inner.by * b : 0;
    if (inner && isOrdinary(together) && Math.abs(together) <= 1)
      return mul(mul(inner.of, constantLike(together, inner.of)), product.inputs[1 - at]);
  }
  return undefined;
});

/** Neither 0 nor near the ends of what floats hold, single ones included. */
const isOrdinary = (x: number): boolean => Math.abs(x) > 1e-30 && Math.abs(x) < 1e30;

const isPowerOfTwo = (x: number): boolean => isOrdinary(x) && Number.isInteger(Math.log2(Math.abs(x)));

/** x/c = x·(1/c) where 1/c is exact. */
export const divPowerOfTwo: Rule<"div"> = ({ inputs: [x, c] }) => {
  const value = numberOf(c);
  if (!isReal(x)) return value === 1 ? x : undefined;
  return value !== undefined && isPowerOfTwo(value) ? mul(x, constantLike(1 / value, x)) : undefined;
};
export const divNegative: Rule<"div"> = ({ inputs: [a, b] }) => {
  if (is(a, "neg")) return neg(div(a.inputs[0], b));
  return is(b, "neg") ? neg(div(a, b.inputs[0])) : undefined;
};

const powers: ReadonlyMap<number, (x: Node) => Node> = new Map([
  [1, (x: Node) => x],
  [2, (x: Node) => mul(x, x)],
  [3, (x: Node) => mul(mul(x, x), x)],
  [-1, (x: Node) => div(constantLike(1, x), x)],
]);

/** Small whole powers as products. */
export const powWhole: Rule<"pow"> = ({ inputs: [x, y] }) => {
  const exponent = numberOf(y);
  return isReal(x) && exponent !== undefined ? powers.get(exponent)?.(x) : undefined;
};

export const sameOperands: Rule = ({ inputs: [a, b] }) => (a === b ? a : undefined);
