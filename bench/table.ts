import type { Figure } from "./figure.ts";

const digits = (value: number): string =>
  value === 0 ? "0" : value.toLocaleString("en-US", { maximumSignificantDigits: 4 });

/** A figure of ours beside one of theirs under the same name. */
const pairs = (ours: readonly Figure[], theirs: readonly Figure[]): string[][] =>
  theirs.flatMap((their) =>
    ours
      .filter(({ name, unit }) => name === their.name && unit === their.unit)
      .map((our) => [
        our.name,
        our.unit,
        our.engine,
        digits(our.value),
        their.engine,
        digits(their.value),
        their.value === 0 ? "" : digits(our.value / their.value),
      ]),
  );

const head = ["name", "unit", "our engine", "ours", "peer", "theirs", "ours / theirs"];

/** Columns of numbers, set flush right. */
const numbers: ReadonlySet<number> = new Set([3, 5, 6]);

/** Our figures and theirs side by side, in the order of our names; only names and units that both have. */
export const sideBySide = (ours: readonly Figure[], theirs: readonly Figure[]): string => {
  const order = [...new Set(ours.map(({ name }) => name))];
  const sorted = [...theirs].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const rows = [head, ...pairs(ours, sorted)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (numbers.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};
