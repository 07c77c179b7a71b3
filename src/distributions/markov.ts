import * as tf from "#tfjs";
import { broadcast, range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { logNormalised, logSumExp } from "../ops/logMix.ts";
import { scan } from "../ops/scan.ts";
import { exp } from "../ops/special.ts";
import { logOf, logSumOf, outcomes, pick, probsOf, type Scaled } from "./probabilities.ts";

/**
 * A Markov chain of K states over T times, whose states are seen through log-likelihoods. All of it in logarithms, so that what no
 * state explains well loses no digits. Rabiner 1989, "A tutorial on hidden Markov models", section III.
 */
export interface Chain {
  /** Of the first state, [..., K]. */
  readonly initial: Scaled;
  /** From row to column: [..., K, K]; with the time in front where it varies, [T − 1, ..., K, K]. */
  readonly transition: Scaled;
  readonly varying: boolean;
}

/** The first axis of a tensor that has time there, in two: the first element, and the others. */
const firstAndRest = (x: Tensor): [Tensor, Tensor] => {
  const [first, rest] = tf.split(x, [1, x.shape[0] - 1], 0);
  return [first.squeeze([0]), rest];
};

const lastTwoSwapped = (x: Tensor): Tensor => x.transpose([...range(x.rank - 2), x.rank - 1, x.rank - 2]);

const transposed = ({ scale, values }: Scaled): Scaled => ({ scale, values: lastTwoSwapped(values) });

/** The log-likelihoods [T, ..., K] spread over the batch axes of the chain, so that a scan's state keeps its shape. */
const spreadOver = ({ initial, transition, varying }: Chain, logLikelihoods: Tensor): Tensor => {
  const [length, ...one] = logLikelihoods.shape;
  const rows = transition.values.shape.slice(varying ? 1 : 0, -1);
  const full = broadcast(broadcast(one, rows) as number[], initial.values.shape) as number[];
  const lead = full.length - one.length;
  return logLikelihoods.reshape([length, ...range(lead).map(() => 1), ...one]).broadcastTo([length, ...full]);
};

/** A fold over times 2 … T: `turn` takes the state, the element of `xs` [T − 1, ...] there, and the transition to that time. */
const fold = (
  { transition, varying }: Chain,
  init: Tensor,
  xs: Tensor,
  turn: (state: Tensor, x: Tensor, transition: Scaled) => readonly [Tensor, Tensor],
): readonly [Tensor, Tensor] => {
  const { scale, values } = transition;
  if (!varying) return scan((state: Tensor, x: Tensor) => turn(state, x, transition), init, xs);
  return scan(
    (state: Tensor, at: { x: Tensor; values: Tensor }) => turn(state, at.x, { scale, values: at.values }),
    init,
    { x: xs, values },
  );
};

/** A fold's results with the state before it in front: [T, ...]. */
const withFirst = (first: Tensor, rest: Tensor): Tensor => tf.concat([first.expandDims(0), rest], 0);

/** log p(x₁ … x_t, s_t = k) for all t: [T, ..., K] from log-likelihoods of that shape. Rabiner, eqs. 19 and 20. */
const forward = (chain: Chain, logLikelihoods: Tensor): Tensor => {
  const [first, rest] = firstAndRest(logLikelihoods);
  const start = logOf(chain.initial).add(first);
  if (rest.shape[0] === 0) return start.expandDims(0);
  const [, later] = fold(chain, start, rest, (state, x, transition) => {
    const next = logSumOf(transposed(transition), state.expandDims(-2)).add(x);
    return [next, next];
  });
  return withFirst(start, later);
};

/** log p(x_{t+1} … x_T | s_t = k) for all t: [T, ..., K]. Rabiner, eqs. 24 and 25. */
const backward = (chain: Chain, logLikelihoods: Tensor): Tensor => {
  const [first, rest] = firstAndRest(logLikelihoods);
  const end = tf.zerosLike(first);
  if (rest.shape[0] === 0) return end.expandDims(0);
  const { scale, values } = chain.transition;
  const turned = chain.varying ? { ...chain, transition: { scale, values: values.reverse(0) } } : chain;
  const [, earlier] = fold(turned, end, rest.reverse(0), (state, x, transition) => {
    const before = logSumOf(transition, state.add(x).expandDims(-2));
    return [before, before];
  });
  return withFirst(end, earlier).reverse(0);
};

/** log p(x), the states summed out: [T, ..., K] → [...]. */
export const logEvidence = (chain: Chain, logLikelihoods: Tensor): Tensor => {
  const spread = spreadOver(chain, logLikelihoods);
  const all = forward(chain, spread);
  return logSumExp(all.slice([spread.shape[0] - 1], [1]).squeeze([0]));
};

/** p(s_t = k | x) for all t: [T, ..., K] alike. */
export const smoothed = (chain: Chain, logLikelihoods: Tensor): Tensor => {
  const spread = spreadOver(chain, logLikelihoods);
  return exp(logNormalised(forward(chain, spread).add(backward(chain, spread))));
};

/** The entry of a vector [..., K] at an index [...]. */
const entry = (vector: Tensor, index: Tensor): Tensor =>
  tf.where(outcomes(vector.shape[vector.rank - 1]).equal(index.expandDims(-1)), vector, 0).sum(-1);

const real = (index: Tensor): Tensor => index.cast("float32");

/** The path s₁ … s_T that is most probable given all of x: [T, ..., K] → [T, ...]. Viterbi 1967; Rabiner, eqs. 32 to 35. */
export const mostLikelyPath = (chain: Chain, logLikelihoods: Tensor): Tensor => {
  const [first, rest] = firstAndRest(spreadOver(chain, logLikelihoods));
  const start = logOf(chain.initial).add(first);
  if (rest.shape[0] === 0) return real(start.argMax(-1)).expandDims(0);
  const [end, from] = fold(chain, start, rest, (state, x, transition) => {
    const ways = lastTwoSwapped(logOf(transition)).add(state.expandDims(-2));
    return [ways.max(-1).add(x), real(ways.argMax(-1))];
  });
  const last = real(end.argMax(-1));
  const [, earlier] = scan(
    (state: Tensor, pointers: Tensor) => {
      const before = entry(pointers, state);
      return [before, before] as const;
    },
    last,
    from.reverse(0),
  );
  return withFirst(last, earlier).reverse(0);
};

/** Draws of s₁ … s_T from uniforms [T, ...]. */
export const drawStates = (chain: Chain, uniforms: Tensor): Tensor => {
  const [first, rest] = firstAndRest(uniforms);
  const start = pick(probsOf(chain.initial), first);
  if (rest.shape[0] === 0) return start.expandDims(0);
  const [, later] = fold(chain, start, rest, (state, x, transition) => {
    const rows = lastTwoSwapped(probsOf(transition));
    const next = pick(entry(rows, state.expandDims(-1)), x);
    return [next, next];
  });
  return withFirst(start, later);
};
