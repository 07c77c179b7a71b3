import { type Call, type Expression, visit } from "./expression.ts";
import { elementwise } from "./functions/elementwise.ts";
import { failAt, type Source } from "./source.ts";

/** Whether a name, such as the one that goes through the rows, is in an expression. */
export const mentions = (expression: Expression, name: string): boolean => {
  let found = false;
  visit(expression, (part) => {
    found ||= part.kind === "name" && part.name === name;
  });
  return found;
};

/** Functions that do to all rows at once what they do to each; the others reduce, join or solve, rows and all. */
const ofEachRow = new Set([...Object.keys(elementwise), "ifelse", "logMix", "logProb", "matmul"]);
/** Of two arrays, element by element. */
const ofPairs = new Set(["min", "max"]);
/** With an axis that is not that of the rows. */
const alongAxis = new Set(["sum", "mean", "prod", "variance", "sd", "logSumExp", "cumsum"]);

const keepsRows = ({ name, positional }: Call): boolean => {
  const [, second] = positional;
  if (ofPairs.has(name)) return second !== undefined;
  if (alongAxis.has(name)) return second?.kind === "number" && second.value > 1;
  return ofEachRow.has(name);
};

const advice = ({ name }: Call, row: string): string => {
  if (alongAxis.has(name)) return `give another axis, as in ${name}(x[${row}, :], 2)`;
  if (name === "dot") return `write sum(a .* b, 2) for the product of rows, or X * b`;
  return "work it out above, in a definition of its own";
};

/**
 * @throws FluvialError where a function of whole arrays is called with the name that goes through the rows: all rows are meant
 * at once, and it would take them together, as a loop would not.
 */
export const checkRowCall = (source: Source, call: Call, row: string | undefined): void => {
  if (row === undefined || keepsRows(call)) return;
  const odd = call.positional.find((each) => mentions(each, row));
  if (odd)
    failAt(
      source,
      call.at,
      `${row} stands for all rows at once, and ${call.name} would take them together; ${advice(call, row)}`,
    );
};

/** @throws FluvialError where a list of numbers has the name that goes through the rows in it: its members would be columns. */
export const checkRowList = (source: Source, list: Expression, row: string | undefined): void => {
  if (row !== undefined && list.kind === "list" && mentions(list, row))
    failAt(
      source,
      list.at,
      `${row} stands for all rows at once, and no list can be made of each; write whole arrays: the rows of transpose([a, b]) are pairs of a and b`,
    );
};
