import * as tf from "#tfjs";
import type { Family } from "../core/family.ts";
import { range } from "../core/shape.ts";
import { normal, split } from "../ops/random.ts";
import { type PlanarParameters, planarMap } from "../transforms/planar.ts";
import type { Transform } from "../transforms/transform.ts";
import { chain } from "./chain.ts";

const layer = (size: number): Family<PlanarParameters, Transform> => ({
  init: (key) => {
    const [forW, forU] = split(key, 2);
    return { w: normal(forW, [size]).div(Math.sqrt(size)), u: normal(forU, [size]).mul(0.1), b: tf.scalar(0) };
  },
  at: planarMap,
});

/** Planar flow: `layers` planar maps. Rezende & Mohamed 2015. */
export const planarFlow = (size: number, layers: number): Family<readonly PlanarParameters[], Transform> =>
  chain(range(layers).map(() => layer(size)));
