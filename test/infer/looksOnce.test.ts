/** A guide that looks at the posterior before it is trained looks once for every restart, whoever asks what it can do. */
import { expect, it } from "vitest";
import schools, { data } from "../../models/eight-schools-noncentred.ts";
import type { GuideSpec } from "../../src/core/density.ts";
import { fullRank, laplaceGuide, meanField, mixtureGuide, pathfinder, whitened } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";

const asSpec = (guide: unknown): GuideSpec => guide as GuideSpec;

/** A guide, with what its makings cost it, one number for each. */
const counted = (spec: GuideSpec): { readonly guide: GuideSpec; readonly spent: number[] } => {
  const spent: number[] = [];
  const make: GuideSpec["for"] = async (target, host) => {
    const made = await spec.for(target, host);
    spent.push(made.prepared?.gradients ?? 0);
    return made;
  };
  return { guide: { ...spec, for: make }, spent };
};

const searching: readonly (readonly [string, GuideSpec])[] = [
  ["mixtureGuide", asSpec(mixtureGuide({ of: fullRank() }))],
  ["whitened", asSpec(whitened(meanField() as never, { by: laplaceGuide({ restarts: 2 }) }))],
  ["laplace", asSpec(laplaceGuide({ restarts: 2 }))],
  ["pathfinder", asSpec(pathfinder({ paths: 1 }))],
];

it.each(searching)("%s", async (_, spec) => {
  for (const restarts of [1, 2]) {
    const { guide, spent } = counted(spec);
    const options = { guide, restarts, ...(!spec.ready && { steps: 50 }), draws: 500, seed: 1 };
    const { gradients, steps } = await fit(schools, data, options as never);
    expect(spent.length).toBe(restarts);
    expect(Math.min(...spent)).toBeGreaterThan(0);
    // Searches are paid for once: 8 gradients a training step are the rest.
    expect(gradients).toBe(spent.reduce((a, b) => a + b) + 8 * steps);
  }
});
