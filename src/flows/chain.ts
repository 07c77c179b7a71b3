import type { Family } from "../core/family.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { split } from "../ops/random.ts";
import type { Mapped, Transform } from "../transforms/transform.ts";

const after = (x: Mapped, step: Transform): Mapped => {
  const { value, logDet } = step.forward(x.value);
  return { value, logDet: x.logDet.add(logDet) };
};

/** One map after another, the first one first; log-determinants add up. */
export const chainMaps = (maps: readonly Transform[]): Transform => ({
  rank: maps[0].rank,
  forward: (x: Tensor) =>
    maps.slice(1).reduce(
      (made, step, i) => within(`layer ${i + 2}`, () => after(made, step)),
      within("layer 1", () => maps[0].forward(x)),
    ),
});

/** One learnable map after another. */
export const chain = <P>(layers: readonly Family<P, Transform>[]): Family<readonly P[], Transform> => ({
  init: (key) => split(key, layers.length).map((layerKey, i) => layers[i].init(layerKey)),
  at: (parameters) => chainMaps(parameters.map((p, i) => layers[i].at(p))),
});
