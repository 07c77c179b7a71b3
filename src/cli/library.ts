import type { Library } from "./context.ts";

/** The library itself, loaded part by part when a command needs it. */
export const library: Library = {
  guides: async () => (await import("../guides/index.ts")).guideSpecs,
  objectives: async () => (await import("../objectives/index.ts")).objectiveSpecs,
  fit: async (model, data, options) => {
    const { fit } = await import("../infer/fit.ts");
    return fit(model, data as never, options);
  },
  sample: async (model, data, { sampler, ...options }) => {
    const [{ sample }, { nuts }] = await Promise.all([
      import("../infer/sample.ts"),
      import("../infer/sampling/samplers.ts"),
    ]);
    return sample(model, data as never, { ...options, ...(sampler && { sampler: nuts(sampler) }) });
  },
  compare: async (model, data, { sampler, ...options }) => {
    const [{ compare }, { nuts }] = await Promise.all([
      import("../compare/compare.ts"),
      import("../infer/sampling/samplers.ts"),
    ]);
    return compare(model, data as never, { ...options, reference: nuts(sampler) });
  },
  report: async (comparison) => (await import("../plot/report.ts")).comparisonReport(comparison),
};
