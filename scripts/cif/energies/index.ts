/** The four energies: CIFs beside the flows that they are made of, at equal parameters. */
import { fixed } from "../../jobs/markdown.ts";
import type { Experiment } from "../experiment.ts";
import { type Fitted, run } from "./fit.ts";
import { page } from "./page.ts";
import { cases, type Setting } from "./settings.ts";

export const energies: Experiment<Setting, Fitted> = {
  ...{ name: "energies", cases, run, page },
  say: ({ kl, se, khat }) => `KL ${fixed(kl, 4)} ± ${fixed(se, 4)}, k-hat ${fixed(khat)}`,
};
