/** A number as a person wants to read it in a table: four significant digits, no needless exponent. */
export const showNumber = (x: number | undefined): string => {
  if (x === undefined) return "";
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e6 || size < 1e-4) return x.toExponential(2);
  return size >= 1000 ? x.toFixed(0) : x.toPrecision(3 + (size >= 100 ? 1 : 0));
};

/** Columns under their heads, the first to the left, the others to the right; two spaces between, no rules. */
export const textTable = (heads: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ")
      .trimEnd();
  return [heads, ...rows].map(line).join("\n");
};

/** "a, b, c and 4 more": the first three of a list. */
export const listed = (items: readonly string[]): string =>
  items.length <= 3 ? items.join(", ") : `${items.slice(0, 3).join(", ")} and ${items.length - 3} more`;
