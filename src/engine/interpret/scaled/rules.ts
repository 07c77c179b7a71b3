/** How each op hands on the errors of its operands. */
import { sizeOf } from "../../../core/shape.ts";
import type { Node } from "../../graph/node.ts";
import {
  binaryOps,
  comparisonOps,
  logicalOps,
  type Op,
  type reductionOps,
  specialBinaryOps,
  type Type,
  unaryOps,
} from "../../graph/ops.ts";
import { type HostArray, linesOf } from "../array.ts";
import { eliminate, factor, multiply, overBatch, solve } from "../linear.ts";
import { type DrawOp, drawAt } from "../random.ts";
import { scatterLines } from "../reductions.ts";
import type { StructuralOp } from "../run.ts";
import { type ElementwiseOp, scalarFunctionOf, scalarFunctions } from "../scalar.ts";
import { originOf, type ViewOp } from "../views.ts";
import { manners } from "./manners.ts";
import {
  apply,
  exact,
  type Manner,
  productOf,
  type Rounding,
  type ScaledNumber,
  scaledArithmetic,
  sumOf,
  undecided,
} from "./number.ts";

/** Values, and the scale of the error of each. */
export interface Scaled {
  readonly value: HostArray;
  readonly scale: Float64Array;
}

export type PlainOp = Exclude<Op, StructuralOp>;

/** Gives the scales of the elements of a node, whose values are known. */
type Rule<O extends Op> = (
  node: Node<O>,
  operands: readonly Scaled[],
  value: HostArray,
  rounding: Rounding,
) => ArrayLike<number>;

const table = <K extends readonly Op[], R>(ops: K, rule: R): { [O in K[number]]: R } =>
  Object.fromEntries(ops.map((op) => [op, rule])) as { [O in K[number]]: R };

const numberAt = ({ value, scale }: Scaled, at: number): ScaledNumber => ({
  value: value.values[at],
  scale: scale[at],
});
const numbersOf = (x: Scaled): ScaledNumber[] => Array.from(x.scale, (_, at) => numberAt(x, at));
const pick = (x: Scaled, line: readonly number[]): ScaledNumber[] => line.map((at) => numberAt(x, at));
const isUndecided = ({ scale }: Scaled): boolean => scale.some((s) => s === undecided);
const each = (value: HostArray, scaleAt: (at: number) => number): number[] =>
  Array.from({ length: value.values.length }, (_, at) => scaleAt(at));
const allUndecided = (value: HostArray): number[] => each(value, () => undecided);

const ofType = (type: Type, operandType: Type): Manner =>
  type === "real" ? { operandType } : { type, operandType, terms: () => 0 };

const elementwise: Rule<ElementwiseOp> = (node, operands, value, rounding) => {
  const f = scalarFunctionOf(node);
  const operandType = operands[0].value.type;
  const manner: Manner = {
    ...ofType(node.type, operandType),
    ...(operandType === "int" ? { terms: () => 0 } : manners[node.op as ElementwiseOp]),
    together: node.inputs.length > 1 && node.inputs.every((input) => input === node.inputs[0]),
  };
  return each(
    value,
    (at) =>
      apply(
        f,
        operands.map((x) => numberAt(x, at)),
        manner,
        rounding,
      ).scale,
  );
};

const view: Rule<ViewOp> = (node, operands, value) => {
  const values = operands.map((x) => x.value);
  const origin = originOf(node, values);
  if ((node as Node).op === "gather" && isUndecided(operands[1])) return allUndecided(value);
  return each(value, (flat) => {
    const from = origin(flat);
    return from === undefined ? 0 : operands[from.operand].scale[from.at];
  });
};

const fold =
  (f: keyof typeof scalarFunctions): Rule<(typeof reductionOps)[number]> =>
  (node, [x], value, rounding) => {
    const lines = linesOf(x.value.shape, node.attributes.axes);
    const manner: Manner = { terms: () => 0, type: node.type, operandType: node.type };
    const step = (a: ScaledNumber, b: ScaledNumber): ScaledNumber =>
      apply(scalarFunctions[f], [a, b], manner, rounding);
    return each(value, (line) => {
      const [first, ...rest] = pick(x, lines[line]);
      return first === undefined ? 0 : rest.reduce(step, first).scale;
    });
  };

type Total = (terms: readonly ScaledNumber[], rounding: Rounding) => ScaledNumber;

