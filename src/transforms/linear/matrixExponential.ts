import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import { fromHost, type Scalar, type Tensor } from "../../core/tensor.ts";
import { scan } from "../../ops/scan.ts";
import { stopGradient } from "../../ops/stopGradient.ts";

/** The greatest norm the series is used at: what it leaves out, θ¹⁷/17!, is below 3·10⁻¹⁷. */
const theta = 0.75;
/** Squarings at the most. */
const most = 10;

/** 1/k!. */
const coefficient = (k: number): number => range(k).reduce((product, i) => product / (i + 1), 1);

/** Σ_{k ≤ 16} aᵏ/k! by powers to the fourth: six products. Paterson & Stockmeyer 1973. */
const series = (a: Tensor): Tensor => {
  const one = tf.eye(a.shape[a.rank - 1]);
  const squared = tf.matMul(a, a);
  const fourth = tf.matMul(squared, squared);
  const powers = [one, a, squared, tf.matMul(squared, a)];
  const block = (first: number): Tensor =>
    powers.map((power, i) => power.mul(fromHost([coefficient(first + i)], []))).reduce((sum, term) => sum.add(term));
  const last = block(12).add(fourth.mul(fromHost([coefficient(16)], [])));
  return [8, 4, 0].reduce((sum, first) => tf.matMul(sum, fourth).add(block(first)), last);
};

/** Which of the squarings an element of the batch needs, [most, ...batch] of 1 and 0: as many as bring its 1-norm to θ. */
const squaringsOf = (a: Tensor): Tensor => {
  const norm = stopGradient(a).abs().sum(-2).max(-1);
  const bounds = fromHost(
    range(most).map((i) => theta * 2 ** i),
    [most, ...norm.shape.map(() => 1)],
  );
  return norm.expandDims(0).greater(bounds).cast("float32");
};

const overMatrix = (each: Tensor, a: Tensor): Tensor => each.expandDims(-1).expandDims(-1).broadcastTo(a.shape);

/**
 * exp(A) of square matrices [..., n, n], by scaling and squaring: the series of 16 terms of A/2ˢ, squared s times, s the least that
 * brings the 1-norm to ¾. In double its error, as a share of the largest element, is within some roundings times 1 + ‖A‖, as rounding of
 * A itself would make it: 3·10⁻¹⁶ at norm 3, 10⁻¹³ at norm 700. Norms may be as large as 768; beyond, digits are lost. Its gradient is that
 * of these steps. Higham 2008, "Functions of Matrices", section 10.3.
 */
export const matrixExponential = (a: Tensor): Tensor => {
  const squarings = squaringsOf(a);
  const scale = overMatrix(tf.prod(squarings.mul(-0.5).add(1), 0), a);
  const square = (x: Tensor, needed: Scalar): readonly [Tensor, Record<never, never>] => [
    tf.where(overMatrix(needed, a).greater(0), tf.matMul(x, x), x),
    {},
  ];
  return scan(square, series(a.mul(scale)), squarings as unknown as Scalar)[0];
};
