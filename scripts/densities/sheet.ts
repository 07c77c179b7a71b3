/** All densities of one set in one picture: paint beside samples, the truth first, as one SVG that stands alone. */
import type { DataSet } from "fluvial";
import { escapeText } from "../../src/plot/escape.ts";
import { hue } from "../../src/plot/palette.ts";
import type { Picture } from "../jobs/pictures.ts";
import { paintedPng } from "./png.ts";

export interface Tile {
  readonly title: string;
  readonly note: string;
  readonly picture: Picture;
}

const frame = 108;
const gap = 6;
const head = 30;
const tile = { width: 2 * frame + gap + 18, height: frame + head + 14 };
const across = 4;

/** The first hue of the plots, as red, green and blue. */
const colour = (/#(\w{2})(\w{2})(\w{2})/.exec(hue(0)) ?? []).slice(1).map((part) => Number.parseInt(part, 16));

/** Rows from the lowest y become rows from the top. */
const upright = (paint: Uint8Array, cells: number): Uint8Array =>
  Uint8Array.from(paint, (_, i) => paint[(cells - 1 - Math.floor(i / cells)) * cells + (i % cells)]);

const imageOf = ({ cells, paint }: Picture): string => {
  // Sixteen shades are seen as smooth, and pack better.
  const shades = Uint8Array.from(Buffer.from(paint, "base64"), (value) => 17 * Math.round(value / 17));
  const png = paintedPng(upright(shades, cells), cells, colour).toString("base64");
  return `<image width="${frame}" height="${frame}" preserveAspectRatio="none" href="data:image/png;base64,${png}"/>`;
};

/** Points as dots of one path, on a raster of a tenth of a pixel. */
const dotsOf = (samples: readonly (readonly number[])[], [x, y]: DataSet["bounds"]): string => {
  const place = (value: number, [low, high]: readonly [number, number]): number => (value - low) / (high - low);
  const dots = samples
    .map((point) => [place(point[0], x), 1 - place(point[1], y)])
    .filter((at) => at.every((part) => part >= 0 && part <= 1))
    .map((at) => `M${at.map((part) => Number((frame * part).toFixed(1))).join(" ")}h0`);
  return `<path d="${dots.join("")}" stroke="currentColor" stroke-width="1.3" stroke-opacity="0.5" stroke-linecap="round" fill="none"/>`;
};

const boxed = (inside: string, left: number): string =>
  `<g transform="translate(${left},0)">${inside}<rect width="${frame}" height="${frame}" fill="none" stroke="currentColor" ` +
  `stroke-opacity="0.2"/></g>`;

const tileSvg = ({ title, note, picture }: Tile, bounds: DataSet["bounds"], index: number): string => {
  const [x, y] = [tile.width * (index % across), tile.height * Math.floor(index / across)];
  return (
    `<g transform="translate(${x},${y})"><text y="11" font-weight="600">${escapeText(title)}</text>` +
    `<text y="24" opacity="0.75">${escapeText(note)}</text>` +
    `<g transform="translate(0,${head})">${boxed(imageOf(picture), 0)}${boxed(dotsOf(picture.samples, bounds), frame + gap)}</g></g>`
  );
};

export const sheetSvg = (set: Pick<DataSet, "name" | "bounds">, tiles: readonly Tile[]): string => {
  const [width, height] = [across * tile.width, Math.ceil(tiles.length / across) * tile.height + 8];
  const label = `Densities fitted to ${set.name}, each beside samples from it`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${label}" viewBox="-8 -4 ${width} ${height}" width="${width}" ` +
    `height="${height}" fill="currentColor" font-family="system-ui, sans-serif" font-size="11"><title>${label}</title>` +
    `${tiles.map((one, i) => tileSvg(one, set.bounds, i)).join("\n")}</svg>\n`
  );
};
