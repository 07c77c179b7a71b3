/** Tables and figures of Markdown. */

/** A row; what would end a cell is escaped. */
const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;

/** The first column stands left, the others right. */
export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(row)].join("\n");

/** "−1.50", "∞", "" where there is no number. */
export const fixed = (x: number | undefined, places = 2): string => {
  if (x === undefined || Number.isNaN(x)) return "–";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  return x.toFixed(places).replace("-", "−");
};

/** Two or three digits, with thousands apart. */
export const rough = (x: number, digits = 2): string =>
  Number.isFinite(x) ? Number(x.toPrecision(digits)).toLocaleString("en-US") : "∞";

/** The middle one; the mean of the middle two. NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
};
