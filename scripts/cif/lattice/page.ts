/** The lattices as Markdown. */
import { densities } from "../../../models/densities/index.ts";
import { sheetSvg, type Tile } from "../../densities/sheet.ts";
import { pictureOfTarget } from "../../energies/pictures.ts";
import { fixed, median, tableOf } from "../../jobs/markdown.ts";
import { type Outcome, type Page, pictureName, type Result } from "../experiment.ts";
import { countSpread, isBehind, missingSaid, paired, pairedSaid, sheetsOf, spread } from "../figures.ts";
import type { Fitted } from "./fit.ts";
import { type Base, bases, type Kind, kinds } from "./guide.ts";
import { drawsForBound, lattices, type Setting, titles } from "./settings.ts";

type Row = Result<Setting, Fitted>;

const baseSaid = (base: Base): string => (base === "learned" ? base : String(base));

const scoresOf = (rows: readonly Row[]) => rows.map(({ seed, elbo, se }) => ({ seed, mean: elbo, se }));

/** The fits of one cell. */
type Cell = (subject: string, base: Base, kind?: Kind) => readonly Row[];

const cellsOf =
  (results: readonly Row[]): Cell =>
  (subject, base, kind) =>
    results.filter(
      (one) => one.subject === subject && one.setting.base === base && (kind === undefined || one.row === kind),
    );

const modesOf = (subject: string): number => lattices[subject].centres.length;

const tableFor = (subject: string, cell: Cell): string =>
  tableOf(
    ["σ0", "guide", "ELBO", `modes of ${modesOf(subject)}`, "k-hat", "parameters", "seconds", "fits"],
    bases.flatMap((base) =>
      kinds
        .map((kind) => ({ kind, rows: cell(subject, base, kind) }))
        .filter(({ rows }) => rows.length > 0)
        .map(({ kind, rows }) => [
          baseSaid(base),
          titles[kind],
          spread(scoresOf(rows)),
          countSpread(rows.map(({ modes }) => modes)),
          fixed(median(rows.map(({ khat }) => khat))),
          rows[0].parameters.toLocaleString("en-US"),
          fixed(median(rows.map(({ seconds }) => seconds)), 0),
          String(rows.length),
        ]),
    ),
  );

const pairsFor = (cell: Cell): string =>
  tableOf(
    ["lattice", "σ0", "CIF − affine, nats", "seeds", "behind by more than two standard errors?", "CIF − spline"],
    Object.keys(lattices).flatMap((subject) =>
      bases.flatMap((base) => {
        const [plain, affine, indexed] = kinds.map((kind) => scoresOf(cell(subject, base, kind)));
        const gap = paired(indexed, affine);
        if (gap.seeds === 0) return [];
        const said = isBehind(gap) ? "**yes**" : "no";
        return [
          [subject, baseSaid(base), pairedSaid(gap), String(gap.seeds), said, pairedSaid(paired(indexed, plain))],
        ];
      }),
    ),
  );

/** A row of pictures for each base, the target first in each; nothing where no guide has a picture. */
const sheetFor = (subject: string, { results, pictures }: Outcome<Setting, Fitted>): string | undefined => {
  const cell = cellsOf(results);
  const tilesOf = (base: Base): Tile[] =>
    kinds.flatMap((kind) =>
      cell(subject, base, kind)
        .filter(({ seed }) => seed === 1)
        .flatMap((row) => {
          const picture = pictures.read(pictureName(row));
          const note = `σ0 ${baseSaid(base)}: ${fixed(row.elbo, 3)}, ${row.modes} modes`;
          return picture ? [{ title: titles[kind], note, picture }] : [];
        }),
    );
  const rows = bases.map(tilesOf).filter((tiles) => tiles.length > 0);
  if (rows.length === 0) return undefined;
  const target = { title: "target", note: "", picture: pictureOfTarget(densities[subject]) };
  const tiles = rows.flatMap((row) => [target, ...row]);
  return sheetSvg({ name: subject, bounds: densities[subject].bounds }, tiles);
};

const budgetSaid = (jobs: Outcome<Setting, Fitted>["jobs"]): string => {
  const { steps, draws, rate, clip } = jobs[0].setting;
  return `${steps.toLocaleString("en-US")} steps of ${draws.toLocaleString("en-US")} draws, Adam at ${rate}, norms of gradients clipped at ${clip}`;
};

/** @param outcome of the experiment "lattice". */
export const page = (outcome: Outcome<Setting, Fitted>): Page => {
  const cell = cellsOf(outcome.results);
  const here = Object.keys(lattices).filter((subject) => bases.some((base) => cell(subject, base).length > 0));
  const { sheets, shown } = sheetsOf(here, (subject) => sheetFor(subject, outcome));
  const sections = here.map(
    (subject) => `## K = ${modesOf(subject)}\n\n${tableFor(subject, cell)}${shown(subject, `Guides on ${subject}`)}\n`,
  );
  const text = `# Lattices of normals: a CIF as a guide

\`npm run cif -- --only lattice\` made this page, by the protocol of Caterini, Cornish, Sejdinovic & Doucet 2021: normals of deviation 0.25 and equal
weight on a lattice of 3 × 3 over [−2, 2]² or 4 × 4 over [−3, 3]². The targets are normalised: a perfect bound is 0, and one that covers m of K modes
perfectly is ln(m / K). The base is N(0, σ0² I), σ0 fixed or learned from 1 on.

- **spline**: five layers of autoregressive rational-quadratic splines (8 bins, the identity beyond 3, hidden 32 × 2).
- **spline, affine base**: the same with a learned diagonal affine map between base and flow.
- **CIF over splines**: the same layers as the first, before each an affine map of an index of one number, whose networks are [10, 10] of tanh.

Between layers the order of the coordinates is reversed, where the paper draws a permutation. ${budgetSaid(outcome.jobs)}; parameters are averaged over the last steps. ELBO
over ${drawsForBound.toLocaleString("en-US")} draws of the fitted guide, that of a CIF the bound with its joint terms: medians over seeds with their range; of one fit, its standard error. A mode counts
where a quarter of its fair share of the draws lies within three deviations. Seconds are those of one processor. k-hat of a CIF is that of its joint
weights, which count the misfit of r(u | z) too.${missingSaid(outcome)}

## CIF beside the affine base

Differences of the bound, seed by seed: their mean with its standard error over seeds; of one seed, that of the draws. Not to be behind is what
was to be reached.

${pairsFor(cell)}

${sections.join("\n")}`;
  return { name: "cif-lattice.md", text, sheets };
};
