import * as tf from "#tfjs";
import { checkCount, checkOptions } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { normal, split } from "../ops/random.ts";
import { type PlanarParameters, planarMap } from "../transforms/planar.ts";
import { chain } from "./chain.ts";
import { type ConditionedParameters, conditioned } from "./conditioned.ts";
import type { Flow } from "./flow.ts";
import { plainRate } from "./guide.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

const layer = (size: number): Flow<PlanarParameters> => ({
  init: (key) => {
    const [forW, forU] = split(key, 2);
    return { w: normal(forW, [size]).div(Math.sqrt(size)), u: normal(forU, [size]).mul(0.1), b: tf.scalar(0) };
  },
  at: planarMap,
});

/** A layer's parameters; behind a context, those of the network that gives them too. */
type Parameters = readonly PlanarParameters[] | ConditionedParameters<readonly PlanarParameters[]>;

export interface PlanarOptions {
  /** 8 unless said. */
  readonly layers?: number;
}

/**
 * Planar flow: each layer pushes space apart, or together, along one hyperplane. Draws cost 2 · size products a layer, and so do
 * log-determinants; the inverse finds a root of one variable a layer, to rounding. Behind a context a network gives all parameters.
 * Rezende & Mohamed 2015, section 4.1.
 * @throws FluvialError on unknown options and unless `layers` is a whole number from 1.
 */
export const planar = (options: PlanarOptions = {}): FlowSpec<Sampler, Parameters> => {
  checkOptions("planar", options, ["layers"]);
  const { layers = 8 } = options;
  checkCount("planar: layers", layers);
  return flowSpec<Parameters>({
    name: "planar",
    rate: plainRate,
    densityRate: 0.03,
    options: { layers },
    flow: (size, context = 0) => conditioned("planar", chain(range(layers).map(() => layer(size))), context),
  });
};
