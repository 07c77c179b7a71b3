import * as tf from "#tfjs";
import type { Key } from "../../core/key.ts";
import { range } from "../../core/shape.ts";
import type { Scalar, Tensor } from "../../core/tensor.ts";
import { normal, split } from "../../ops/random.ts";
import { scan } from "../../ops/scan.ts";
import { standardLogProb } from "../../ops/standardNormal.ts";
import type { Mapped } from "../../transforms/transform.ts";
import type { StochasticMap } from "../stochastic.ts";
import { leapfrog, type Motion, type PhasePoint } from "./leapfrog.ts";

/** A normal distribution of momenta, in units of the noise of a refresh: mean and log-scale, [...batch, size] each or what spreads to it. */
export interface Turning {
  readonly mean: Tensor;
  readonly logScale: Tensor;
}

/** Steps of Hamiltonian dynamics there and back. */
export interface HamiltonianParts {
  /** ε, [steps, size], and leapfrog steps between two refreshes. */
  readonly lengths: Tensor;
  readonly leapfrogSteps: number;
  /** η, [steps]: how much of the momenta each refresh keeps, from 0 to below 1. The last keeps nothing. */
  readonly kept: Tensor;
  /** What the force is made of at x, x's shape; it is the same for all steps. */
  look(x: Tensor): Tensor;
  /** The force of a step, from what was seen. */
  force(x: Tensor, seen: Tensor, index: Scalar): Tensor;
  /**
   * By what the momenta before a refresh differ from η v′, seen from what came of it: where x is, and η v′. Where there is none, a
   * refresh is taken back by a refresh, which is right where the momenta are standard normal.
   */
  turning?(x: Tensor, keptMomentum: Tensor, index: Scalar): Turning;
}

interface State extends PhasePoint {
  readonly logDet: Tensor;
}

interface Input {
  readonly noise: Tensor;
  readonly lengths: Tensor;
  readonly kept: Scalar;
  readonly index: Scalar;
}

const motionAt = ({ look, force }: HamiltonianParts, { lengths, index }: Input): Motion => ({
  lengths,
  look,
  force: (x, seen) => force(x, seen, index),
});

/** How far the noise of a refresh spreads: √(1 − η²). */
const spread = (kept: Scalar): Tensor => kept.square().neg().add(1).sqrt();

const turningAt = ({ turning }: HamiltonianParts, x: Tensor, keptMomentum: Tensor, index: Scalar): Turning =>
  turning?.(x, keptMomentum, index) ?? { mean: tf.scalar(0), logScale: tf.zerosLike(x) };

/** log N(residual) of what has its scale times exp(logScale), less log N(noise). */
const ratio = (residual: Tensor, noise: Tensor, logScale: Tensor): Tensor =>
  standardLogProb(residual).sub(standardLogProb(noise)).sub(logScale.sum(-1));

/** Leapfrog steps, then v → v′ = η v + √(1 − η²) noise, and log r(v | v′, x) − log q(v′ | v). */
const stepAhead =
  (parts: HamiltonianParts) =>
  ({ logDet, ...from }: State, input: Input): State => {
    const { noise, kept, index } = input;
    const { x, momentum, seen } = leapfrog(motionAt(parts, input), from, parts.leapfrogSteps);
    const after = momentum.mul(kept).add(noise.mul(spread(kept)));
    const keptMomentum = after.mul(kept);
    const { mean, logScale } = turningAt(parts, x, keptMomentum, index);
    const residual = momentum.sub(keptMomentum).div(spread(kept)).sub(mean).div(logScale.exp());
    return { x, momentum: after, seen, logDet: logDet.add(ratio(residual, noise, logScale)) };
  };

/** The same backwards: v′ → v from r, and leapfrog steps of −ε; log q(v′ | v) − log r(v | v′, x). */
const stepBack =
  (parts: HamiltonianParts) =>
  ({ x, momentum: after, seen, logDet }: State, input: Input): State => {
    const { noise, lengths, kept, index } = input;
    const keptMomentum = after.mul(kept);
    const { mean, logScale } = turningAt(parts, x, keptMomentum, index);
    const turned = noise.mul(logScale.exp()).add(mean);
    const momentum = keptMomentum.add(turned.mul(spread(kept)));
    const residual = after.sub(momentum.mul(kept)).div(spread(kept));
    const motion = motionAt(parts, { ...input, lengths: lengths.neg() });
    const before = leapfrog(motion, { x, momentum, seen }, parts.leapfrogSteps);
    return { ...before, logDet: logDet.sub(ratio(noise, residual, logScale)) };
  };

/**
 * Steps of Hamiltonian dynamics with momenta of mass 1, which are standard normal at both ends and in part drawn anew between the
 * steps: a stochastic map of x [...batch, size] whose log-ratio is that of the two paths in phase space. Leapfrog steps keep volume,
 * so that only the momenta count. With no steps it is the identity.
 */
export const hamiltonianMap = (parts: HamiltonianParts): StochasticMap => {
  const steps = parts.lengths.shape[0];
  const through = (x: Tensor, key: Key, way: "forward" | "inverse"): Mapped => {
    const logDet = tf.zeros(x.shape.slice(0, -1));
    if (steps === 0) return { value: x, logDet };
    const along = (values: Tensor): Tensor => (way === "forward" ? values : values.reverse(0));
    const [forMomentum, forSteps] = split(key, 2);
    const inputs: Input = {
      noise: normal(forSteps, [steps, ...x.shape]),
      lengths: along(parts.lengths),
      kept: along(parts.kept) as Scalar,
      index: along(tf.tensor1d(range(steps), "float32")) as Scalar,
    };
    const step = way === "forward" ? stepAhead(parts) : stepBack(parts);
    const momentum = normal(forMomentum, x.shape);
    const start: State = { x, momentum, seen: parts.look(x), logDet };
    const [end] = scan((state: State, input: Input) => [step(state, input), {}] as const, start, inputs);
    const ends = standardLogProb(end.momentum).sub(standardLogProb(momentum));
    return { value: end.x, logDet: end.logDet.add(ends) };
  };
  return {
    rank: 1,
    forward: (x, key) => through(x, key, "forward"),
    inverse: (y, key) => through(y, key, "inverse"),
  };
};
