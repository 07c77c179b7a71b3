/** Ops where it matters which operand is batched: one large product costs less than many small ones. */
import { matmul, reshape, swapped } from "../../graph/build.ts";
import { make, type Node } from "../../graph/node.ts";
import { type Batching, type Lifted, moveAxis } from "./lifted.ts";

/** From this many columns on, a product of each draw's own is as fast as one of all together, and needs no copy. */
const wide = 8;

/** [B, ...batch, m, k] × [...batch, k, n]: the draws become rows. */
const manyLeft = (a: Node, b: Node, { across }: Batching): Node => {
  const batch = b.shape.slice(0, -2);
  const [m, k] = a.shape.slice(-2);
  const [count, n] = [a.shape[0], b.shape[b.shape.length - 1]];
  if (batch.length === 0) return reshape(matmul(reshape(a, [count * m, k]), b), [count, m, n]);
  if (m !== 1) return matmul(a, across({ node: b, batched: false }));
  const rows = moveAxis(reshape(a, [count, ...batch, k]), 0, batch.length);
  return reshape(moveAxis(matmul(rows, b), batch.length, 0), [count, ...batch, 1, n]);
};

/** [...batch, m, k] × [B, ...batch, k, n], as the transpose of bᵀ aᵀ: again the draws become rows. */
const manyRight = (a: Node, b: Node, { across }: Batching): Node => {
  const batch = a.shape.slice(0, -2);
  const [k, n] = b.shape.slice(-2);
  const [count, m] = [b.shape[0], a.shape[a.shape.length - 2]];
  if (n === 1) {
    const rows = moveAxis(reshape(b, [count, ...batch, k]), 0, batch.length);
    return reshape(moveAxis(matmul(rows, swapped(a)), batch.length, 0), [count, ...batch, m, 1]);
  }
  if (batch.length > 0 || n >= wide) return matmul(across({ node: a, batched: false }), b);
  return swapped(reshape(matmul(reshape(swapped(b), [count * n, k]), swapped(a)), [count, n, m]));
};

export const batchMatmul = (_: Node<"matmul">, [a, b]: readonly Lifted[], batching: Batching): Node => {
  if (a.batched && b.batched) return matmul(a.node, b.node);
  return a.batched ? manyLeft(a.node, b.node, batching) : manyRight(a.node, b.node, batching);
};

/** A single right-hand side for each draw and one matrix for all: the draws become the columns of one solve. */
export const batchTriangularSolve = (
  { attributes }: Node<"triangularSolve">,
  [t, b]: readonly Lifted[],
  { across }: Batching,
): Node => {
  const { shape } = b.node;
  if (t.batched || shape[shape.length - 1] !== 1) return make("triangularSolve", [across(t), across(b)], attributes);
  const columns = moveAxis(reshape(b.node, shape.slice(0, -1)), 0, shape.length - 2);
  const solved = make("triangularSolve", [t.node, columns], attributes);
  return reshape(moveAxis(solved, shape.length - 2, 0), shape);
};

/** The draws' axis goes behind the axes that x and indices share, and comes back to the front afterwards. */
export const batchGather = ({ attributes }: Node<"gather">, [x, indices]: readonly Lifted[]): Node => {
  const { axis, batch } = attributes;
  if (x.batched && indices.batched) return make("gather", [x.node, indices.node], { axis: axis + 1, batch: batch + 1 });
  if (x.batched)
    return moveAxis(make("gather", [moveAxis(x.node, 0, batch), indices.node], { axis: axis + 1, batch }), batch, 0);
  return moveAxis(make("gather", [x.node, moveAxis(indices.node, 0, batch)], { axis, batch }), axis, 0);
};

export const batchScatterAdd = (
  { attributes }: Node<"scatterAdd">,
  [x, indices]: readonly Lifted[],
  { across }: Batching,
): Node => {
  const { axis, batch, length } = attributes;
  if (indices.batched)
    return make("scatterAdd", [across(x), indices.node], { axis: axis + 1, batch: batch + 1, length });
  const sums = make("scatterAdd", [moveAxis(x.node, 0, batch), indices.node], { axis: axis + 1, batch, length });
  return moveAxis(sums, batch, 0);
};
