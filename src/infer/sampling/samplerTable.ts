import { hmc, nuts, type SamplerSpec, tempered } from "./samplers.ts";

/** Samplers by the name that their specs and the command line know them by. */
export const samplerSpecs: {
  readonly nuts: typeof nuts;
  readonly hmc: typeof hmc;
  readonly tempered: typeof tempered;
} = { nuts, hmc, tempered };

/** The doublings at which a sampler cuts its trajectories; ∞ where they have a fixed length. */
export const deepestTree = ({ name, options }: Pick<SamplerSpec, "name" | "options">): number =>
  name === "nuts" ? ((options.maxTreeDepth as number | undefined) ?? 10) : Number.POSITIVE_INFINITY;
