/** The results as Markdown. */
import { isDone } from "../jobs/lines.ts";
import { fixed, median, rough, tableOf } from "../jobs/markdown.ts";
import {
  type Cell,
  cellOf,
  cellPasses,
  corrected,
  goodButWrong,
  goods,
  khatOfCell,
  medianOf,
  nearness,
  own,
  passed,
  passedButWrong,
  passedNear,
  sdFactor,
  type Which,
} from "./cell.ts";
import type { Line, Result } from "./results.ts";

const isChains = (cell: Cell): boolean => cell.results.some(({ fit }) => fit === undefined);

/** "0.03, 0.01": the largest, and the root mean square. */
const meansSaid = (cell: Cell, which: Which): string =>
  cell.results.some(which)
    ? `${fixed(medianOf(cell, (r) => which(r)?.meanWorst))}, ${fixed(medianOf(cell, (r) => which(r)?.meanRms))}`
    : "";

/** "× 1.20, 5 %": the factor farthest from 1, and the root mean square of the logarithms. */
const sdsSaid = (cell: Cell, which: Which): string => {
  if (!cell.results.some(which)) return "";
  const worst = medianOf(cell, (r) => which(r)?.sdWorst);
  return `× ${fixed(worst)}, ${fixed(100 * medianOf(cell, (r) => which(r)?.sdRms), 0)} %`;
};

/** "Good 2, Use with care 1". */
const verdictsSaid = ({ results, failures }: Cell): string => {
  const words = [...results.map(({ verdict }) => verdict.split(/[:,]/)[0]), ...failures.map(() => "failed")];
  const each = [...new Set(words)].map((word) => [word, words.filter((other) => other === word).length] as const);
  return each.map(([word, count]) => (each.length === 1 ? word : `${word} ${count}`)).join(", ");
};

const khatSaid = (cell: Cell): string => {
  if (cell.lines.length === 0 || isChains(cell)) return "";
  if (cell.results.length === 0) return "failed";
  const said = fixed(khatOfCell(cell));
  const count = passed(cell);
  if (count === 0) return said;
  return count === cell.lines.length ? `**${said}**` : `${said} (${count} of ${cell.lines.length})`;
};

const boundSaid = (cell: Cell): string =>
  isChains(cell) || cell.results.length === 0
    ? ""
    : `${fixed(medianOf(cell, ({ fit }) => fit?.elbo))} ± ${fixed(
        medianOf(cell, ({ fit }) => fit?.elboSe),
        3,
      )}`;

const detailHead = [
  ...["", "ELBO", "k-hat", "means", "sds", "means, corrected", "sds, corrected"],
  ...["gradients", "seconds", "verdict"],
];

const detail = (cell: Cell): string[] => [
  cell.guide,
  boundSaid(cell),
  khatSaid(cell),
  meansSaid(cell, own),
  sdsSaid(cell, own),
  meansSaid(cell, corrected),
  sdsSaid(cell, corrected),
  cell.results.length > 0 ? rough(medianOf(cell, ({ gradients }) => gradients)) : "",
  cell.results.length > 0
    ? fixed(
        medianOf(cell, ({ seconds }) => seconds),
        1,
      )
    : "",
  verdictsSaid(cell),
];

const failuresOf = (cells: readonly Cell[]): string =>
  cells
    .flatMap(({ guide, failures }) => failures.map(({ seed, error }) => `\n- ${guide}, seed ${seed}: ${error}`))
    .join("");

/** Chains come first, then guides by k-hat. */
const byKhat = (a: Cell, b: Cell): number => {
  const place = (cell: Cell): number => (isChains(cell) ? Number.NEGATIVE_INFINITY : khatOfCell(cell));
  const [x, y] = [place(a), place(b)];
  return x === y ? 0 : x - y;
};

const sectionOf = (posterior: string, cells: readonly Cell[]): string => {
  const failures = failuresOf(cells);
  return `## ${posterior}\n\n${tableOf(detailHead, [...cells].sort(byKhat).map(detail))}${failures && `\n${failures}`}\n`;
};

const summaryHead = [
  ...["", "passed and near", "posteriors passed", "fits passed", "verdicts Good", "fits failed"],
  ...["worst mean", "worst sd", "worst mean, corrected", "worst sd, corrected", "gradients", "seconds"],
];

const total = (cells: readonly Cell[], of: (cell: Cell) => number): number =>
  cells.reduce((sum, cell) => sum + of(cell), 0);

/** Medians over posteriors, of medians over seeds. */
const typical = (cells: readonly Cell[], of: (cell: Cell) => number): number =>
  median(cells.map(of).filter((value) => !Number.isNaN(value)));

const summaryRow = (cells: readonly Cell[]): string[] => {
  const chains = cells.some(isChains);
  const seeds = total(cells, ({ lines }) => lines.length);
  const of = (figure: Parameters<typeof medianOf>[1]): number => typical(cells, (cell) => medianOf(cell, figure));
  const hasCorrected = cells.some(({ results }) => results.some(corrected));
  return [
    cells[0].guide,
    chains ? "" : `${total(cells, passedNear)} of ${seeds}`,
    chains ? "" : `${cells.filter(cellPasses).length} of ${cells.length}`,
    chains ? "" : `${total(cells, passed)} of ${seeds}`,
    `${total(cells, goods)}`,
    `${total(cells, ({ failures }) => failures.length) || ""}`,
    fixed(of((r) => r.own.meanWorst)),
    `× ${fixed(of((r) => sdFactor(r.own)))}`,
    hasCorrected ? fixed(of((r) => corrected(r)?.meanWorst)) : "",
    hasCorrected ? `× ${fixed(of((r) => sdFactor(corrected(r))))}` : "",
    rough(of((r) => r.gradients)),
    fixed(
      of((r) => r.seconds),
      1,
    ),
  ];
};

