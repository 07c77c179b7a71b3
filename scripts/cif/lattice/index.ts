/** Mixture lattices: the spline flow, the same with an affine base, and the CIF over splines. */
import { fixed } from "../../jobs/markdown.ts";
import type { Experiment } from "../experiment.ts";
import { type Fitted, run } from "./fit.ts";
import { page } from "./page.ts";
import { cases, type Setting } from "./settings.ts";

export const lattice: Experiment<Setting, Fitted> = {
  ...{ name: "lattice", cases, run, page },
  say: ({ elbo, se, modes, khat, setting }) =>
    `σ0 ${setting.base}: ELBO ${fixed(elbo, 4)} ± ${fixed(se, 4)}, ${modes} modes, k-hat ${fixed(khat)}`,
};
