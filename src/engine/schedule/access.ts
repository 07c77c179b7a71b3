import { sameShape, sizeOf } from "../../core/shape.ts";
import type { Shape } from "../../core/tensor.ts";
import type { Attributes, Node, Op } from "../graph/ops.ts";

/** Which elements of a stored value an operand is: element (i, j, …) stands at offset + i·strides[0] + j·strides[1] + … */
export interface Access {
  /** The node whose buffer it is read from. */
  readonly root: Node;
  readonly shape: Shape;
  /** In elements; 0 along an axis that repeats, negative along one that is reversed. */
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Strides of a buffer that holds its elements row by row. */
export const rowMajor = (shape: Shape): number[] => {
  const strides: number[] = [];
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
};

/** The shape without axes of length 1. */
export const squeeze = (shape: Shape): Shape => shape.filter((n) => n !== 1);

/** Adjacent axes that one stride can walk, merged: [length, stride] by [length, stride]. */
const merged = (shape: Shape, strides: readonly number[]): [number, number][] => {
  const runs: [number, number][] = [];
  shape.forEach((n, axis) => {
    if (n === 1) return;
    const last = runs[runs.length - 1];
    if (last && last[1] === strides[axis] * n) runs[runs.length - 1] = [last[0] * n, strides[axis]];
    else runs.push([n, strides[axis]]);
  });
  return runs;
};

/** The strides that read the same elements, row by row, in another shape; undefined where no strides do. */
export const restride = (shape: Shape, strides: readonly number[], to: Shape): number[] | undefined => {
  if (sizeOf(shape) === 0) return rowMajor(to);
  const runs = merged(shape, strides);
  const result = to.map(() => 0);
  let run = runs.length - 1;
  let [left, step] = runs[run] ?? [1, 0];
  for (let axis = to.length - 1; axis >= 0; axis--) {
    if (to[axis] === 1) continue;
    if (left === 1) {
      run--;
      [left, step] = runs[run];
    }
    if (left % to[axis] !== 0) return undefined;
    result[axis] = step;
    step *= to[axis];
    left /= to[axis];
  }
  return result;
};

const contiguous = (root: Node): Access => ({
  root,
  shape: root.shape,
  strides: rowMajor(root.shape),
  offset: 0,
});

type ViewRule<O extends Op> = (of: Access, attributes: Attributes[O], shape: Shape) => Access | undefined;

const same = (of: Access): Access => of;

/** How each op that moves nothing reads what its operand reads. */
const viewRules: { readonly [O in Op]?: ViewRule<O> } = {
  alias: same,
  stop: same,
  custom: same,
  reshape: (of, _, shape) => {
    const strides = restride(of.shape, of.strides, shape);
    return strides && { ...of, shape, strides };
  },
  transpose: (of, { order }, shape) => ({ ...of, shape, strides: order.map((axis) => of.strides[axis]) }),
  broadcast: (of, _, shape) => ({
    ...of,
    shape,
    strides: of.strides.map((stride, axis) => (of.shape[axis] === shape[axis] ? stride : 0)),
  }),
  slice: (of, { begin, strides }, shape) => ({
    root: of.root,
    shape,
    strides: of.strides.map((stride, axis) => stride * strides[axis]),
    offset: sizeOf(shape) === 0 ? of.offset : begin.reduce((at, from, axis) => at + from * of.strides[axis], of.offset),
  }),
  reverse: (of, { axes }, shape) => ({
    root: of.root,
    shape,
    strides: of.strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    offset: axes.reduce((at, axis) => at + Math.max(0, shape[axis] - 1) * of.strides[axis], of.offset),
  }),
};

/** Part of a larger value where a node's elements are put at once: a piece of a concatenation. */
export interface Home {
  readonly root: Node;
  readonly begin: readonly number[];
}

/** How every node of a program is read. */
export type Accesses = ReadonlyMap<Node, Access>;

/** @param nodes operands first. @param homes nodes whose elements stand inside another's buffer. */
export const accesses = (nodes: readonly Node[], homes: ReadonlyMap<Node, Home>): Accesses => {
  const all = new Map<Node, Access>();
  const homed = (node: Node, { root, begin }: Home): Access => {
    const strides = rowMajor(root.shape);
    return { root, shape: node.shape, strides, offset: begin.reduce((at, from, axis) => at + from * strides[axis], 0) };
  };
  for (const node of nodes) {
    const home = homes.get(node);
    const rule = viewRules[node.op] as ViewRule<Op> | undefined;
    const of = rule && all.get(node.inputs[0]);
    all.set(
      node,
      home
        ? homed(node, home)
        : ((of && rule?.(of, node.attributes as Attributes[Op], node.shape)) ?? contiguous(node)),
    );
  }
  return all;
};

/** The node behind reshapes that only add or drop axes of length 1. */
export const behindIdentity = (node: Node): Node => {
  let at = node;
  while (at.op === "alias" || at.op === "stop" || at.op === "custom" || isSqueeze(at)) at = at.inputs[0];
  return at;
};

const isSqueeze = (node: Node): boolean =>
  node.op === "reshape" && sameShape(squeeze(node.shape), squeeze(node.inputs[0].shape));
