/** CIFs on the four energies as Markdown. */
import { densities } from "../../../models/densities/index.ts";
import { sheetSvg, type Tile } from "../../densities/sheet.ts";
import { pictureOfTarget } from "../../energies/pictures.ts";
import { energyNames } from "../../energies/settings.ts";
import { fixed, median, tableOf } from "../../jobs/markdown.ts";
import { type Outcome, type Page, pictureName, type Result } from "../experiment.ts";
import { missingSaid, paired, pairedSaid, sheetsOf, spread } from "../figures.ts";
import type { Fitted } from "./fit.ts";
import { drawsForBound, firstWeight, guides, indexedRow, pairs, type Setting } from "./settings.ts";

type Row = Result<Setting, Fitted>;
type Found = (row: string, energy?: string) => readonly Row[];

const klOf = (rows: readonly Row[]) => rows.map(({ seed, kl, se }) => ({ seed, mean: kl, se }));

const upper = energyNames.map((energy) => energy.toUpperCase());

const overview = (names: readonly string[], found: Found): string =>
  tableOf(
    ["KL in nats", ...upper],
    names.map((row) => [row, ...energyNames.map((energy) => spread(klOf(found(row, energy))))]),
  );

const gaps = (found: Found): string =>
  tableOf(
    ["CIF − base, nats", ...upper],
    Object.keys(pairs).map((row) => [
      row,
      ...energyNames.map((energy) =>
        pairedSaid(paired(klOf(found(indexedRow(row), energy)), klOf(found(row, energy)))),
      ),
    ]),
  );

const detail = (names: readonly string[], found: Found): string =>
  tableOf(
    ["", "guide", "parameters", "seconds", "k-hat", "fits"],
    names.map((row) => {
      const rows = found(row);
      return [
        row,
        `\`${rows[0].setting.guide}\``,
        rows[0].parameters.toLocaleString("en-US"),
        fixed(median(rows.map(({ seconds }) => seconds)), 0),
        fixed(median(rows.map(({ khat }) => khat))),
        String(rows.length),
      ];
    }),
  );

const sheetFor = (energy: string, names: readonly string[], found: Found, { pictures }: Outcome<Setting, Fitted>) => {
  const tiles: Tile[] = names.flatMap((row) =>
    found(row, energy)
      .filter(({ seed }) => seed === 1)
      .flatMap((one) => {
        const picture = pictures.read(pictureName(one));
        return picture ? [{ title: row, note: `KL ${fixed(one.kl, 3)} nats`, picture }] : [];
      }),
  );
  if (tiles.length === 0) return undefined;
  const target = { title: "target", note: "", picture: pictureOfTarget(densities[energy]) };
  return sheetSvg({ name: energy.toUpperCase(), bounds: densities[energy].bounds }, [target, ...tiles]);
};

/** @param outcome of the experiment "energies". */
export const page = (outcome: Outcome<Setting, Fitted>): Page => {
  const found: Found = (row, energy) =>
    outcome.results.filter((one) => one.row === row && (energy === undefined || one.subject === energy));
  const names = Object.keys(guides).filter((row) => found(row).length > 0);
  const { steps, draws, rate } = outcome.jobs[0].setting;
  const { sheets, shown } = sheetsOf(energyNames, (energy) => sheetFor(energy, names, found, outcome));
  const text = `# Four energies: CIFs beside the flows that they are made of

\`npm run cif -- --only energies\` made this page: guides on the [four energies](energies.md) of Rezende & Mohamed 2015, each flow beside a CIF over the same flow
with as many parameters, within a tenth. What the networks of a CIF take is taken from the flow inside: from the widths of its networks, or, of planar
flows, from its layers.

${steps.toLocaleString("en-US")} steps of ${draws} draws, one start, the rate falling from ${rate[0]} to ${rate[1]} along half a cosine, the weight of the log density rising from ${firstWeight} to 1 over the first half. KL(q ‖ p) = log Z − ELBO
over ${drawsForBound.toLocaleString("en-US")} draws of the fitted guide; of a CIF it is that of the joint density of the draw and its indices, which is at least as large.
Medians over seeds with their range; of one fit, its standard error. Where the KL is small, a cell may fall below 0 by chance.${missingSaid(outcome)}

${overview(names, found)}

The mean difference, seed by seed, with its standard error over seeds (of one seed, that of the draws); below 0 the CIF is better.

${gaps(found)}

Seconds are those of one processor, medians over all four energies; k-hat likewise, of a CIF that of its joint weights.

${detail(names, found)}

In the pictures, one an energy, the paint is the density, of guides a kernel density estimate of 10,000 draws (bandwidth 0.15), on the scale of the target; beside it
500 draws. One seed.${energyNames.map((energy) => shown(energy, `CIFs and their bases on ${energy.toUpperCase()}`)).join("")}
`;
  return { name: "cif-energies.md", text, sheets };
};
