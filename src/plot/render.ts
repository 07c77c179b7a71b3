import type { Markish, PlotOptions as ObservableOptions, ScaleOptions } from "@observablehq/plot";
import { fail } from "../core/check.ts";
import { escapeText } from "./escape.ts";
import { headOf } from "./head.ts";
import { colours, hue } from "./palette.ts";
import type { Axis, Column, Grid, Mark, MarkKind, PlotSpec } from "./spec.ts";

type Observable = typeof import("@observablehq/plot");

/** The page's document, or where there is no page one to draw in. */
const drawingDocument = async (): Promise<Document> => {
  if (typeof document !== "undefined") return document;
  const { parseHTML } = await import("linkedom");
  return parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;
};

const lengthOf = (mark: Mark): number =>
  Math.max(
    1,
    mark.grid?.values.length ?? 0,
    ...[mark.x, mark.x1, mark.x2, mark.y, mark.y1, mark.text].map((column) =>
      Array.isArray(column) ? column.length : 0,
    ),
  );

const spread = (column: Column | undefined, length: number): Column | undefined =>
  typeof column === "string" ? Array<string>(length).fill(column) : column;

const paint = ({ opacity = 1, size, dash }: Mark, ink: Column, width: number) => ({
  stroke: ink,
  strokeOpacity: opacity,
  strokeWidth: size ?? width,
  strokeDasharray: dash,
});

/** The middle of every cell of a grid, as Observable Plot wants to have them. */
const cellsOf = ({ columns, rows, x, y, values }: Grid): Record<"x" | "y" | "value", readonly number[]> => {
  const middle = ([low, high]: readonly [number, number], i: number, count: number): number =>
    low + ((high - low) * (i + 0.5)) / count;
  return {
    x: values.map((_, i) => middle(x, i % columns, columns)),
    y: values.map((_, i) => middle(y, Math.floor(i / columns), rows)),
    value: values,
  };
};

/** Paint where a grid exceeds its levels, one layer over the other, in the first hue. */
const heat = (plot: Observable, data: { length: number }, { fx, fy }: Channels, mark: Mark): Markish => {
  const { grid } = mark;
  if (!grid) return fail("plot: a heat mark needs a grid");
  const [[x1, x2], [y1, y2]] = [grid.x, grid.y];
  const place = { x1, x2, y1: y2, y2: y1, width: grid.columns, height: grid.rows, interpolate: "none" as const };
  const paint = { fill: hue(0), fillOpacity: mark.opacity ?? 0.1, stroke: "none" };
  return plot.contour(data, { ...cellsOf(grid), fx, fy, ...place, ...paint, thresholds: [...grid.levels] });
};

type Channels = Record<string, Column | undefined>;

const draw = {
  line: (plot, data, at, mark, ink) => plot.line(data, { ...at, z: at.series, ...paint(mark, ink, 1.5) }),
  area: (plot, data, at, mark, ink) =>
    plot.areaY(data, {
      ...at,
      y1: at.y1 ?? 0,
      y2: at.y,
      y: undefined,
      z: at.series,
      fill: ink,
      fillOpacity: mark.opacity,
    }),
  dot: (plot, data, at, mark, ink) =>
    plot.dot(data, { ...at, r: mark.size ?? 2.5, fill: ink, fillOpacity: mark.opacity ?? 1, stroke: "none" }),
  bar: (plot, data, at, mark, ink) =>
    plot.rectY(data, { ...at, y1: 0, y2: at.y, y: undefined, fill: ink, fillOpacity: mark.opacity ?? 1, inset: 0.5 }),
  interval: (plot, data, at, mark, ink) =>
    plot.link(data, { ...at, y1: at.y, y2: at.y, ...paint(mark, ink, 2), strokeLinecap: "round" }),
  ruleX: (plot, data, at, mark, ink) => plot.ruleX(data, { ...at, ...paint(mark, ink, 1) }),
  ruleY: (plot, data, at, mark, ink) => plot.ruleY(data, { ...at, ...paint(mark, ink, 1) }),
  text: (plot, data, at, mark, ink) =>
    plot.text(data, { ...at, fill: ink, fillOpacity: mark.opacity ?? 1, fontSize: mark.size ?? 11 }),
  heat,
} satisfies Record<
  MarkKind,
  (plot: Observable, data: { length: number }, at: Channels, mark: Mark, ink: Column) => Markish
