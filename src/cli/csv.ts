import { range, sizeOf } from "../core/shape.ts";
import type { DrawsOf } from "../posterior/draws.ts";
import { indexNames } from "./result.ts";

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Draws as CSV (RFC 4180): chain, draw (both from 1) and a column per scalar; a row per draw, chain after chain. */
export const drawsCsv = (draws: DrawsOf<Record<string, unknown>>): string => {
  const quantities = Object.entries(draws);
  const head = ["chain", "draw", ...quantities.flatMap(([name, quantity]) => indexNames(name, quantity).map(quoted))];
  const [chains, length] = quantities[0]?.[1].shape ?? [0, 0];
  const widths = quantities.map(([, { shape }]) => sizeOf(shape.slice(2)));
  const rows = range(chains * length).map((row) => {
    const values = quantities.map(([, quantity], i) =>
      quantity.values.subarray(row * widths[i], (row + 1) * widths[i]).join(","),
    );
    return [Math.floor(row / length) + 1, (row % length) + 1, ...values.filter((text) => text !== "")].join(",");
  });
  return `${[head.join(","), ...rows].join("\n")}\n`;
};
