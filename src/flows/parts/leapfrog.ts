import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { scan } from "../../ops/scan.ts";
import { stopGradient } from "../../ops/stopGradient.ts";

/** A point in phase space, each [...batch, size]: where, the momentum, and what was seen there that the force is made of. */
export interface PhasePoint {
  readonly x: Tensor;
  readonly momentum: Tensor;
  readonly seen: Tensor;
}

/** What moves a point. */
export interface Motion {
  /** ε, [size]; negative to go back. */
  readonly lengths: Tensor;
  /** What the force is made of at x, once for every x. */
  look(x: Tensor): Tensor;
  force(x: Tensor, seen: Tensor): Tensor;
}

/** In units in which the base is standard normal: nearly all its forces are below 4. */
const strongest = 10;

/**
 * A force as it stands up to 10 in each coordinate, and beyond that growing with its logarithm: where a density is steeper than a step
 * size can follow, points then drift off by and by, where they would be flung to infinity. Volume is kept whatever the force.
 */
export const restrained = (force: Tensor): Tensor => {
  const beyond = tf.maximum(force.abs().div(strongest), 1).log().mul(strongest);
  return force.clipByValue(-strongest, strongest).add(stopGradient(force.sign()).mul(beyond));
};

/** Half a step in the momenta, a whole one in x, half a one in the momenta, of mass 1. */
const once = ({ lengths, look, force }: Motion, { x, momentum, seen }: PhasePoint): PhasePoint => {
  const between = momentum.add(restrained(force(x, seen)).mul(lengths.mul(0.5)));
  const there = x.add(between.mul(lengths));
  const after = look(there);
  return { x: there, momentum: between.add(restrained(force(there, after)).mul(lengths.mul(0.5))), seen: after };
};

/**
 * So many leapfrog steps, one after another: they keep volume in phase space whatever the force, and the same number of them with −ε
 * goes back. Neal 2011, MCMC using Hamiltonian dynamics, section 2.3.
 */
export const leapfrog = (motion: Motion, start: PhasePoint, steps: number): PhasePoint => {
  if (steps === 1) return once(motion, start);
  const turns = tf.zeros([steps]);
  return scan((at: PhasePoint) => [once(motion, at), {}] as const, start, turns)[0];
};
