import { fail } from "../../core/check.ts";
import { disposeTree } from "../../core/tree.ts";
import { coloured, type Gaussian } from "../../diagnostics/gaussian.ts";
import type { Engine } from "../../engine/engine.ts";
import { densityOf } from "../../infer/densityOf.ts";
import { condition } from "../../model/condition.ts";
import type { DataFor } from "../../model/data.ts";
import type { Model } from "../../model/model.ts";
import type { Points } from "./points.ts";

/**
 * Slopes of a model's log density on the unconstrained scale at whitened points, in unconstrained coordinates: [count × size].
 * @throws FluvialError where the model or its size are others than those of the points.
 */
export const scoresAt = (
  model: Model,
  data: object,
  drawnFrom: string | undefined,
  { count, size, values }: Points,
  whitening: Gaussian,
  engine: Engine,
): Float64Array => {
  const conditioned = condition(model, data as DataFor<Record<string, never>>);
  if (conditioned.model !== drawnFrom || conditioned.size !== size)
    fail(`distances: target: expected the model "${drawnFrom}" that was drawn from, got "${conditioned.model}"`);
  const tensors = engine.compile(() => conditioned.tensors())();
  const gradient = engine.gradient(densityOf(conditioned), size, tensors);
  const z = coloured(values, whitening);
  const scores = new Float64Array(z.length);
  for (let i = 0; i < count; i++)
    gradient.at(z.subarray(i * size, (i + 1) * size), scores.subarray(i * size, (i + 1) * size));
  gradient.dispose();
  disposeTree(tensors);
  return scores;
};
