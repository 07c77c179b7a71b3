/**
 * Numbers that carry a bound on their error, in units: what is computed another way may differ by `unit · scale`.
 *
 * Running error analysis (Higham 2002, "Accuracy and Stability of Numerical Algorithms", §3.3): inputs are exact; an op adds the
 * rounding of its own terms to what the errors of its operands do to it. What they do is taken by moving each operand by its error,
 * both ways and all at once, and not by derivatives alone: so a decision that may flip, a jump, a pole or the edge of a domain
 * within the error shows as well. Where the result might be another kind of number — NaN for a finite one, 1 for 0, another
 * element — its scale is ∞: it is undecided.
 */
import type { Precision } from "../../../core/double.ts";
import type { Type } from "../../graph/ops.ts";
import type { Arithmetic } from "../linear.ts";
import type { ScalarFunction } from "../scalar.ts";

export interface ScaledNumber {
  readonly value: number;
  readonly scale: number;
}

export const exact = (value: number): ScaledNumber => ({ value, scale: 0 });

export const undecided: number = Number.POSITIVE_INFINITY;

export interface Rounding {
  readonly precision: Precision;
  /** Some thousand roundings: 2⁻⁵³ and 2⁻²⁴ of a number. */
  readonly unit: number;
  readonly smallestNormal: number;
  readonly round: (x: number) => number;
}

export const roundings: { readonly [P in Precision]: Rounding } = {
  f64: { precision: "f64", unit: 1e-12, smallestNormal: 2.2250738585072014e-308, round: (x) => x },
  f32: { precision: "f32", unit: 5e-4, smallestNormal: 1.1754943508222875e-38, round: Math.fround },
};

/** What is special about an op. */
export interface Manner {
  /** The magnitude of the terms that it rounds; |result| where it does not say. */
  readonly terms?: (operands: readonly number[], result: number) => number;
  /** Whether a pole lies within the errors of the operands. */
  readonly pole?: (operands: readonly number[], errors: readonly number[]) => boolean;
  /** How far the result moves at the least where it jumps. */
  readonly jump?: (operands: readonly number[]) => number;
  /** Whether its operands are one and the same, and move together. */
  readonly together?: boolean;
  /** Of the result; "real" where it does not say. */
  readonly type?: Type;
  /** Of the operands; an undecided bool may be 0 or 1. */
  readonly operandType?: Type;
}

/** Every operand at its value and at both ends of its error. */
const neighbours = (
  operands: readonly ScaledNumber[],
  errors: readonly number[],
  { together, operandType }: Manner,
): number[][] => {
  const ends = ({ value, scale }: ScaledNumber, i: number): number[] => {
    if (operandType === "bool" && scale === undecided) return [0, 1];
    return errors[i] === 0 || !Number.isFinite(value) ? [value] : [value, value - errors[i], value + errors[i]];
  };
  if (together) return ends(operands[0], 0).map((x) => operands.map(() => x));
  return operands.reduce<number[][]>(
    (rows, operand, i) => rows.flatMap((row) => ends(operand, i).map((x) => [...row, x])),
    [[]],
  );
};

/** How far values lie from the first; ∞ where one is another kind of number. */
const distance = (value: number, others: readonly number[]): number =>
  others.reduce((most, other) => {
    if (Object.is(value + 0, other + 0)) return most;
    const apart = Math.abs(other - value);
    return Number.isFinite(apart) ? Math.max(most, apart) : undecided;
  }, 0);

/** What is lost of a result that is too small for all its digits. */
const underflow = (operands: readonly number[], result: number, { smallestNormal }: Rounding): number => {
  const lost =
    result === 0
      ? operands.length > 1 && operands.every((x) => x !== 0 && Number.isFinite(x))
      : Math.abs(result) < 2 * smallestNormal;
  return lost ? smallestNormal : 0;
};

/** A function of numbers with errors. */
export const apply = (
  f: ScalarFunction,
  operands: readonly ScaledNumber[],
  manner: Manner,
  rounding: Rounding,
): ScaledNumber => {
  const { terms, pole, jump, type = "real", operandType = "real" } = manner;
  const at = operands.map((operand) => operand.value);
  const result = f(...at);
  const value = type === "real" ? rounding.round(result) : result;
  if (operandType !== "bool" && operands.some(({ scale }) => scale === undecided)) return { value, scale: undecided };
  const errors = operands.map(({ scale }) => scale * rounding.unit);
  const moves = neighbours(operands, errors, manner).map((row) => f(...row));
  const moved = distance(value, type === "real" ? moves.map(rounding.round) : moves);
  if (type !== "real") return { value, scale: moved === 0 ? 0 : undecided };
  if (moved === undecided || pole?.(at, errors) || (jump && moved >= jump(at))) return { value, scale: undecided };
  if (!Number.isFinite(value)) return exact(value);
  const own = terms ? terms(at, value) : Math.abs(value);
  const rounds = own > 0 || terms === undefined;
  return { value, scale: own + moved / rounding.unit + (rounds ? underflow(at, result, rounding) : 0) };
};

const magnitude = (x: number): number => (Number.isFinite(x) ? Math.abs(x) : 0);

/** Any order of summation: the error is in proportion to the sum of all magnitudes, which must not overflow. */
export const sumOf = (terms: readonly ScaledNumber[], { round }: Rounding): ScaledNumber => {
  const value = round(terms.reduce((sum, term) => sum + term.value, 0));
  const total = terms.reduce((sum, term) => sum + magnitude(term.value) + term.scale, 0);
  return { value, scale: terms.length > 1 || terms[0]?.scale > 0 ? finiteOr(round(total), total) : 0 };
};

const finiteOr = (rounded: number, scale: number): number => (Number.isFinite(rounded) ? scale : undecided);

/** Any order of multiplication: undecided where some order leaves the range of numbers. */
export const productOf = (factors: readonly ScaledNumber[], rounding: Rounding): ScaledNumber => {
  const product = factors.reduce((a, b) => apply((x, y) => x * y, [a, b], {}, rounding), exact(1));
  const sizes = factors.map(({ value }) => Math.abs(value)).filter((x) => x > 0 && Number.isFinite(x));
  const large = rounding.round(sizes.reduce((a, b) => a * Math.max(b, 1), 1));
  const small = sizes.reduce((a, b) => a * Math.min(b, 1), 1);
  const safe = Number.isFinite(large) && small >= rounding.smallestNormal;
  return safe ? product : { value: product.value, scale: undecided };
};

/** Terms of sums and differences. */
export const bothTerms = (operands: readonly number[]): number => operands.reduce((sum, x) => sum + magnitude(x), 0);

/** Whether zero lies within the error of the divisor. */
export const divisorPole = ([, b]: readonly number[], [, error]: readonly number[]): boolean =>
  error > 0 && Math.abs(b) <= error;

/** Plain arithmetic over them. */
export const scaledArithmetic = (rounding: Rounding): Arithmetic<ScaledNumber> => ({
  zero: exact(0),
  nan: exact(Number.NaN),
  sum: (terms) => sumOf(terms, rounding),
  add: (a, b) => apply((x, y) => x + y, [a, b], { terms: bothTerms }, rounding),
  sub: (a, b) => apply((x, y) => x - y, [a, b], { terms: bothTerms }, rounding),
  mul: (a, b) => apply((x, y) => x * y, [a, b], {}, rounding),
  div: (a, b) => apply((x, y) => x / y, [a, b], { pole: divisorPole }, rounding),
  sqrt: (a) => apply(Math.sqrt, [a], {}, rounding),
  isPivot: ({ value }) => value > 0 && value < Number.POSITIVE_INFINITY,
});
