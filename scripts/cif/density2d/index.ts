/** Densities of points of the plane: MAF and residual flows beside CIFs over them. */
import { fixed } from "../../jobs/markdown.ts";
import type { Experiment } from "../experiment.ts";
import { type Fitted, run } from "./fit.ts";
import { page } from "./page.ts";
import { budgetOf, cases, type Setting } from "./settings.ts";

export const density2d: Experiment<Setting, Fitted> = {
  ...{ name: "density2d", cases, run, page },
  say: ({ shortfall, elbo, test, taken, setting }) => {
    const bound = elbo ? `, ELBO ${fixed(elbo.mean, 4)}` : "";
    const below = `${fixed(shortfall.mean, 4)} ± ${fixed(shortfall.se, 4)} below the truth`;
    return `equal ${budgetOf(setting)}: ${fixed(test.mean, 4)}, ${below}${bound}, ${taken} steps`;
  },
};