>;

const markOf = (plot: Observable, mark: Mark): Markish => {
  const length = lengthOf(mark);
  const channels = ["x", "x1", "x2", "y", "y1", "text", "fx", "fy", "series"] as const;
  const at = Object.fromEntries(
    channels.filter((name) => mark[name] !== undefined).map((name) => [name, spread(mark[name], length)]),
  );
  return draw[mark.mark](plot, { length }, at, mark, at.series ?? "currentColor");
};

const scaleOf = (axis: Axis | undefined): ScaleOptions => ({
  label: axis?.label ?? null,
  ...(axis?.domain && { domain: axis.domain }),
  ...(axis?.scale && { type: axis.scale }),
  ...(axis?.ticks !== undefined && (axis.ticks === 0 ? { axis: null } : { ticks: axis.ticks })),
});

const sizeOf = ({ width = 480, height = 260 }: PlotSpec): { width: number; height: number } => ({ width, height });

const observableOptions = (spec: PlotSpec, plot: Observable, page: Document): ObservableOptions => {
  const byName = colours(spec.series ?? [], spec.reference);
  return {
    document: page,
    ...sizeOf(spec),
    ...(spec.marginLeft !== undefined && { marginLeft: spec.marginLeft }),
    ...(spec.x?.label && { marginBottom: 40 }),
    ...(spec.marginRight !== undefined && { marginRight: spec.marginRight }),
    x: { ...scaleOf(spec.x), labelOffset: 36 },
    y: scaleOf(spec.y),
    fx: scaleOf(spec.fx),
    fy: scaleOf(spec.fy),
    ...(spec.series && {
      color: { type: "ordinal", domain: Object.keys(byName), range: Object.values(byName), legend: false },
    }),
    marks: spec.marks.map((mark) => markOf(plot, mark)),
  };
};

/**
 * A plot as the text of one `<svg>` element, which stands alone as a file, and in a page or a notebook as often as wanted: it has no
 * ids and no style sheet, draws in the colour of the text around it, and takes its hues from --fluvial-1 … --fluvial-8 where a page
 * sets them.
 */
export const renderSvg = async (spec: PlotSpec): Promise<string> => {
  const [plot, page] = await Promise.all([import("@observablehq/plot"), drawingDocument()]);
  const drawn = plot.plot(observableOptions(spec, plot, page));
  drawn.querySelector("style")?.remove();
  const { width, height } = sizeOf(spec);
  const head = headOf(spec, width);
  const total = height + head.height;
  const label = escapeText(spec.description ?? spec.title ?? "plot");
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${label}" viewBox="0 0 ${width} ${total}" width="${width}" ` +
    `height="${total}" fill="currentColor" font-family="system-ui, sans-serif" font-size="11" text-anchor="middle" ` +
    `style="display:block;max-width:100%;height:auto;white-space:pre"><title>${label}</title>` +
    `${head.svg}<g transform="translate(0,${head.height})">${drawn.innerHTML}</g></svg>`
  );
};

/** Several plots as HTML, side by side where there is room: `tslab.display.html(await renderHtml(specs))`. */
export const renderHtml = async (specs: readonly PlotSpec[]): Promise<string> => {
  const drawn = await Promise.all(specs.map(renderSvg));
  return `<div style="display:flex;flex-wrap:wrap;gap:1rem 1.5rem">${drawn.join("")}</div>`;
};
