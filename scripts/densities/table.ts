/** The results as Markdown. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDone } from "../jobs/lines.ts";
import { fixed, rough, tableOf } from "../jobs/markdown.ts";
import type { Line, Mean, Result } from "./results.ts";
import { planeSets } from "./sets.ts";
import type { Budget } from "./settings.ts";

const within = ({ mean, se }: Mean, places = 3): string => `${fixed(mean, places)} ± ${fixed(se, places)}`;

const short = (line: Line): string => line.flow;

const likelihood = ({ bound, test }: Result): string => `${bound ? "≥ " : ""}${within(test)}`;

const stretched = ({ stretch }: Result): string =>
  stretch ? `${rough(stretch.toNoise)}, ${rough(stretch.toSamples)}` : "";

/** Nats below the truth; where that is not known, the log-likelihood. */
const worth = (line: Line | undefined): string => {
  if (!line) return "";
  if (!isDone(line)) return "failed";
  return line.shortfall ? `${line.bound ? "≤ " : ""}${within(line.shortfall)}` : likelihood(line);
};

const endings: Readonly<Record<string, string>> = {
  levelled: "levelled off",
  fell: "fell: best kept",
  budget: "steps spent",
  interrupted: "time spent",
};

const detail = (line: Result): string[] => [
  short(line),
  line.parameters ? line.parameters.toLocaleString("en-US") : "",
  likelihood(line),
  line.shortfall ? worth(line) : "",
  stretched(line),
  line.took.steps ? line.took.steps.toLocaleString("en-US") : "",
  line.took.seconds >= 0.05 ? line.took.seconds.toFixed(1) : "",
  endings[line.ending] ?? "",
];

const head = ["", "parameters", "log-likelihood", "below the truth", "stretch", "steps", "seconds", "training"];

const truthOf = (set: string): string => {
  const truth = planeSets[set]?.expectedLogDensity;
  return truth === undefined ? "" : ` E log p = ${fixed(truth, 4)} nats.`;
};

const failuresOf = (lines: readonly Line[]): string =>
  lines
    .filter((line) => !isDone(line))
    .map((line) => `\n- ${line.flow}: ${(line as { error: string }).error}`)
    .join("");

const oddOf = (lines: readonly Result[]): string =>
  lines
    .filter(({ notFinite }) => notFinite > 0)
    .map(({ flow, notFinite }) => `\n- ${flow}: ${notFinite} test points have no finite log density`)
    .join("");

const sectionOf = (set: string, lines: readonly Line[], folder: string): string => {
  const results = lines.filter(isDone);
  const best = [...results].sort((a, b) => b.test.mean - a.test.mean);
  const picture = existsSync(join(folder, "densities", `${set}.svg`))
    ? `\n\n![Densities and samples of ${set}](densities/${set}.svg)`
    : "";
  return `## ${set}\n${truthOf(set)}\n\n${tableOf(head, best.map(detail))}${failuresOf(lines)}${oddOf(results)}${picture}\n`;
};

const parts = (most: number, names: readonly string[]): string[][] =>
  names.length <= most ? [[...names]] : [names.slice(0, most), ...parts(most, names.slice(most))];

/** Flows down, sets across; as many tables as keep them narrow. */
const overview = (lines: readonly Line[], sets: readonly string[], flows: readonly string[]): string =>
  parts(6, sets)
    .map((some) =>
      tableOf(
        ["", ...some],
        flows.map((flow) => [
          flow,
          ...some.map((set) => worth(lines.find((line) => line.flow === flow && line.set === set))),
        ]),
      ),
    )
    .join("\n\n");

/**
 * Markdown of all lines.
 * @param sets, flows which, in their order. @param folder where the sheets of pictures lie.
 */
export const report = (
  lines: readonly Line[],
  sets: readonly string[],
  flows: readonly string[],
  { batch, steps, seconds }: Budget,
  folder: string,
): string => {
  const rows = flows.filter((flow) => flow !== "truth" && lines.some((line) => line.flow === flow));
  const columns = sets.filter((set) => lines.some((line) => line.set === set));
  return `# Held-out likelihoods

\`npm run densities\` made this page: every flow fitted to every set, and scored on 10,000 fresh points. 50,000 points to train on (90,000 patches),
4,000 to watch training on; ${batch.toLocaleString("en-US")} a step, at most ${steps.toLocaleString("en-US")} steps and ${seconds} seconds, one seed. Flows whose steps are dear took fewer: the column of steps says how many.
[About the sets](../densities-table.md).

Nats below the truth, an estimate of KL(p ‖ q): the mean of log p(x) − log q(x) over the same test points, with its standard error. For the patches,
whose density nobody knows: the log-likelihood of a patch, in nats, higher is better. Of a flow with noise of its own only a bound is known, that of
64 draws a point.

Stretch: the largest singular value of the Jacobian from points to noise, and of its inverse, over 1,000 test points, on the scale that the flow sees. Where a set lies in
several pieces, one of them must grow without bound for the fit to become perfect (Cornish et al. 2020, theorem 2.1).

${overview(lines, columns, rows)}

${columns
  .map((set) =>
    sectionOf(
      set,
      lines.filter((line) => line.set === set && flows.includes(line.flow)),
      folder,
    ),
  )
  .join("\n")}`;
};
