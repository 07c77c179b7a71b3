import type { Precision } from "../../../core/double.ts";
import type { Node } from "../../graph/node.ts";
import {
  binaryOps,
  comparisonOps,
  logicalOps,
  type Op,
  type ReductionOp,
  reductionOps,
  specialBinaryOps,
  unaryOps,
} from "../../graph/ops.ts";
import * as arithmetic from "./arithmetic.ts";
import { foldConstants } from "./fold.ts";
import * as logic from "./logic.ts";
import type { Rule } from "./look.ts";
import * as products from "./products.ts";
import { divRepeated } from "./reciprocal.ts";
import * as reductions from "./reductions.ts";
import * as views from "./views.ts";

const table = <K extends readonly Op[], R>(ops: K, rules: R): { [O in K[number]]: R } =>
  Object.fromEntries(ops.map((op) => [op, rules])) as { [O in K[number]]: R };

const operand: Rule = ({ inputs: [x] }) => x;
const elementwise: readonly Rule[] = [foldConstants, views.elementwiseSmall, views.elementwiseReshape];
const plain: readonly Rule[] = [foldConstants];
const reduction: readonly Rule<ReductionOp>[] = [
  foldConstants,
  reductions.reduceTrivial,
  reductions.reduceReduce,
  reductions.reduceReshape,
  reductions.reduceTranspose,
  reductions.reduceBroadcast,
];

/** What is tried on each op, in order; the operands are simplified already. */
const rules: { readonly [O in Op]: readonly Rule<O>[] } = {
  ...table(unaryOps, elementwise),
  ...table(binaryOps, elementwise),
  ...table(specialBinaryOps, elementwise),
  ...table(comparisonOps, elementwise),
  ...table(logicalOps, elementwise),
  ...table(reductionOps, reduction),
  polygamma: elementwise,
  special: elementwise,

  neg: [...elementwise, arithmetic.negNeg, arithmetic.negScaled],
  add: [...elementwise, arithmetic.addZero, arithmetic.addNegative, arithmetic.addSame],
  sub: [...elementwise, arithmetic.subZero, arithmetic.subNegative],
  mul: [
    ...elementwise,
    arithmetic.mulOne,
    arithmetic.mulMinusOne,
    arithmetic.mulNegative,
    arithmetic.mulConstants,
    arithmetic.mulConstantsApart,
  ],
  div: [...elementwise, arithmetic.divPowerOfTwo, arithmetic.divNegative, divRepeated],
  pow: [...elementwise, arithmetic.powWhole],
  maximum: [...elementwise, arithmetic.sameOperands],
  minimum: [...elementwise, arithmetic.sameOperands],

  equal: [...elementwise, logic.castIsOne],
  notEqual: [...elementwise, logic.castNotZero],
  greater: [...elementwise, logic.castAboveZero],
  and: [...elementwise, arithmetic.sameOperands, logic.andConstant],
  or: [...elementwise, arithmetic.sameOperands, logic.orConstant],
  not: [...elementwise, logic.notNot],
  select: [
    ...elementwise,
    logic.selectConstant,
    logic.selectSame,
    logic.selectNot,
    logic.selectTwice,
    logic.selectOneZero,
  ],
  cast: [logic.castCast, ...elementwise],

  alias: [operand],
  stop: [operand],
  custom: [operand],
  input: [],
  constant: [views.constantUniform],

  reshape: [views.reshapeSame, views.reshapeReshape, views.reshapeConstant, views.reshapeBroadcast],
  transpose: [foldConstants, views.transposeTrivial, views.transposeTranspose, views.transposeBroadcast],
  broadcast: [views.broadcastSame, views.broadcastBroadcast],
  slice: [views.sliceSame, foldConstants, views.sliceSlice, views.sliceBroadcast, views.sliceConcat, views.slicePad],
  reverse: [views.reverseTrivial, foldConstants],
  pad: [foldConstants, views.padPad],
  concat: [views.concatFlat, views.concatNeighbours, foldConstants],

  sum: [...reduction, reductions.sumNegative, reductions.sumScaled, reductions.sumShifted],

  gather: plain,
  scatterAdd: plain,
  argMax: plain,
  argMin: plain,
  cumsum: plain,
  cumprod: plain,
  matmul: [foldConstants, products.matmulOuter, products.matmulInner],
  cholesky: plain,
  lu: plain,
  triangularSolve: plain,
  split: [],
  fold: [],
  uniform: [],
  normal: [],
  gammaDraw: [],
  logGammaDraw: [],
  poissonDraw: [],
  binomialDraw: [],
  scan: [],
  loop: [],
  part: [],
};

/** What the first rule that applies makes of a node; undefined where none does. */
export const improve = (node: Node, precision: Precision): Node | undefined => {
  for (const rule of rules[node.op] as readonly Rule[]) {
    const better = rule(node, precision);
    if (better && better !== node) return better;
  }
  return undefined;
};
