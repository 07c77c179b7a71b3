import { add, div, exp, isNan, log, mul, neg, select, square, sub, unary } from "../graph/build.ts";
import { make, type Node } from "../graph/node.ts";
import type { UnaryOp } from "../graph/ops.ts";
import { flat, type Rules, slopes, unaryRule } from "./rule.ts";

const sqrtPi = Math.sqrt(Math.PI);
const sqrt2Pi = Math.sqrt(2 * Math.PI);

/** 1 − x², without cancellation near ±1. */
const lessSquare = (x: Node): Node => mul(sub(1, x), add(1, x));
/** The sign of NaN is 0, the slope of |NaN| is not. */
const signOrNaN = (x: Node): Node => select(isNan(x), x, unary("sign", x));
const polygamma = (n: number, x: Node): Node => make("polygamma", [x], { n });

export const unaryRules: Rules<UnaryOp> = {
  neg: unaryRule((g) => neg(g)),
  abs: unaryRule((g, x) => mul(g, signOrNaN(x))),
  sign: flat,
  floor: flat,
  ceil: flat,
  round: flat,
  sqrt: unaryRule((g, _, y) => div(mul(g, 0.5), y)),

  exp: unaryRule((g, _, y) => mul(g, y)),
  expm1: unaryRule((g, x) => mul(g, exp(x))),
  log: unaryRule((g, x) => div(g, x)),
  log1p: unaryRule((g, x) => div(g, add(1, x))),
  log1mexp: unaryRule((g, x, y) => neg(mul(g, exp(sub(x, y))))),
  log1pSquare: unaryRule((g, x) => div(mul(g, mul(2, x)), add(1, square(x)))),
  softplus: unaryRule((g, x) => mul(g, unary("sigmoid", x))),
  // Of the output, as exact as that: cheaper than σ(x) σ(−x), which would keep the digits of a slope that is nothing beside 1.
  sigmoid: unaryRule((g, _, y) => mul(g, mul(y, sub(1, y)))),
  tanh: unaryRule((g, _, y) => mul(g, sub(1, square(y)))),

  sin: unaryRule((g, x) => mul(g, unary("cos", x))),
  cos: unaryRule((g, x) => neg(mul(g, unary("sin", x)))),
  tan: unaryRule((g, _, y) => mul(g, add(1, square(y)))),
  asin: unaryRule((g, x) => div(g, unary("sqrt", lessSquare(x)))),
  acos: unaryRule((g, x) => neg(div(g, unary("sqrt", lessSquare(x))))),
  atan: unaryRule((g, x) => div(g, add(1, square(x)))),
  sinh: unaryRule((g, x) => mul(g, unary("cosh", x))),
  cosh: unaryRule((g, x) => mul(g, unary("sinh", x))),
  asinh: unaryRule((g, x) => div(g, unary("sqrt", add(1, square(x))))),
  acosh: unaryRule((g, x) => div(g, unary("sqrt", mul(sub(x, 1), add(x, 1))))),
  atanh: unaryRule((g, x) => div(g, lessSquare(x))),

  erf: unaryRule((g, x) => mul(g, mul(2 / sqrtPi, exp(neg(square(x)))))),
  erfc: unaryRule((g, x) => mul(g, mul(-2 / sqrtPi, exp(neg(square(x)))))),
  erfinv: unaryRule((g, _, y) => mul(g, mul(sqrtPi / 2, exp(square(y))))),
  normalCdf: unaryRule((g, x) => mul(g, mul(1 / sqrt2Pi, exp(mul(-0.5, square(x)))))),
  normalLogCdf: unaryRule((g, x) => mul(g, unary("inverseMills", x))),
  inverseMills: unaryRule((g, x, y) => neg(mul(g, mul(y, add(y, x))))),
  normalQuantile: unaryRule((g, _, y) => mul(g, mul(sqrt2Pi, exp(mul(0.5, square(y)))))),

  lgamma: unaryRule((g, x) => mul(g, unary("digamma", x))),
  digamma: unaryRule((g, x) => mul(g, polygamma(1, x))),
  polygamma: slopes((g, { inputs: [x], attributes: { n } }) => mul(g, polygamma(n + 1, x))),
  stirlingGap: unaryRule((g, x) => mul(g, sub(unary("digamma", add(x, 1)), log(x)))),
};
