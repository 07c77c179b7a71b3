import * as tf from "#tfjs";
import type { Family } from "../core/family.ts";
import { range } from "../core/shape.ts";
import { normal, split } from "../ops/random.ts";
import { type RadialParameters, radialMap } from "../transforms/radial.ts";
import type { Transform } from "../transforms/transform.ts";
import { chain } from "./chain.ts";

const layer = (size: number, layers: number): Family<RadialParameters, Transform> => ({
  init: (key) => {
    const [forCentre, forPull] = split(key, 2);
    return {
      centre: normal(forCentre, [size]),
      reach: tf.scalar(0.5),
      pull: normal(forPull).mul(0.2 / Math.sqrt(layers)),
    };
  },
  at: radialMap,
});

/** Radial flow: `layers` radial maps, together near the identity at first. Rezende & Mohamed 2015. */
export const radialFlow = (size: number, layers: number): Family<readonly RadialParameters[], Transform> =>
  chain(range(layers).map(() => layer(size, layers)));
