import { khatThreshold } from "../../diagnostics/psis.ts";
import type { Comparison, Discrepancy, Fit, Row } from "../../posterior/posterior.ts";
import { showNumber } from "../../posterior/text.ts";
import { type Html, html, trusted } from "./html.ts";

/** A cell of a table: its text, and whether it is one to look at. */
interface Cell {
  readonly text: string;
  readonly flagged?: boolean;
}

/** The part of a table with one thing: its head and what it says of a row. */
interface TableColumn<R> {
  readonly head: string;
  readonly cell: (row: R) => Cell;
}

const plain = (text: string): Cell => ({ text });
const number = (x: number | undefined): Cell => plain(showNumber(x));
const minus = (text: string): string => text.replace(/^-/, "−");
const signed = (x: number): string =>
  Number.isFinite(x) ? minus(`${x > 0 ? "+" : ""}${x.toFixed(2)}`) : showNumber(x);
const whole = (x: number | undefined): Cell => plain(x === undefined ? "" : Math.round(x).toLocaleString("en-GB"));

const cellHtml = ({ text, flagged }: Cell): Html =>
  flagged ? html`<td class="flag">${minus(text)}</td>` : html`<td>${minus(text)}</td>`;

/** A table in a box of its own that scrolls sideways; the first column are the rows' heads. */
const tableOf = <R>(
  caption: string,
  first: string,
  headOf: (row: R) => Html,
  columns: readonly TableColumn<R>[],
  rows: readonly R[],
): Html => html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr><th scope="col">${first}</th>${columns.map((c) => html`<th scope="col">${c.head}</th>`)}</tr></thead>
<tbody>${rows.map(
  (row) => html`<tr><th scope="row">${headOf(row)}</th>${columns.map((c) => cellHtml(c.cell(row)))}</tr>
`,
)}</tbody></table></div>`;

/** A method's name behind a stroke of its colour. */
export const chip = (name: string, colour: string): Html =>
  html`<span class="chip" style="--chip:${trusted(colour)}"></span>${name}`;

type Method = Comparison["methods"][string];

/** Two significant digits of the standard error, and as many decimals of the bound. */
const boundOf = (method: Method): string => {
  if (method.kind !== "fit") return "";
  const { elbo, elboSe } = method;
  if (!(Number.isFinite(elbo) && elboSe > 0)) return showNumber(elbo);
  const decimals = Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(elboSe))));
  return `${elbo.toFixed(decimals)} ± ${elboSe.toFixed(decimals)}`;
};

const seconds = (method: Method): string =>
  method.seconds < 10 ? method.seconds.toFixed(2) : method.seconds.toFixed(0);

const khatCell = ({ khat, logRatios }: Fit): Cell => ({
  text: showNumber(khat),
  flagged: !(khat <= khatThreshold(logRatios.length)),
});

const methodColumns: readonly TableColumn<Method>[] = [
  { head: "ELBO, nats", cell: (m) => plain(boundOf(m)) },
  {
    head: "k-hat",
    cell: (m) => (m.kind === "fit" ? khatCell(m) : plain("")),
  },
  { head: "seconds", cell: (m) => plain(seconds(m)) },
  { head: "gradients", cell: (m) => whole(m.gradients) },
  {
    head: "divergences",
    cell: (m) => (m.kind === "chains" ? { text: String(m.divergences), flagged: m.divergences > 0 } : plain("")),
  },
];

/** One row per method: bound, k-hat, cost, divergences. */
export const methodTable = (comparison: Comparison, colours: Readonly<Record<string, string>>): Html =>
  tableOf(
    `Bound, k-hat and cost of each method. Starred: a k-hat above its threshold (0.7, less for few draws), or any divergence.`,
    "method",
    ([name]) => chip(name, colours[name]),
    methodColumns.map(({ head, cell }) => ({ head, cell: ([, method]: [string, Method]) => cell(method) })),
    Object.entries(comparison.methods),
  );

/** An error is starred when it is both larger than this, in sds of the reference, and beyond this many Monte Carlo errors. */
const worthNaming = { error: 0.1, z: 3 };

const starred = (error: number, z: number): boolean =>
  !(Math.abs(error) <= worthNaming.error || Math.abs(z) <= worthNaming.z);

const meanCell = (d: Discrepancy): Cell => ({ text: signed(d.meanError), flagged: starred(d.meanError, d.meanZ) });

const sdCell = (d: Discrepancy): Cell => ({
  text: Number.isFinite(d.sdRatio) ? d.sdRatio.toFixed(2) : showNumber(d.sdRatio),
  flagged: starred(Math.log(d.sdRatio), d.sdZ),
});

const discrepancyColumns: readonly TableColumn<Discrepancy>[] = [
  { head: "mean", cell: (d) => number(d.mean) },
  { head: "reference", cell: (d) => number(d.referenceMean) },
  { head: "mean error", cell: meanCell },
  { head: "z", cell: (d) => plain(signed(d.meanZ)) },
  { head: "sd", cell: (d) => number(d.sd) },
  { head: "reference", cell: (d) => number(d.referenceSd) },
  { head: "sd ratio", cell: sdCell },
  { head: "z", cell: (d) => plain(signed(d.sdZ)) },
];

/** One method beside the reference, a row per scalar. */
export const discrepancyTable = (name: string, rows: readonly Discrepancy[]): Html =>
  tableOf(
    `${name} beside the reference. Mean error in sds of the reference; sd ratio to the reference's; each z in Monte Carlo standard ` +
      `errors of both sides. Starred: more than 0.1 sds or 10% off, and beyond 3 Monte Carlo errors.`,
    "parameter",
    (row) => html`${row.name}`,
    discrepancyColumns,
    rows,
  );

const rowColumns: readonly TableColumn<Row>[] = [
  { head: "mean", cell: (r) => number(r.mean) },
  { head: "sd", cell: (r) => number(r.sd) },
  { head: "5%", cell: (r) => number(r.q5) },
  { head: "50%", cell: (r) => number(r.q50) },
  { head: "95%", cell: (r) => number(r.q95) },
  { head: "MCSE", cell: (r) => number(r.mcse) },
  {
    head: "R-hat",
    cell: (r) => ({
      text: r.rhat === undefined ? "" : r.rhat.toFixed(3),
      flagged: r.rhat !== undefined && !(r.rhat < 1.01),
    }),
  },
  { head: "bulk ESS", cell: (r) => whole(r.essBulk) },
  { head: "tail ESS", cell: (r) => whole(r.essTail) },
];

/** The summary of one posterior, a row per scalar. */
export const summaryTable = (name: string, rows: readonly Row[]): Html =>
  tableOf(
    `Summary of ${name}. Starred: an R-hat of 1.01 or more.`,
    "parameter",
    (row) => html`${row.name}`,
    rowColumns.filter((column) => rows.some((row) => column.cell(row).text !== "")),
    rows,
  );
