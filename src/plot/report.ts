import type { Comparison, Discrepancy } from "../posterior/posterior.ts";
import { colours } from "./palette.ts";
import { boundFigure, chainPanels, densityPanels, intervalFigure } from "./report/figures.ts";
import { glossary } from "./report/glossary.ts";
import { type Html, html, trusted } from "./report/html.ts";
import { style } from "./report/style.ts";
import { chip, discrepancyTable, methodTable, summaryTable } from "./report/tables.ts";
import { namesOf } from "./series.ts";

type Colours = Readonly<Record<string, string>>;

/** Rows of one table; beyond them those that are furthest off. */
const mostRows = 200;

const legend = (names: readonly string[], byName: Colours): Html =>
  html`<ul class="legend">${names.map((name) => html`<li>${chip(name, byName[name])}</li>`)}</ul>`;

const chainNames = (comparison: Comparison): string[] => {
  const [first] = Object.values(comparison.methods[comparison.reference].draws);
  return Array.from({ length: first?.shape[0] ?? 0 }, (_, c) => `chain ${c + 1}`);
};

const sizeOfDraws = (comparison: Comparison): string => {
  const [first] = Object.values(comparison.methods[comparison.reference].draws);
  const [chains = 0, draws = 0] = first?.shape ?? [];
  const each = draws.toLocaleString("en-GB");
  return chains === 1 ? `${each} draws` : `${chains} chains of ${each} draws`;
};

const lede = (comparison: Comparison): string => {
  const others = Object.keys(comparison.methods).length - 1;
  const count = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"][others] ?? String(others);
  const what = `${count} ${others === 1 ? "approximation" : "approximations"}`;
  return `${what} of the posterior, held against ${comparison.reference} with ${sizeOfDraws(comparison)}.`;
};

/** A verdict; where it ends with what the method says of itself, that part is quieter. */
const verdictHtml = (verdict: string, own: string): Html =>
  verdict !== own && verdict.endsWith(own)
    ? html`${verdict.slice(0, -own.length)}<span class="aside">${own}</span>`
    : html`${verdict}`;

const verdicts = ({ verdicts, methods }: Comparison, byName: Colours): Html =>
  html`<dl class="verdicts">${Object.entries(methods).map(
    ([name, { verdict }]) =>
      html`<div><dt>${chip(name, byName[name])}</dt><dd>${verdictHtml(verdicts[name] ?? verdict, verdict)}</dd></div>`,
  )}</dl>`;

const distance = ({ meanError, sdRatio }: Discrepancy): number => {
  const off = Math.abs(meanError) + Math.abs(Math.log(sdRatio));
  return Number.isNaN(off) ? Infinity : off;
};

const furthest = (rows: readonly Discrepancy[]): readonly Discrepancy[] =>
  rows.length <= mostRows ? rows : [...rows].sort((a, b) => distance(b) - distance(a)).slice(0, mostRows);

const discrepancies = (comparison: Comparison): readonly Html[] =>
  Object.entries(comparison.discrepancies).map(
    ([name, rows], i) =>
      html`<details${trusted(i === 0 ? " open" : "")}><summary>${name}</summary>${
        rows.length > mostRows ? html`<p>The ${mostRows} furthest off of ${rows.length}.</p>` : undefined
      }${discrepancyTable(name, furthest(rows))}</details>`,
  );

const referenceSection = async (comparison: Comparison, scalars: readonly string[]): Promise<Html> => {
  const reference = comparison.methods[comparison.reference];
  const chains = chainNames(comparison);
  return html`<h2>The reference, ${comparison.reference}</h2>
<p>Chains that agree look alike: traces that overlap, and ranks that are flat. The dashes hold 95% of the bars of independent
draws. Long traces are thinned.</p>
${legend(chains, colours(chains))}${await chainPanels(comparison, scalars)}
${summaryTable(comparison.reference, reference.rows.slice(0, mostRows))}`;
};

const boundSection = async (comparison: Comparison, byName: Colours): Promise<Html | undefined> => {
  const figure = await boundFigure(comparison);
  const fits = Object.keys(comparison.methods).filter((name) => comparison.methods[name].kind === "fit");
  return (
    figure &&
    html`<h2>The bound by step</h2>
<p>Single estimates faint, their running mean over them. A curve enters the frame where it comes near to its end; higher is closer to the
log evidence.</p>${legend(fits, byName)}${figure}`
  );
};

const page = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Fluvial"><title>${title}</title><style>${trusted(style)}
</style></head><body><main>
${body}
</main></body></html>
`;

/**
 * A comparison as one HTML file that needs nothing beside it: verdicts, the methods, intervals, densities, discrepancies, the
 * reference's chains, the bounds. Everything that comes from the user is escaped.
 */
export const comparisonReport = async (comparison: Comparison): Promise<string> => {
  const names = Object.keys(comparison.methods);
  const reference = comparison.methods[comparison.reference];
  const byName = colours(names, comparison.reference);
  const scalars = namesOf(reference);
  const body = html`<header><p class="kicker">Comparison of posteriors</p><h1>${comparison.model}</h1>
<p class="lede">${lede(comparison)}</p></header>
${verdicts(comparison, byName)}
<h2>Methods</h2>${methodTable(comparison, byName)}
<h2>Every parameter at a glance</h2>
<p>Thin strokes hold 90% of the draws, thick ones half of them, dots are medians; each parameter on the scale of the reference's mean
and sd.</p>${legend(names, byName)}${await intervalFigure(comparison, scalars)}
<h2>Marginal densities</h2>${legend(names, byName)}${await densityPanels(comparison, scalars)}
<h2>How far from the reference</h2>${discrepancies(comparison)}
${await boundSection(comparison, byName)}
${await referenceSection(comparison, scalars)}
<h2>How to read this</h2>${glossary}
<footer>Written by Fluvial; seed ${reference.seed}.</footer>`;
  return page(`${comparison.model}: comparison of posteriors`, body).html;
};
