import * as tf from "#tfjs";
import { checkCount, fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import { lgamma } from "../core/special/gamma.ts";
import type { Shape } from "../core/tensor.ts";
import { normal } from "../ops/random.ts";
import { unitVector } from "../transforms/unitVector.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { outsideEvents } from "./outside.ts";
import { asReal } from "./parameters.ts";

/** log of the area of the unit sphere in n dimensions: log(2 π^(n/2) / Γ(n/2)). */
const logArea = (n: number): number => Math.LN2 + (n / 2) * Math.log(Math.PI) - lgamma(n / 2);

/**
 * Directions [..., n], uniform on the unit sphere; the density is with respect to its area.
 * @param size n, at least 2.
 * @param shape the shape [..., n] of one draw, where there are several.
 * @throws FluvialError where size is no whole number from 2, or the shape does not end in it.
 */
export const uniformSphere = (size: number, shape: Shape = []): Continuous & Moments => {
  checkCount("uniformSphere: size", size, 2);
  const full = shape.length === 0 ? [size] : shape;
  if (full[full.length - 1] !== size)
    fail(`uniformSphere: shape must end in ${size}, the size, got ${showShape(shape)}`);
  return {
    name: "uniformSphere",
    rank: 1,
    shape: full,
    support: unitVector,
    parameters: {},
    sample: (key, batch = []) => {
      const noise = normal(key, [...batch, ...full]);
      return noise.div(noise.square().sum(-1, true).sqrt());
    },
    logProb: (value) => {
      const x = asReal(value);
      return tf.where(unitVector.contains(x), -logArea(size), outsideEvents(x, 1));
    },
    mean: () => tf.zeros([...full]),
    variance: () => tf.fill([...full], 1 / size),
  };
};
