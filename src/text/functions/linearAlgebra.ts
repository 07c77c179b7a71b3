import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import { showShape } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { cholesky, diagonalOf, triangularSolve } from "../../ops/linalg.ts";
import { choleskySolve, inverse, logDet, logDetSpd, quadraticForm, solve, solveSpd } from "../../ops/matrices.ts";
import { checkSize, type Item, tensorOf } from "../item.ts";
import { type TextFunction, withRank } from "./function.ts";

const misfit = (a: Tensor, b: Tensor): never =>
  fail(`the product of ${showShape(a.shape)} and ${showShape(b.shape)} does not exist`);

/** The product of matrices; a vector on the left is a row, on the right a column. */
export const matrixProduct = (a: Tensor, b: Tensor): Tensor => {
  if (a.rank < 1 || a.rank > 2 || b.rank < 1 || b.rank > 2) return misfit(a, b);
  const left = a.rank === 1 ? a.expandDims(0) : a;
  const right = b.rank === 1 ? b.expandDims(1) : b;
  if (left.shape[1] !== right.shape[0]) return misfit(a, b);
  checkSize([left.shape[0], right.shape[1] as number]);
  const product = tf.matMul(left, right);
  if (b.rank === 1) return a.rank === 1 ? product.reshape([]) : product.squeeze([1]);
  return a.rank === 1 ? product.squeeze([0]) : product;
};

const dot = (a: Tensor, b: Tensor): Tensor => (a.shape[0] === b.shape[0] ? a.mul(b).sum() : misfit(a, b));

/** T⁻¹ b for a vector or the columns of a matrix. */
const solved = (t: Tensor, b: Tensor): Tensor =>
  b.rank === 1 ? triangularSolve(t, b.expandDims(1)).squeeze([1]) : triangularSolve(t, b);

const onMatrix = (f: (x: Tensor) => Tensor): TextFunction => ({ takes: ["A"], apply: ([a]) => f(withRank("A", 2, a)) });

const onMatrixAnd = (second: string, f: (a: Tensor, b: Tensor) => Tensor): TextFunction => ({
  takes: ["A", second],
  apply: ([a, b]) => f(withRank("A", 2, a), tensorOf(b)),
});

export const linearAlgebra: Readonly<Record<string, TextFunction>> = {
  matmul: { takes: ["A", "B"], apply: ([a, b]: readonly Item[]) => matrixProduct(tensorOf(a), tensorOf(b)) },
  dot: { takes: ["a", "b"], apply: ([a, b]) => dot(withRank("a", 1, a), withRank("b", 1, b)) },
  outer: {
    takes: ["a", "b"],
    apply: ([a, b]) => {
      const [x, y] = [withRank("a", 1, a), withRank("b", 1, b)];
      checkSize([x.size, y.size]);
      return x.expandDims(1).mul(y.expandDims(0));
    },
  },
  transpose: onMatrix((a) => a.transpose()),
  diagonal: onMatrix(diagonalOf),
  diag: {
    takes: ["x"],
    apply: ([x]) => {
      const vector = withRank("x", 1, x);
      checkSize([vector.size, vector.size]);
      return tf.eye(vector.shape[0]).mul(vector.expandDims(0));
    },
  },
  trace: onMatrix((a) => diagonalOf(a).sum()),
  cholesky: onMatrix(cholesky),
  inverse: onMatrix(inverse),
  logDet: onMatrix(logDet),
  logDetSpd: onMatrix(logDetSpd),
  solve: onMatrixAnd("b", solve),
  solveSpd: onMatrixAnd("b", solveSpd),
  choleskySolve: onMatrixAnd("b", choleskySolve),
  quadraticForm: onMatrixAnd("x", quadraticForm),
  triangularSolve: { takes: ["L", "b"], apply: ([l, b]) => solved(withRank("L", 2, l), tensorOf(b)) },
};
