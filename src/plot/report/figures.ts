import type { Comparison, Fit } from "../../posterior/posterior.ts";
import { densityPlot } from "../density.ts";
import { elboPlot } from "../elbo.ts";
import { forestPlot } from "../forest.ts";
import { rankPlot } from "../rank.ts";
import { renderSvg } from "../render.ts";
import type { PlotSpec } from "../spec.ts";
import { tracePlot } from "../trace.ts";
import { type Html, html, trusted } from "./html.ts";

/** Panels in sight, and panels in the file at all. */
const inSight = 12;
const atMost = 60;

const bare = { title: undefined, legend: false } as const;

const panel = async (caption: string, specs: readonly PlotSpec[]): Promise<Html> =>
  html`<figure><figcaption>${caption}</figcaption>${trusted((await Promise.all(specs.map(renderSvg))).join(""))}</figure>`;

/** A panel per scalar: the first dozen in sight, the others behind a fold, and a word on those left out. */
const panels = async (
  scalars: readonly string[],
  layout: string,
  specsOf: (scalar: string) => readonly PlotSpec[],
): Promise<Html> => {
  const drawn = await Promise.all(scalars.slice(0, atMost).map((scalar) => panel(scalar, specsOf(scalar))));
  const grid = (some: readonly Html[]): Html => html`<div class="${layout}">${some}</div>`;
  const rest = drawn.slice(inSight);
  const fold = rest.length ? html`<details><summary>${rest.length} more</summary>${grid(rest)}</details>` : undefined;
  const left = scalars.length - drawn.length;
  return html`${grid(drawn.slice(0, inSight))}${fold}${left > 0 ? html`<p>${left} more parameters are not drawn.</p>` : undefined}`;
};

/** The marginal densities of every scalar, all methods in each panel. */
export const densityPanels = ({ methods, reference }: Comparison, scalars: readonly string[]): Promise<Html> =>
  panels(scalars, "panels", (scalar) => [
    densityPlot(methods, scalar, { ...bare, reference, width: 320, height: 150 }),
  ]);

/** Trace and ranks of every scalar of the reference. */
export const chainPanels = ({ methods, reference }: Comparison, scalars: readonly string[]): Promise<Html> =>
  panels(scalars, "panels wide", (scalar) => [
    { ...tracePlot(methods[reference], scalar, { ...bare, width: 460, height: 130 }), x: { ticks: 5 } },
    { ...rankPlot(methods[reference], scalar, { ...bare, width: 460, height: 90 }), marginLeft: 52, marginRight: 20 },
  ]);

/** The same plot twice, for a wide page and for a narrow one: text keeps its size. */
const wideAndNarrow = async (specOf: (width: number) => PlotSpec): Promise<Html> => {
  const [wide, narrow] = await Promise.all([renderSvg(specOf(880)), renderSvg(specOf(360))]);
  return html`<figure class="plain"><div class="for-wide">${trusted(wide)}</div><div class="for-narrow">${trusted(narrow)}</div></figure>`;
};

/** Intervals of the first scalars on the reference's scale. */
export const intervalFigure = ({ methods, reference }: Comparison, scalars: readonly string[]): Promise<Html> =>
  wideAndNarrow((width) => forestPlot(methods, { ...bare, reference, width, scalars: scalars.slice(0, 2 * inSight) }));

/** The bound of every fit, or nothing where there is none. */
export const boundFigure = async ({ methods, reference }: Comparison): Promise<Html | undefined> => {
  const fits = Object.fromEntries(
    Object.entries(methods).filter(
      (entry): entry is [string, Fit] => entry[1].kind === "fit" && entry[1].history.length > 0,
    ),
  );
  if (Object.keys(fits).length === 0) return undefined;
  return wideAndNarrow((width) => elboPlot(fits, { ...bare, series: Object.keys(methods), reference, width }));
};
