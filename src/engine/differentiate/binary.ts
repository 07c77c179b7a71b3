import { fail } from "../../core/check.ts";
import { add, and, binary, compare, div, exp, log, mul, neg, pow, select, square, sub, unary } from "../graph/build.ts";
import { make, type Node } from "../graph/node.ts";
import type { binaryOps, specialBinaryOps } from "../graph/ops.ts";
import { binaryRule, type Rules, slopes } from "./rule.ts";

const digamma = (x: Node): Node => unary("digamma", x);

/** b xᵇ⁻¹; 0 at 0⁰, which is 1 whatever x. */
const powerSlope = (x: Node, b: Node): Node => {
  const both = and(compare("equal", x, 0), compare("equal", b, 0));
  return mul(b, pow(x, select(both, 0, sub(b, 1))));
};

/** log x where a power may move with its exponent, 0 elsewhere. */
const logOfBase = (x: Node): Node => log(select(compare("greater", x, 0), x, 1));

/** The slope in y = log z of how it moves with the shape a: from the density of y. */
const gammaSlopeInY = (a: Node, y: Node, slope: Node): Node => neg(add(sub(y, digamma(a)), mul(slope, sub(a, exp(y)))));

/** That slope's own slope in a, which is the slope in y of the curvature. */
const gammaCurvatureInY = (a: Node, y: Node, curvature: Node): Node => {
  const trigamma = make("polygamma", [a], { n: 1 });
  const slope = binary("gammaShapeSlope", a, y);
  return neg(add(sub(slope, trigamma), mul(curvature, sub(a, exp(y)))));
};

export const binaryRules: Rules<(typeof binaryOps)[number]> = {
  add: binaryRule(
    (g) => g,
    (g) => g,
  ),
  sub: binaryRule(
    (g) => g,
    (g) => neg(g),
  ),
  mul: binaryRule(
    (g, _, b) => mul(g, b),
    (g, a) => mul(g, a),
  ),
  div: binaryRule(
    (g, _, b) => div(g, b),
    (g, _, b, y) => neg(mul(div(g, b), y)),
  ),
  mod: binaryRule(
    (g) => g,
    (g, a, b) => neg(mul(g, unary("floor", div(a, b)))),
  ),
  pow: binaryRule(
    (g, a, b) => mul(g, powerSlope(a, b)),
    (g, a, _, y) => mul(g, mul(y, logOfBase(a))),
  ),
  // Of equals, the first.
  maximum: binaryRule(
    (g, a, b) => select(compare("greaterEqual", a, b), g, 0),
    (g, a, b) => select(compare("less", a, b), g, 0),
  ),
  minimum: binaryRule(
    (g, a, b) => select(compare("lessEqual", a, b), g, 0),
    (g, a, b) => select(compare("greater", a, b), g, 0),
  ),
};

export const specialBinaryRules: Rules<(typeof specialBinaryOps)[number]> = {
  atan2: binaryRule(
    (g, a, b) => div(mul(g, b), add(square(a), square(b))),
    (g, a, b) => neg(div(mul(g, a), add(square(a), square(b)))),
  ),
  logBeta: binaryRule(
    (g, a, b) => mul(g, sub(digamma(a), digamma(add(a, b)))),
    (g, a, b) => mul(g, sub(digamma(b), digamma(add(a, b)))),
  ),
  deviance: binaryRule(
    (g, x, mean) => mul(g, sub(log(x), log(mean))),
    // x / mean, and 0 for 0 of 0.
    (g, x, mean) => mul(g, sub(1, div(x, select(compare("equal", x, 0), 1, mean)))),
  ),
  // Figurnov, Mohamed & Mnih 2018, eq. 5, and its derivatives.
  gammaShapeSlope: binaryRule(
    (g, a, y) => mul(g, binary("gammaShapeCurvature", a, y)),
    (g, a, y, slope) => mul(g, gammaSlopeInY(a, y, slope)),
  ),
  gammaShapeCurvature: slopes(
    () => fail("gamma: a draw has two derivatives with respect to its concentration, and a third was asked for"),
    (g, node) => mul(g, gammaCurvatureInY(node.inputs[0], node.inputs[1], node)),
  ),
};
