import * as tf from "#tfjs";
import { range } from "../core/shape.ts";
import { fromHost, type Scalar, type Tensor } from "../core/tensor.ts";
import { scan } from "./scan.ts";
import { transposed } from "./transposed.ts";

/** Added to every squared singular value: the logarithm of 0 has no slope. */
const least = 1e-18;

/** a aᵀ or aᵀ a, whichever is smaller: [..., m, n] → [..., min(m, n), min(m, n)]. */
export const gramOf = (a: Tensor): Tensor => {
  const [rows, columns] = a.shape.slice(-2);
  return rows <= columns ? tf.matMul(a, transposed(a)) : tf.matMul(transposed(a), a);
};

const sumOfSquares = (a: Tensor): Tensor => a.square().sum([-1, -2]);

/** Σ over both axes, of matrices divided by it. */
const divided = (a: Tensor, by: Tensor): Tensor => a.div(by.expandDims(-1).expandDims(-1));

/** How often to square so that n^(1/2q), q = 2^count, is at most 1 + excess. */
const squaringsFor = (n: number, excess: number): number =>
  n === 1 ? 0 : Math.max(1, Math.ceil(Math.log2(Math.log(n) / (2 * Math.log1p(excess)))));

/**
 * The log of the largest singular value, or of a number at most (1 + excess) times as large and never below it, [..., m, n] → [...].
 * It is the Schatten norm tr((aᵀa)^q)^(1/2q): with B₀ = aᵀa/t₀ and Bᵢ = Bᵢ₋₁²/tᵢ, every tᵢ the trace before the division, it is
 * ½ Σ 2⁻ⁱ log tᵢ. It is smooth, needs no gap between singular values and no start vector, and its gradient is that of what it returns.
 * Values below 1e-9 count as 1e-9. Costs log₂(log n / 2 excess) products of n × n matrices, n the shorter side.
 * @param excess 0.01 unless said; from 1e-15 it is exact to rounding.
 */
export const logSpectralNorm = (a: Tensor, excess = 0.01): Tensor => logNormOfGram(gramOf(a), excess);

/** As `logSpectralNorm`, from what `gramOf` makes of a: [..., n, n] → [...]. */
export const logNormOfGram = (raw: Tensor, excess = 0.01): Tensor => {
  const n = raw.shape[raw.rank - 1];
  const gram = raw.add(tf.eye(n).mul(least));
  const first = gram.mul(tf.eye(n)).sum([-1, -2]);
  const count = squaringsFor(n, excess);
  if (count === 0) return first.log().mul(0.5);
  const start = { power: divided(gram, first), total: first.log() };
  const { power, total } = count === 1 ? start : squared(start, count - 1);
  return total
    .add(
      sumOfSquares(power)
        .log()
        .mul(2 ** -count),
    )
    .mul(0.5);
};

interface Powers {
  readonly power: Tensor;
  readonly total: Tensor;
}

/** `count` squarings, each divided by its trace, whose logs go into the total. */
const squared = (start: Powers, count: number): Powers => {
  const square = ({ power, total }: Powers, weight: Scalar): readonly [Powers, Record<never, never>] => {
    const size = sumOfSquares(power);
    return [{ power: divided(tf.matMul(power, power), size), total: total.add(size.log().mul(weight)) }, {}];
  };
  const weights = range(count).map((i) => 2 ** -(i + 1));
  return scan(square, start, fromHost(weights, [count]) as Scalar)[0];
};