/** Sums and products of ints wrap: only whether they are decided counts. */
const totalOf =
  (type: Type, total: Total): ((terms: readonly ScaledNumber[], rounding: Rounding) => number) =>
  (terms, rounding) =>
    type === "real" ? total(terms, rounding).scale : terms.reduce((most, { scale }) => Math.max(most, scale), 0);

const reduction =
  (total: Total): Rule<"sum" | "prod"> =>
  (node, [x], value, rounding) => {
    const lines = linesOf(x.value.shape, node.attributes.axes);
    const scaleOf = totalOf(node.type, total);
    return each(value, (line) => scaleOf(pick(x, lines[line]), rounding));
  };

const cumulative =
  (total: Total): Rule<"cumsum" | "cumprod"> =>
  (node, [x], value, rounding) => {
    const { axis, exclusive, reverse } = node.attributes;
    const scaleOf = totalOf(node.type, total);
    const scale = new Float64Array(value.values.length);
    for (const line of linesOf(x.value.shape, [axis])) {
      const ordered = reverse ? line.toReversed() : line;
      ordered.forEach((at, i) => {
        scale[at] = scaleOf(pick(x, ordered.slice(0, exclusive ? i : i + 1)), rounding);
      });
    }
    return scale;
  };

/** Undecided where another element comes near the best within both errors. */
const best: Rule<"argMax" | "argMin"> = (node, [x], value, { unit }) => {
  const lines = linesOf(x.value.shape, [node.attributes.axis]);
  return each(value, (line) => {
    const elements = pick(x, lines[line]);
    const winner = elements[value.values[line]];
    const near = (other: ScaledNumber): boolean => {
      const error = (winner.scale + other.scale) * unit;
      return other !== winner && error > 0 && !(Math.abs(other.value - winner.value) > error);
    };
    return elements.some(near) ? undecided : 0;
  });
};

/** An undecided condition does no harm where both branches are the same within their errors. */
const select: Rule<"select"> = (_, [condition, yes, no], value, { unit }) =>
  each(value, (at) => {
    const [chosen, other] = condition.value.values[at] === 0 ? [no, yes] : [yes, no];
    if (condition.scale[at] !== undecided) return chosen.scale[at];
    const both = chosen.scale[at] + other.scale[at];
    const [a, b] = [chosen.value.values[at], other.value.values[at]];
    return Object.is(a + 0, b + 0) || Math.abs(a - b) <= both * unit ? 2 * both : undecided;
  });

const casts: { readonly [T in Type]: (x: number) => number } = {
  real: (x) => x,
  int: (x) => x | 0,
  bool: (x) => Number(x !== 0),
};
const cast: Rule<"cast"> = (node, [x], value, rounding) => {
  const manner: Manner = { terms: () => 0, type: node.type };
  return each(value, (at) => apply(casts[node.type], [numberAt(x, at)], manner, rounding).scale);
};

const wholeDraws: readonly DrawOp[] = ["poissonDraw", "binomialDraw"];

const draw: Rule<DrawOp> = (node, [key, ...parameters], value, rounding) => {
  if (isUndecided(key)) return allUndecided(value);
  const make = drawAt(node, key.value, rounding.precision);
  const jump = wholeDraws.includes(node.op as DrawOp) ? { jump: () => 0.5 } : {};
  return each(value, (at) => {
    const f = (...given: number[]): number => make(at, given);
    return apply(
      f,
      parameters.map((x) => numberAt(x, at)),
      { ...jump, terms: (_, x) => 1 + Math.abs(x) },
      rounding,
    ).scale;
  });
};

const fromKey =
  (scaleOf: (x: number) => number): Rule<"uniform" | "normal" | "split" | "fold"> =>
  (_, operands, value) =>
    operands.some(isUndecided) ? allUndecided(value) : each(value, (at) => scaleOf(value.values[at]));

const matmul: Rule<"matmul"> = (_, [a, b], __, rounding) => {
  const [m, k] = a.value.shape.slice(-2);
  const n = b.value.shape[b.value.shape.length - 1];
  const number = scaledArithmetic(rounding);
  const count = sizeOf(a.value.shape.slice(0, -2));
  return overBatch([numbersOf(a), numbersOf(b)], [m * k, k * n], count, (x, y) =>
    multiply(number, x, y, [m, k, n]),
  ).map(({ scale }) => scale);
};

