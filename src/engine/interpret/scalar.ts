/** Elementwise ops on host numbers: what every faster form of them is measured against. */
import { logBeta } from "../../core/special/beta.ts";
import { devianceOf, stirlingGapOf } from "../../core/special/deviance.ts";
import * as error from "../../core/special/error.ts";
import * as exponential from "../../core/special/exponential.ts";
import { digamma, lgamma } from "../../core/special/gamma.ts";
import { gammaShapeSlope } from "../../core/special/incompleteGamma.ts";
import { log1pSquareOf } from "../../core/special/log1pSquare.ts";
import { normalQuantile } from "../../core/special/normal.ts";
import { polygamma } from "../../core/special/polygamma.ts";
import { specialFunctions } from "../../core/special/rare.ts";
import type { Node } from "../graph/node.ts";
import {
  binaryOps,
  comparisonOps,
  logicalOps,
  type Op,
  specialBinaryOps,
  type UnaryOp,
  unaryOps,
} from "../graph/ops.ts";

export type ScalarFunction = (...operands: number[]) => number;

export type BinaryOp = (typeof binaryOps)[number];

/** The ops that make each element of the same elements of their operands, `select` and `cast` apart. */
export type ElementwiseOp =
  | UnaryOp
  | BinaryOp
  | (typeof specialBinaryOps)[number]
  | (typeof comparisonOps)[number]
  | (typeof logicalOps)[number]
  | "special"
  | "not";

const elementwise: ReadonlySet<Op> = new Set<Op>([
  ...unaryOps,
  ...binaryOps,
  ...specialBinaryOps,
  ...comparisonOps,
  ...logicalOps,
  "polygamma",
  "special",
  "not",
]);

export const isElementwise = (node: Node): node is Node<ElementwiseOp> => elementwise.has(node.op);

/** To the nearest whole number, halves to the even one; the sign of zero is kept. */
const roundToEven = (x: number): number => {
  const below = Math.floor(x);
  if (!Number.isFinite(x) || below === x) return x;
  const up = x - below > 0.5 || (x - below === 0.5 && below % 2 !== 0);
  const rounded = up ? below + 1 : below;
  return rounded === 0 && x < 0 ? -0 : rounded;
};

/** The rest with the sign of the divisor. */
const mod = (a: number, b: number): number => {
  const rest = a % b;
  return (a < 0 && b < 0) || (a >= 0 && b >= 0) ? rest : (rest + b) % b;
};

/** −1, 0 or 1; 0 of NaN. */
const sign = (x: number): number => Number(x > 0) - Number(x < 0);

/** Of real operands, in double. Bools are 0 and 1. `polygamma` takes its order second. */
export const scalarFunctions: { readonly [O in Exclude<ElementwiseOp, "special">]: ScalarFunction } = {
  neg: (x) => -x,
  abs: Math.abs,
  sign,
  sqrt: Math.sqrt,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundToEven,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  sigmoid: exponential.sigmoid,
  softplus: exponential.softplus,
  log1mexp: exponential.log1mexp,
  log1pSquare: log1pSquareOf,
  erf: error.erf,
  erfc: error.erfc,
  erfinv: error.erfinv,
  normalCdf: error.normalCdf,
  normalLogCdf: error.normalLogCdf,
  inverseMills: error.inverseMills,
  normalQuantile,
  lgamma,
  digamma,
  stirlingGap: stirlingGapOf,
  polygamma: (x, n) => polygamma(n, x),
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  mod,
  // biome-ignore lint/style/useExponentiationOperator: the function that compiled modules import.
  pow: (a, b) => Math.pow(a, b),
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  atan2: (y, x) => Math.atan2(y, x),
  logBeta,
  deviance: devianceOf,
  gammaShapeSlope: (a, y) => gammaShapeSlope(a, y).slope,
  gammaShapeCurvature: (a, y) => gammaShapeSlope(a, y).curvature,
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greaterEqual: (a, b) => Number(a >= b),
  and: (a, b) => Number(a !== 0 && b !== 0),
  or: (a, b) => Number(a !== 0 || b !== 0),
  not: (a) => Number(a === 0),
};

/** aᵇ modulo 2³²; 0 for a fraction, as 2⁻¹, and for 0⁻¹. */
const intPower = (a: number, b: number): number => {
  if (b < 0) return Math.abs(a) === 1 ? intPower(a, b & 1) : 0;
  let power = 1;
  for (let base = a, rest = b; rest > 0; rest = Math.floor(rest / 2), base = Math.imul(base, base))
    if (rest % 2 === 1) power = Math.imul(power, base);
  return power;
};

/** Of ints: sums and products modulo 2³², quotients rounded down, 0 where the divisor is 0. */
export const intFunctions: { readonly [O in BinaryOp]: ScalarFunction } = {
  add: (a, b) => (a + b) | 0,
  sub: (a, b) => (a - b) | 0,
  mul: Math.imul,
  div: (a, b) => (b === 0 ? 0 : Math.floor(a / b) | 0),
  mod: (a, b) => mod(a, b) | 0,
  pow: intPower,
  maximum: scalarFunctions.maximum,
  minimum: scalarFunctions.minimum,
};

/** The function of one node: that of its op and type, with its attributes in place. */
export const scalarFunctionOf = (node: Node<ElementwiseOp>): ScalarFunction => {
  const { op } = node as Node;
  if (op === "polygamma") {
    const { n } = (node as Node<"polygamma">).attributes;
    return (x) => polygamma(n, x);
  }
  if (op === "special") return specialFunctions[(node as Node<"special">).attributes.name].value;
  if (node.type === "int") return intFunctions[op as BinaryOp];
  return scalarFunctions[op as Exclude<ElementwiseOp, "special">];
};
