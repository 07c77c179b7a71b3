import { fail } from "../core/check.ts";
import type { Sampler, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Now } from "../core/now.ts";
import { sameShape, showShape } from "../core/shape.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";

/** Target, guide, key, now → the scalar to go down on. */
export type Loss<Q extends Sampler = Sampler> = (target: Target, q: Q, key: Key, now: Now) => Scalar;

/**
 * A loss to go down on: target, guide, key, now → scalar. Its type says what it needs of a guide: an Objective<Density> does not
 * take a guide that is only a Sampler. Minus its value is what training watches; its gradient need not be that of the value.
 */
export interface Objective<Q extends Sampler = Sampler> {
  (target: Target, q: Q, key: Key, now: Now): Scalar;
  /** By which `objectiveSpecs`, files and the command line know it. */
  readonly name: string;
  /** All options, those left out at their defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Draws, and so evaluations of the log density, a step. */
  readonly draws: number;
  /** What its watched value is not, and what rate it needs where guides have networks; left out of bounds. */
  readonly course?: ObjectiveCourse;
}

/** How training by an objective goes that is no bound from below. */
export interface ObjectiveCourse {
  /** What is watched may fall while the guide gets better: no state is better than a later one by it alone. */
  readonly mayFall: true;
  /** The rate to start from, as a part of that of a guide with networks, whose draws it would else lose. */
  readonly networkRate: number;
}

/**
 * That of objectives whose gradient is a mean under importance weights: far from the posterior the weights rest on one draw, which networks
 * follow too far at their usual rate, and what is watched is far from what it estimates.
 */
export const weighedCourse: ObjectiveCourse = { mayFall: true, networkRate: 0.3 };

/** A loss under its name, with its options. */
export const objectiveOf = <Q extends Sampler>(
  name: string,
  options: Readonly<Record<string, unknown>>,
  draws: number,
  loss: Loss<Q>,
  course?: ObjectiveCourse,
): Objective<Q> => {
  const objective: Loss<Q> = (target, q, key, now) => loss(target, q, key, now);
  // The name of a function cannot be assigned.
  const known = {
    name: { value: name },
    options: { value: options },
    draws: { value: draws },
    course: { value: course },
  };
  return Object.defineProperties(objective, known) as Objective<Q>;
};

/**
 * The target's log density at draws [draws, size] → [draws], labelled as the model's.
 * @throws FluvialError where the target gives another shape, which would spread over the draws.
 */
export const logDensityAt = (target: Target, draws: Tensor): Tensor =>
  within("model", () => {
    const logDensity = target.logDensity(draws);
    const expected = draws.shape.slice(0, -1);
    if (!sameShape(logDensity.shape, expected))
      fail(`expected a log density of shape ${showShape(expected)}, got ${showShape(logDensity.shape)}`);
    return logDensity;
  });
