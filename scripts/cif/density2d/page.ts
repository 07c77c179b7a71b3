/** Densities of points as Markdown. */

import { planeSets } from "../../densities/sets.ts";
import { sheetSvg, type Tile } from "../../densities/sheet.ts";
import { fixed, median, tableOf } from "../../jobs/markdown.ts";
import { pictureOf, shown } from "../../jobs/pictures.ts";
import { type Outcome, type Page, pictureName, type Result } from "../experiment.ts";
import { missingSaid, paired, pairedSaid, sheetsOf, spread } from "../figures.ts";
import type { Fitted } from "./fit.ts";
import { type Budget, budgetOf, drawsForBound, flows, pairs, type Setting, sets } from "./settings.ts";

type Row = Result<Setting, Fitted>;
type Found = (budget: Budget, set: string, row: string) => readonly Row[];

const shortfallsOf = (rows: readonly Row[]) => rows.map(({ seed, shortfall }) => ({ seed, ...shortfall }));

const rows: readonly string[] = Object.keys(flows);

/** Rows that have a fit anywhere, sets across. */
const overview = (budget: Budget, here: readonly string[], found: Found): string =>
  tableOf(
    ["nats below the truth", ...here],
    rows
      .filter((row) => here.some((set) => found(budget, set, row).length > 0))
      .map((row) => [row, ...here.map((set) => spread(shortfallsOf(found(budget, set, row))))]),
  );

const gaps = (budget: Budget, here: readonly string[], found: Found): string =>
  tableOf(
    ["CIF − base, nats below the truth", ...here],
    [...pairs, ["MAF, 20 layers", "CIF over MAF, 5 layers"] as const].map(([base, indexed]) => [
      `${indexed} − ${base}`,
      ...here.map((set) =>
        pairedSaid(paired(shortfallsOf(found(budget, set, indexed)), shortfallsOf(found(budget, set, base)))),
      ),
    ]),
  );

const endings: Readonly<Record<string, string>> = {
  levelled: "levelled off",
  fell: "fell: best kept",
  budget: "steps spent",
  interrupted: "time spent",
};

const endingsSaid = (results: readonly Row[]): string =>
  [...new Set(results.map(({ ending }) => endings[ending] ?? ending))].join(", ");

const detail = (budget: Budget, set: string, found: Found): string =>
  tableOf(
    ["", "parameters", "log-likelihood", "ELBO", "below the truth", "steps", "seconds", "training", "fits"],
    rows
      .map((row) => ({ row, results: found(budget, set, row) }))
      .filter(({ results }) => results.length > 0)
      .map(({ row, results }) => [
        row,
        results[0].parameters.toLocaleString("en-US"),
        (results[0].elbo ? "≥ " : "") + spread(results.map(({ test }) => test)),
        results[0].elbo ? spread(results.flatMap(({ elbo }) => elbo ?? [])) : "",
        (results[0].elbo ? "≤ " : "") + spread(shortfallsOf(results)),
        median(results.map(({ taken }) => taken)).toLocaleString("en-US"),
        fixed(median(results.map(({ seconds }) => seconds)), 0),
        endingsSaid(results),
        String(results.length),
      ]),
  );

const oddOf = (results: readonly Row[]): string =>
  results
    .filter(({ notFinite }) => notFinite > 0)
    .map(
      ({ row, subject, seed, notFinite }) =>
        `\n- ${row} on ${subject}, seed ${seed}: ${notFinite} test points have no finite log density`,
    )
    .join("");

const sheetFor = (set: string, found: Found, { pictures }: Outcome<Setting, Fitted>): string | undefined => {
  const truth = planeSets[set];
  const tiles: Tile[] = rows.flatMap((row) =>
    found("steps", set, row)
      .filter(({ seed }) => seed === 1)
      .flatMap((one) => {
        const picture = pictures.read(pictureName(one));
        const note = `${one.elbo ? "at most " : ""}${fixed(one.shortfall.mean, 3)} nats below the truth`;
        return picture ? [{ title: row, note, picture }] : [];
      }),
  );
  if (tiles.length === 0) return undefined;
  const picture = pictureOf(truth.logDensity, truth.sample(shown, 5).values, truth.logDensity, truth.bounds);
  return sheetSvg(truth, [{ title: "truth", note: "", picture }, ...tiles]);
};

const sectionOf = (set: string, found: Found, picture: string): string => {
  const timed = rows.some((row) => found("seconds", set, row).length > 0)
    ? `\n\nAt equal seconds:\n\n${detail("seconds", set, found)}`
    : "";
  return `## ${set}${picture}\n\nAt equal parameters:\n\n${detail("steps", set, found)}${timed}\n`;
};

/** @param outcome of the experiment "density2d". */
export const page = (outcome: Outcome<Setting, Fitted>): Page => {
  const found: Found = (budget, set, row) =>
    outcome.results.filter((one) => one.subject === set && one.row === row && budgetOf(one.setting) === budget);
  const here = sets.filter((set) => outcome.results.some(({ subject }) => subject === set));
  const { batch, rate } = outcome.jobs[0].setting;
  const { sheets, shown: inPage } = sheetsOf(here, (set) => sheetFor(set, found, outcome));
  const text = `# Densities of the plane: CIFs beside the flows that they are made of

\`npm run cif -- --only density2d\` made this page: flows fitted to 50,000 points of the [sets of the plane](../densities-table.md) that Cornish, Caterini, Deligiannidis & Doucet
2020 show, 4,000 more to watch training on, scored on 10,000 fresh ones. Where a set lies in pieces, a single bijection leaves filaments between them; a CIF need not.

- **MAF, 5 layers** and **CIF over MAF, 5 layers** have as many parameters, within a tenth, and so have **residual, 8 blocks** and the CIF over it; what the networks of the index take is taken from
  the widths inside. **MAF, 20 layers** has more than three times as many.
- **At equal parameters**: 10,000 steps for MAFs and 5,000 for residual flows at the most. **At equal seconds**: as many steps as 200 seconds of one processor
  allow, 400 for residual flows.
- ${batch.toLocaleString("en-US")} points a step, the rate from ${rate}, lowered where the likelihood of the watched points rises no more; training ends early where that has levelled off.

Nats below the truth: the mean of log p(x) − log q(x) over the test points. Of a CIF log q(x) is the bound by ${drawsForBound} draws of its indices for each point, so that it lies at most so far
below the truth; the ELBO is the bound by one. Medians over seeds with their range; of one fit, its standard error. Seconds are those of one processor.${missingSaid(outcome)}${oddOf(outcome.results)}

## At equal parameters

${overview("steps", here, found)}

The mean difference, seed by seed, with its standard error over seeds (of one seed, that of the points); below 0 the CIF is better.

${gaps("steps", here, found)}

## At equal seconds

${overview("seconds", here, found)}

${gaps("seconds", here, found)}

${here.map((set) => sectionOf(set, found, inPage(set, `Flows and CIFs on ${set}`))).join("\n")}`;
  return { name: "cif-densities.md", text, sheets };
};
