import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { fromHost } from "../core/tensor.ts";
import type { Linearised } from "../ops/linearised.ts";
import { loop } from "../ops/loop.ts";
import { normal, split, uniform } from "../ops/random.ts";
import { exp } from "../ops/special.ts";
import { stopGradient } from "../ops/stopGradient.ts";

/** Vectors v with E[v vᵀ] = I, by name: signs, whose vᵀ A v varies least, or standard normals. Hutchinson 1990. */
export const probes: {
  readonly signs: (key: Key, shape: Shape) => Tensor;
  readonly normal: (key: Key, shape: Shape) => Tensor;
} = {
  signs: (key, shape) => tf.where(uniform(key, [...shape]).less(0.5), tf.fill([...shape], -1), 1),
  normal,
};

export type Probe = keyof typeof probes;

export interface SeriesOptions {
  /** How many terms are always summed. */
  readonly terms: number;
  /** The probability to go on after them, term after term. 0: never, and what is left out is a bias. */
  readonly continuation: number;
  /** What the largest singular value of J is known to stay below. */
  readonly lipschitz: number;
  /** "signs" unless said. */
  readonly probe?: Probe;
}

/** After this many terms what is left, size · κⁿ⁺¹/(1 − κ) at the most, is below rounding. */
export const lastTerm = (lipschitz: number): number =>
  Math.max(1, Math.ceil(Math.log(1e-17 * (1 - lipschitz)) / Math.log(lipschitz)) - 1);

/** How many terms each row sums, [...batch]: P(count ≥ k) = continuation^(k − terms). */
const countsOf = (key: Key, batch: Shape, { terms, continuation }: SeriesOptions): Tensor =>
  continuation === 0
    ? tf.fill([...batch], terms)
    : uniform(key, batch).log().div(Math.log(continuation)).floor().add(terms);

interface State {
  readonly k: Tensor;
  /** (Jᵀ)ᵏ⁻¹ v. */
  readonly moved: Tensor;
  readonly sum: Tensor;
  /** Σ (−1)ᵏ⁻¹ weight (Jᵀ)ᵏ⁻¹ v. */
  readonly solved: Tensor;
}

/**
 * log det(I + J) of a Jacobian whose largest singular value is below 1: the series Σ (−1)ᵏ⁺¹ tr(Jᵏ)/k, traces by vᵀ Jᵏ v, cut at a random
 * number of terms, each divided by the probability to reach it; [...batch]. Without bias where `continuation` is above 0; its variance is
 * sure to be finite only where that is above lipschitz². The gradient is that of Σ (−1)ᵏ vᵀ Jᵏ dJ v, summed with the same weights, without
 * bias too: it costs one product J v however many terms there are; first gradients only. Terms are worked out until the longest row
 * of a batch ends. Chen, Behrmann, Duvenaud & Jacobsen 2019.
 */
export const logDetSeries = (
  at: Pick<Linearised, "push" | "pull">,
  shape: Shape,
  key: Key,
  options: SeriesOptions,
): Tensor => {
  const { terms, continuation, lipschitz, probe = "signs" } = options;
  const [forProbe, forCount] = split(key, 2);
  const batch = shape.slice(0, -1);
  const v = probes[probe](forProbe, shape);
  const counts = countsOf(forCount, batch, options);
  const rise = continuation === 0 ? 0 : -Math.log(continuation);
  const step = ({ k, moved, sum, solved }: State): State => {
    const weight = exp(k.sub(terms).relu().mul(rise)).mul(k.lessEqual(counts).cast("float32"));
    const odd = k.sub(k.div(2).floor().mul(2));
    const signed = weight.mul(odd.mul(2).sub(1));
    const next = at.pull(moved);
    return {
      k: k.add(1),
      moved: next,
      sum: sum.add(next.mul(v).sum(-1).mul(signed).div(k)),
      solved: solved.add(moved.mul(signed.expandDims(-1))),
    };
  };
  const longest = counts.max();
  const made = loop<State>(
    {
      while: ({ k }) => k.lessEqual(longest),
      step,
      most: continuation === 0 ? terms : Math.max(terms, lastTerm(lipschitz)),
    },
    { k: fromHost([1], []), moved: v, sum: tf.zeros([...batch]), solved: tf.zerosLike(v) },
  );
  const along = stopGradient(made.solved).mul(at.push(v)).sum(-1);
  return stopGradient(made.sum).add(along.sub(stopGradient(along)));
};
