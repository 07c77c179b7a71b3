/** Of each element of a node, the elements of its operands that it was made of. */
import { sizeOf } from "../../core/shape.ts";
import type { Node } from "../graph/node.ts";
import { type Op, reductionOps } from "../graph/ops.ts";
import { flatOf, type HostArray, indexOf, linesOf } from "./array.ts";
import { scatterLines } from "./reductions.ts";
import { isElementwise } from "./scalar.ts";
import { isView, originOf, type Place } from "./views.ts";

type Reads = (flat: number) => readonly Place[];

const line = (operand: number, elements: readonly number[]): Place[] => elements.map((at) => ({ operand, at }));

const alongAxes = (x: HostArray, axes: readonly number[]): Reads => {
  const lines = linesOf(x.shape, axes);
  return (flat) => line(0, lines[flat]);
};

/** The elements up to this one along the axis. */
const cumulative = (node: Node<"cumsum" | "cumprod">, x: HostArray): Reads => {
  const { axis, exclusive, reverse } = node.attributes;
  const lines = linesOf(x.shape, [axis]).map((elements) => (reverse ? elements.toReversed() : elements));
  return (flat) => {
    const elements = lines.find((candidates) => candidates.includes(flat)) ?? [];
    return line(0, elements.slice(0, elements.indexOf(flat) + (exclusive ? 0 : 1)));
  };
};

/** The elements of operand number `operand` at an index of batch axes and, after them, at given places of the last two. */
const row = (node: Node, operands: readonly HostArray[], flat: number, operand: number, column: boolean): Place[] => {
  const { shape } = operands[operand];
  const index = indexOf(flat, node.shape);
  const [from, length] = column ? [shape.length - 2, shape[shape.length - 2]] : [shape.length - 1, shape.at(-1) ?? 0];
  return Array.from({ length }, (_, i) => ({ operand, at: flatOf(index.with(from, i), shape) }));
};

/** Of an element of a batch of matrices: which matrix it belongs to, and its row and column. */
const placeOf = ({ shape }: { readonly shape: readonly number[] }, flat: number): [number, number, number] => {
  const [rows, columns] = shape.slice(-2);
  return [Math.floor(flat / (rows * columns)), Math.floor(flat / columns) % rows, flat % columns];
};

const elementsOf = (
  x: HostArray,
  operand: number,
  fits: (matrix: number, row: number, column: number) => boolean,
): Place[] => {
  const all = Array.from(x.values, (_, at) => at);
  return line(
    operand,
    all.filter((at) => fits(...placeOf(x, at))),
  );
};

const factored =
  (node: Node, [a]: readonly HostArray[]): Reads =>
  (flat) => {
    const [number] = placeOf(node, flat);
    return elementsOf(a, 0, (matrix, i, j) => matrix === number && i >= j);
  };

const eliminated =
  (node: Node, [a]: readonly HostArray[]): Reads =>
  (flat) => {
    const [number] = placeOf(node, flat);
    return elementsOf(a, 0, (matrix) => matrix === number);
  };

const solved =
  (node: Node<"triangularSolve">, [t, b]: readonly HostArray[]): Reads =>
  (flat) => {
    const { lower } = node.attributes;
    const [number, , column] = placeOf(node, flat);
    return [
      ...elementsOf(t, 0, (matrix, i, j) => matrix === number && (lower ? i >= j : i <= j)),
      ...elementsOf(b, 1, (matrix, _, j) => matrix === number && j === column),
    ];
  };

const select =
  ([condition]: readonly HostArray[]): Reads =>
  (at) => [
    { operand: 0, at },
    { operand: condition.values[at] === 0 ? 2 : 1, at },
  ];

/** The same element of each operand that has as many elements. */
const same =
  (node: Node, operands: readonly HostArray[]): Reads =>
  (at) =>
    operands.flatMap(({ values }, operand) => (values.length === sizeOf(node.shape) ? [{ operand, at }] : []));

type Rule = (node: Node, operands: readonly HostArray[]) => Reads;

const rules: { readonly [O in Op]?: Rule } = {
  ...Object.fromEntries(
    reductionOps.map((op): [Op, Rule] => [op, (node, [x]) => alongAxes(x, (node as Node<"sum">).attributes.axes)]),
  ),
  select: (_, operands) => select(operands),
  argMax: (node, [x]) => alongAxes(x, [(node as Node<"argMax">).attributes.axis]),
  argMin: (node, [x]) => alongAxes(x, [(node as Node<"argMin">).attributes.axis]),
  cumsum: (node, [x]) => cumulative(node as Node<"cumsum">, x),
  cumprod: (node, [x]) => cumulative(node as Node<"cumprod">, x),
  scatterAdd: (node, [updates, indices]) => {
    const lines = scatterLines(node as Node<"scatterAdd">, updates, indices);
    return (flat) => line(0, lines[flat]);
  },
  matmul: (node, operands) => (flat) => [...row(node, operands, flat, 0, false), ...row(node, operands, flat, 1, true)],
  cholesky: factored,
  lu: eliminated,
  triangularSolve: (node, operands) => solved(node as Node<"triangularSolve">, operands),
};

/** What an element was made of; what only steers (indices, keys) may be left out. Not for scans and loops. */
export const readsOf = (node: Node, operands: readonly HostArray[]): Reads => {
  if (isView(node)) {
    const origin = originOf(node, operands);
    return (flat) => {
      const from = origin(flat);
      return from === undefined ? [] : [from];
    };
  }
  if (isElementwise(node)) return same(node, operands);
  return (rules[node.op] ?? same)(node, operands);
};