/** Undecided, the whole factor, where a pivot is 0 within its error. */
const cholesky: Rule<"cholesky"> = (_, [a], __, rounding) => {
  const n = a.value.shape[a.value.shape.length - 1];
  const number = scaledArithmetic(rounding);
  const count = sizeOf(a.value.shape.slice(0, -2));
  return overBatch([numbersOf(a)], [n * n], count, (x) => {
    let near = false;
    const isPivot = (pivot: ScaledNumber): boolean => {
      near ||= Math.abs(pivot.value) <= pivot.scale * rounding.unit && pivot.scale > 0;
      return number.isPivot(pivot);
    };
    const l = factor({ ...number, isPivot }, x, n);
    return near ? l.map(({ value }) => ({ value, scale: undecided })) : l;
  }).map(({ scale }) => scale);
};

/** Undecided where another row might have been chosen: two candidates as large as each other within their errors. */
const lu: Rule<"lu"> = (_, [a], __, rounding) => {
  const n = a.value.shape[a.value.shape.length - 1];
  const count = sizeOf(a.value.shape.slice(0, -2));
  return overBatch([numbersOf(a)], [n * n], count, (x) => {
    let near = false;
    const larger = (a: ScaledNumber, b: ScaledNumber): boolean => {
      const [apart, error] = [Math.abs(a.value) - Math.abs(b.value), (a.scale + b.scale) * rounding.unit];
      near ||= error > 0 && Math.abs(apart) <= error;
      return apart > 0;
    };
    const isZero = ({ value }: ScaledNumber): boolean => value === 0;
    const rows = eliminate({ ...scaledArithmetic(rounding), larger, isZero, whole: exact }, x, n);
    return near ? rows.map(({ value }) => ({ value, scale: undecided })) : rows;
  }).map(({ scale }) => scale);
};

const triangularSolve: Rule<"triangularSolve"> = (node, [t, b], __, rounding) => {
  const [n, k] = b.value.shape.slice(-2);
  const number = scaledArithmetic(rounding);
  const count = sizeOf(b.value.shape.slice(0, -2));
  return overBatch([numbersOf(t), numbersOf(b)], [n * n, n * k], count, (x, y) =>
    solve(number, x, y, [n, k], node.attributes),
  ).map(({ scale }) => scale);
};

const rules: { readonly [O in PlainOp]: Rule<O> } = {
  ...table(unaryOps, elementwise),
  ...table(binaryOps, elementwise),
  ...table(specialBinaryOps, elementwise),
  ...table(comparisonOps, elementwise),
  ...table(logicalOps, elementwise),
  polygamma: elementwise,
  special: elementwise,
  not: elementwise,
  sum: reduction(sumOf),
  prod: reduction(productOf),
  max: fold("maximum"),
  min: fold("minimum"),
  any: fold("or"),
  all: fold("and"),
  constant: (_, __, value) => each(value, () => 0),
  select,
  cast,
  alias: view,
  stop: view,
  custom: view,
  reshape: view,
  transpose: view,
  broadcast: view,
  slice: view,
  reverse: view,
  pad: view,
  concat: view,
  gather: view,
  scatterAdd: (node, [updates, indices], value, rounding) => {
    if (isUndecided(indices)) return allUndecided(value);
    const lines = scatterLines(node, updates.value, indices.value);
    return each(value, (at) => totalOf(node.type, sumOf)(pick(updates, lines[at]), rounding));
  },
  argMax: best,
  argMin: best,
  cumsum: cumulative(sumOf),
  cumprod: cumulative(productOf),
  matmul,
  cholesky,
  lu,
  triangularSolve,
  split: fromKey(() => 0),
  fold: fromKey(() => 0),
  uniform: fromKey(() => 0),
  normal: fromKey(Math.abs),
  gammaDraw: draw,
  logGammaDraw: draw,
  poissonDraw: draw,
  binomialDraw: draw,
};

const ruleOf = <O extends PlainOp>(op: O): Rule<O> => rules[op];

/** The scales of the elements of a node, given its operands and its values. */
export const scaleOf = (node: Node, operands: readonly Scaled[], value: HostArray, rounding: Rounding): Float64Array =>
  Float64Array.from(ruleOf(node.op as PlainOp)(node as never, operands, value, rounding));
