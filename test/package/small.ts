import * as fluvial from "../../src/index.ts";

/** The library as readers of the README have it, but with few steps and draws: what runs is the code, not its patience. */
export * from "../../src/index.ts";

const few = { chains: 2, warmup: 50, draws: 60 };

export const fit: typeof fluvial.fit = (model, data, options) =>
  fluvial.fit(
    model,
    data,
    options?.guide === "auto" ? { ...options, budget: 2000 } : { ...options, steps: 5, draws: 50 },
  );

export const sample: typeof fluvial.sample = (model, data, options) =>
  fluvial.sample(model, data, { ...options, ...few });

export const compare: typeof fluvial.compare = (model, data, options) =>
  fluvial.compare(model, data, { ...options, ...few, steps: 5, guideDraws: 50 });

export const calibrate: typeof fluvial.calibrate = (model, data, options) =>
  fluvial.calibrate(model, data, { ...options, replications: 20 });
