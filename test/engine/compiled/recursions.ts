/** Recursions over time, as formulas over tensors and as plain loops over numbers. */
import * as tf from "#tfjs";
import type { Tensor } from "../../../src/core/tensor.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { scan } from "../../../src/ops/scan.ts";
import { real, wave } from "../trace/both.ts";

export interface Recursion {
  /** Parameters first; the last input is a sequence. The result is a scalar. */
  readonly formula: (inputs: readonly Tensor[]) => Tensor;
  readonly plain: (inputs: readonly ArrayLike<number>[]) => number;
  readonly inputs: (length: number) => readonly HostArray[];
}

const square = (x: number): number => x * x;
const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/** The log density of a random walk seen with noise, by the Kalman filter. */
const localLevel: Recursion = {
  formula: ([logs, ys]) => {
    const [process, noise] = tf.unstack(logs.exp());
    const [, { term }] = scan(
      ({ mean, variance }: { mean: Tensor; variance: Tensor }, y: Tensor) => {
        const before = variance.add(process);
        const total = before.add(noise);
        const gain = before.div(total);
        const away = y.sub(mean);
        const next = { mean: mean.add(gain.mul(away)), variance: before.mul(gain.neg().add(1)) };
        return [next, { term: total.log().mul(-0.5).sub(away.square().div(total).mul(0.5)).sub(halfLog2Pi) }] as const;
      },
      { mean: tf.scalar(0), variance: tf.scalar(1) },
      ys,
    );
    return term.sum();
  },
  plain: ([logs, ys]) => {
    const [process, noise] = [Math.exp(logs[0]), Math.exp(logs[1])];
    let [mean, variance, sum] = [0, 1, 0];
    for (let t = 0; t < ys.length; t++) {
      const before = variance + process;
      const total = before + noise;
      const gain = before / total;
      sum += -0.5 * Math.log(total) - (0.5 * square(ys[t] - mean)) / total - halfLog2Pi;
      mean += gain * (ys[t] - mean);
      variance = before * (1 - gain);
    }
    return sum;
  },
  inputs: (length) => [real([2], [-1.2, -0.3]), wave(length)].map(bounded),
};

/** An autoregression on the two values before, with its squared errors. */
const ar2: Recursion = {
  formula: ([a, ys]) => {
    const [, errors] = scan(
      ({ one, two }: { one: Tensor; two: Tensor }, y: Tensor) => {
        const expected = one.mul(a.slice(0, 1).reshape([])).add(two.mul(a.slice(1, 1).reshape([])));
        return [{ one: y, two: one }, y.sub(expected).square()] as const;
      },
      { one: tf.scalar(0), two: tf.scalar(0) },
      ys,
    );
    return errors.mean();
  },
  plain: ([a, ys]) => {
    let sum = 0;
    for (let t = 0; t < ys.length; t++)
      sum += square(ys[t] - a[0] * (t > 0 ? ys[t - 1] : 0) - a[1] * (t > 1 ? ys[t - 2] : 0));
    return sum / ys.length;
  },
  inputs: (length) => [real([2], [0.6, -0.3]), wave(length)].map(bounded),
};

/** The forward algorithm of a hidden Markov model with three states and normal emissions. Rabiner 1989, section III. */
const forward: Recursion = {
  formula: ([logits, means, ys]) => {
    const moves = logits.sub(logits.logSumExp(1, true));
    const [last] = scan(
      (alpha: Tensor, y: Tensor) => {
        const seen = y.sub(means).square().mul(-0.5);
        return [alpha.expandDims(1).add(moves).logSumExp(0).add(seen), []] as const;
      },
      tf.fill([3], -Math.log(3)),
      ys,
    );
    return last.logSumExp();
  },
  plain: ([logits, means, ys]) => {
    const sumExp = (x: readonly number[]): number => {
      const top = Math.max(...x);
      return top + Math.log(x.reduce((sum, v) => sum + Math.exp(v - top), 0));
    };
    const rows = [0, 1, 2].map((i) => [0, 1, 2].map((j) => logits[3 * i + j]));
    const moves = rows.map((row) => row.map((v) => v - sumExp(row)));
    let alpha = [0, 1, 2].map(() => -Math.log(3));
    for (let t = 0; t < ys.length; t++)
      alpha = [0, 1, 2].map((j) => sumExp(alpha.map((v, i) => v + moves[i][j])) - 0.5 * square(ys[t] - means[j]));
    return sumExp(alpha);
  },
  inputs: (length) =>
    [real([3, 3], [1, 0.2, -0.5, 0, 1.2, 0.1, -0.3, 0.4, 0.9]), real([3], [-1, 0.2, 1.5]), wave(length)].map(bounded),
};

/** GARCH(1, 1): the variance follows the square of the last value. Bollerslev 1986. */
const garch: Recursion = {
  formula: ([raw, ys]) => {
    const [base, news, memory] = tf.unstack(tf.sigmoid(raw));
    const [, terms] = scan(
      ({ variance, last }: { variance: Tensor; last: Tensor }, y: Tensor) => {
        const next = base.add(news.mul(last.square())).add(memory.mul(variance));
        return [{ variance: next, last: y }, next.log().add(y.square().div(next)).mul(-0.5)] as const;
      },
      { variance: tf.scalar(0.5), last: tf.scalar(0) },
      ys,
    );
    return terms.sum();
  },
  plain: ([raw, ys]) => {
    const [base, news, memory] = Array.from(raw, (x) => 1 / (1 + Math.exp(-x)));
    let [variance, last, sum] = [0.5, 0, 0];
    for (let t = 0; t < ys.length; t++) {
      variance = base + news * last * last + memory * variance;
      sum -= 0.5 * (Math.log(variance) + square(ys[t]) / variance);
      last = ys[t];
    }
    return sum;
  },
  inputs: (length) => [real([3], [-1, -0.5, 0.2]), wave(length)].map(bounded),
};

/** A vector that a matrix moves: a kernel inside the body. */
const linearSystem: Recursion = {
  formula: ([matrix, xs]) => {
    const [last, seen] = scan(
      (state: Tensor, x: Tensor) => {
        const next = tf
          .matMul(matrix as tf.Tensor2D, state.expandDims(1) as tf.Tensor2D)
          .reshape([3])
          .add(x);
        return [next.tanh(), state.mul(next)] as const;
      },
      tf.tensor1d([0.1, -0.2, 0.3]),
      xs,
    );
    return last.sum().add(seen.square().mean());
  },
  plain: ([matrix, xs]) => {
    let state = [0.1, -0.2, 0.3];
    let sum = 0;
    for (let t = 0; t < xs.length / 3; t++) {
      const next = state.map((_, i) => state.reduce((s, v, j) => s + matrix[3 * i + j] * v, 0) + xs[3 * t + i]);
      sum += state.reduce((s, v, i) => s + square(v * next[i]), 0);
      state = next.map(Math.tanh);
    }
    return state.reduce((a, b) => a + b, 0) + sum / xs.length;
  },
  inputs: (length) => [real([3, 3], [0.5, -0.4, 0.1, 0.3, 0.2, -0.6, 0.7, 0.1, 0.4]), wave(length, 3)].map(bounded),
};

/** Numbers of ordinary size, however long the sequence. */
const bounded = (x: HostArray): HostArray => ({
  ...x,
  values: Float64Array.from(x.values, (v) => v / (1 + Math.abs(v) / 3)),
});

export const recursions: Readonly<Record<string, Recursion>> = {
  "a local level": localLevel,
  "AR(2)": ar2,
  "the forward algorithm": forward,
  "GARCH(1, 1)": garch,
  "a linear system": linearSystem,
};
