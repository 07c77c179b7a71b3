import * as tf from "#tfjs";
import { checkCount, checkOptions } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { normal, split } from "../ops/random.ts";
import { type RadialParameters, radialMap } from "../transforms/radial.ts";
import { chain } from "./chain.ts";
import { type ConditionedParameters, conditioned } from "./conditioned.ts";
import type { Flow } from "./flow.ts";
import { plainRate } from "./guide.ts";
import { closedFlowSpec, type FlowSpec } from "./spec.ts";

const layer = (size: number, layers: number): Flow<RadialParameters> => ({
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

/** A layer's parameters; behind a context, those of the network that gives them too. */
type Parameters = readonly RadialParameters[] | ConditionedParameters<readonly RadialParameters[]>;

export interface RadialOptions {
  /** 8 unless said. */
  readonly layers?: number;
}

/**
 * Radial flow: each layer draws space towards a point, or away from it; together near the identity at first. Either way costs a distance
 * a layer, the inverse solves a quadratic equation. Behind a context a network gives all parameters. Rezende & Mohamed 2015, section 4.1.
 * @throws FluvialError on unknown options and unless `layers` is a whole number from 1.
 */
export const radial = (options: RadialOptions = {}): FlowSpec<Density, Parameters> => {
  checkOptions("radial", options, ["layers"]);
  const { layers = 8 } = options;
  checkCount("radial: layers", layers);
  return closedFlowSpec<Parameters>({
    name: "radial",
    rate: plainRate,
    options: { layers },
    flow: (size, context = 0) => conditioned("radial", chain(range(layers).map(() => layer(size, layers))), context),
  });
};