/** Those first whose fits pass most often and are near, of equals the quicker. */
const ranked = (guides: readonly (readonly Cell[])[]): (readonly Cell[])[] => {
  const rank = (cells: readonly Cell[]): number =>
    cells.some(isChains)
      ? Number.POSITIVE_INFINITY
      : total(cells, passedNear) / total(cells, ({ lines }) => lines.length);
  const seconds = (cells: readonly Cell[]): number => typical(cells, (cell) => medianOf(cell, (r) => r.seconds));
  return [...guides].sort((a, b) => (rank(a) === rank(b) ? seconds(a) - seconds(b) : rank(b) - rank(a)));
};

const parts = (most: number, names: readonly string[]): string[][] =>
  names.length <= most ? [[...names]] : [names.slice(0, most), ...parts(most, names.slice(most))];

/** k-hat, guides down and posteriors across. */
const grid = (guides: readonly (readonly Cell[])[], posteriors: readonly string[]): string =>
  parts(6, posteriors)
    .map((some) =>
      tableOf(
        ["", ...some],
        guides.map((cells) => [
          cells[0].guide,
          ...some.map((name) => khatSaid(cells.find(({ posterior }) => posterior === name) as Cell)),
        ]),
      ),
    )
    .join("\n\n");

const wrongSaid = ({ posterior, guide, seed, fit, own: plain }: Result): string => {
  const errors = fit?.corrected ?? plain;
  return `- ${guide} on ${posterior}, seed ${seed}: k-hat ${fixed(fit?.khat ?? Number.NaN)}, worst mean ${fixed(errors.meanWorst)}, worst sd × ${fixed(errors.sdWorst)}`;
};

/** What k-hat let pass, and what verdicts let pass, that is wrong all the same. */
const wrongs = (cells: readonly Cell[]): string => {
  const listOf = (results: readonly Result[]): string =>
    results.length > 0 ? results.map(wrongSaid).join("\n") : "None.";
  return `Verdicts that begin with "Good" all the same:\n\n${listOf(cells.flatMap(goodButWrong))}\n\nFits that k-hat alone lets pass; their verdicts say "Use with care":\n\n${listOf(cells.flatMap(passedButWrong))}`;
};

/** Markdown of all lines. @param posteriors, guides, seeds which, in their order. */
export const report = (
  lines: readonly Line[],
  posteriors: readonly string[],
  guides: readonly string[],
  seeds: readonly number[],
): string => {
  const here = posteriors.filter((posterior) => lines.some((line) => line.posterior === posterior));
  const cellsOf = (guide: string): Cell[] =>
    here.map((posterior) => cellOf(lines, posterior, guide)).filter((cell) => cell.lines.length > 0);
  const rows = ranked(guides.map(cellsOf).filter((cells) => cells.length > 0));
  const fits = rows.filter((cells) => !cells.some(isChains));
  const whole = fits.map((cells) =>
    here.map((name) => cells.find(({ posterior }) => posterior === name) ?? cellOf([], name, cells[0].guide)),
  );
  const named = whole.map((cells, i) => cells.map((cell) => ({ ...cell, guide: fits[i][0].guide })));
  return `# Leaderboard of guides

\`npm run leaderboard\` made this page: every guide fitted to [twelve posteriors of posteriordb](../posteriordb.md) at the defaults of \`fit\`, ${seeds.length === 1 ? "one seed" : `${seeds.length} seeds`}, beside NUTS
at the defaults of \`sample\`. ${lines.filter(isDone).length.toLocaleString("en-US")} fits. Figures are medians over seeds.

- **k-hat** of the importance weights of 4,000 draws; below the threshold of 0.7 it passes, and the weights can correct the rows. Bold: it passed
  with every seed; "(2 of 3)": with some. A guide with noise of its own is judged by its joint weights, which count the misfit of its reverse
  model too. k-hat sees what the guide reaches, not a mode that it never visited.
- **means**: (mean − reference mean) / reference sd, the largest and the root mean square over all scalars. **sds**: sd / reference sd, the ratio
  farthest from 1, and the root mean square of its logarithm. First those of the guide's own draws, then of the rows under their importance weights,
  where k-hat allows those; a scalar whose own k-hat forbids it keeps the guide's figure. The reference is 10,000 draws, most of them nearly
  independent: errors of means below 0.03 and of sds below × 1.02 are within its own noise and that of 4,000 draws.
- **seconds** of one fit, on a core that other work shared: ratios mean more than figures. **gradients** of the log density, as the fit counts them.

## Summary

Fits that passed and whose reported rows are near the reference, means within ${nearness.mean} sd and sds within × ${nearness.sd}; posteriors where most seeds passed, fits that passed, verdicts that begin with "Good"; the largest error over the scalars of a posterior, gradients and
seconds as medians over posteriors. Corrected figures are over the fits that could be corrected alone.

${tableOf(summaryHead, rows.map(summaryRow))}

## Passed, and wrong all the same

k-hat sees what a guide reaches. Rows farther from the reference than means by ${nearness.mean} sd or sds by × ${nearness.sd}:

${wrongs(rows.flat())}

## k-hat

${grid(named, here)}

${here
  .map((posterior) =>
    sectionOf(
      posterior,
      rows.flatMap((cells) => cells.filter((cell) => cell.posterior === posterior)),
    ),
  )
  .join("\n")}`;
};
