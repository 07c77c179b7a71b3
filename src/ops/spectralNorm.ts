import * as tf from "#tfjs";
import { range } from "../core/shape.ts";
import { fromHost, type Scalar, type Tensor } from "../core/tensor.ts";
import { scan } from "./scan.ts";

/** Added to every squared singular value: the logarithm of 0 has no slope. */
const least = 1e-12;

const transposed = (a: Tensor): Tensor => a.transpose([...range(a.rank - 2), a.rank - 1, a.rank - 2]);

/** a aᵀ or aᵀ a, whichever is smaller. */
const gramOf = (a: Tensor): Tensor => {
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
 * Values below 1e-6 count as 1e-6. Costs log₂(log n / 2 excess) products of n × n matrices, n the shorter side.
 * @param excess 0.01 unless said; from 1e-15 it is exact to rounding.
 */
export const logSpectralNorm = (a: Tensor, excess = 0.01): Tensor => {
  const raw = gramOf(a);
  const n = raw.shape[raw.rank - 1];
  const gram = raw.add(tf.eye(n).mul(least));
  const first = gram.mul(tf.eye(n)).sum([-1, -2]);
  const count = squaringsFor(n, excess);
  if (count === 0) return first.log().mul(0.5);
  let power = divided(gram, first);
  let total = first.log();
  if (count > 1) {
    const square = (state: { power: Tensor; total: Tensor }, weight: Scalar) => {
      const size = sumOfSquares(state.power);
      const next = divided(tf.matMul(state.power, state.power), size);
      return [{ power: next, total: state.total.add(size.log().mul(weight)) }, {}] as const;
    };
    const weights = range(count - 1).map((i) => 2 ** -(i + 1));
    [{ power, total }] = scan(square, { power, total }, fromHost(weights, [count - 1]) as Scalar);
  }
  return total
    .add(
      sumOfSquares(power)
        .log()
        .mul(2 ** -count),
    )
    .mul(0.5);
};
