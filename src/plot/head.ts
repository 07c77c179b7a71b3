import { escapeText } from "./escape.ts";
import { colours } from "./palette.ts";
import type { PlotSpec } from "./spec.ts";

/** The title and the legend of a plot as SVG, and the height they take. */
export interface Head {
  readonly height: number;
  readonly svg: string;
}

const lineHeight = 18;
const swatch = 14;

/** A generous estimate of a text's width at 11 pixels: there is nothing to measure with in Node. */
const textWidth = (text: string): number => text.length * 6.4;

interface Entry {
  readonly name: string;
  readonly x: number;
  readonly row: number;
}

const placeEntries = (names: readonly string[], width: number): Entry[] => {
  let x = 0;
  let row = 0;
  return names.map((name) => {
    const needed = swatch + 6 + textWidth(name) + 14;
    if (x > 0 && x + needed > width) {
      x = 0;
      row++;
    }
    const entry = { name, x, row };
    x += needed;
    return entry;
  });
};

const entrySvg = ({ name, x, row }: Entry, colour: string, top: number): string => {
  const y = top + row * lineHeight + 9;
  return (
    `<rect x="${x}" y="${y - 1.5}" width="${swatch}" height="3" rx="1.5" style="fill:${colour}"/>` +
    `<text x="${x + swatch + 6}" y="${y}" dy="0.35em" font-size="11">${escapeText(name)}</text>`
  );
};

/** Title and legend, left-aligned at `left`. */
export const headOf = ({ title, series = [], reference, legend = true }: PlotSpec, width: number): Head => {
  const entries = legend ? placeEntries(series, width - 20) : [];
  const titleHeight = title ? 24 : 0;
  const legendHeight = entries.length ? (entries[entries.length - 1].row + 1) * lineHeight + 4 : 0;
  const byName = colours(series, reference);
  const titleSvg = title ? `<text x="0" y="13" font-size="13" font-weight="600">${escapeText(title)}</text>` : "";
  const legendSvg = entries.map((entry) => entrySvg(entry, byName[entry.name], titleHeight)).join("");
  const svg = titleSvg + legendSvg;
  return {
    height: titleHeight + legendHeight,
    svg: svg && `<g text-anchor="start" transform="translate(8,4)">${svg}</g>`,
  };
};
