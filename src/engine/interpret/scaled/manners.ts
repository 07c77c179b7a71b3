import type { ElementwiseOp } from "../scalar.ts";
import { bothTerms, divisorPole, type Manner } from "./number.ts";

const none = (): number => 0;
const exactly: Manner = { terms: none };
const steps: Manner = { terms: none, jump: () => 0.5 };
const decision: Manner = { terms: none, type: "bool" };
const logic: Manner = { terms: none, type: "bool", operandType: "bool" };

/** Near a zero of the result the parts of these are of order 1. */
const orderOne: Manner = { terms: (_, result) => 1 + Math.abs(result) };

/** Whether 0, −1, −2, … lies within the error. */
const gammaPole = ([x]: readonly number[], [error]: readonly number[]): boolean =>
  error > 0 && Math.abs(x - Math.min(0, Math.round(x))) <= error;

const gammaLike: Manner = { ...orderOne, pole: gammaPole };

/** Errors that come to half the divisor, its own times the quotient, lose the rest. */
const remainderPole: Manner["pole"] = ([a, b], [error, errorOfDivisor]) => {
  const whole = error + Math.abs(a / b) * errorOfDivisor;
  return whole > 0 && 2 * whole >= Math.abs(b);
};

/** An error of a turn or so loses the angle. */
const circular: Manner = { pole: (_, [error]) => error > 1 };

/** What is special about an op's rounding; nothing is about those that do not stand here. */
export const manners: { readonly [O in ElementwiseOp]?: Manner } = {
  neg: exactly,
  abs: exactly,
  sign: steps,
  floor: steps,
  ceil: steps,
  round: steps,
  maximum: exactly,
  minimum: exactly,
  add: { terms: bothTerms },
  sub: { terms: bothTerms },
  div: { pole: divisorPole },
  mod: { terms: bothTerms, pole: remainderPole, jump: ([, b]) => Math.abs(b) / 2 },
  atan2: { jump: () => Math.PI },
  pow: { pole: ([a, b], [error]) => b < 0 && error > 0 && Math.abs(a) <= error },
  sin: circular,
  cos: circular,
  tan: { pole: ([x], [error]) => error > 1 || (error > 0 && Math.cos(x - error) * Math.cos(x + error) <= 0) },
  lgamma: gammaLike,
  digamma: gammaLike,
  polygamma: { pole: gammaPole },
  logBeta: orderOne,
  gammaShapeSlope: orderOne,
  gammaShapeCurvature: orderOne,
  special: orderOne,
  deviance: { terms: ([x, mean], result) => Math.abs(x - mean) + Math.abs(result) },
  stirlingGap: { terms: ([n], result) => 1 + Math.abs(result) + (n > 0 ? Math.abs(Math.log(n)) : 0) },
  equal: decision,
  notEqual: decision,
  less: decision,
  lessEqual: decision,
  greater: decision,
  greaterEqual: decision,
  and: logic,
  or: logic,
  not: logic,
};
