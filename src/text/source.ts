import { FluvialError } from "../core/check.ts";

/** The text of a model, and what errors call it. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** How much text is read; beyond that it is no model but an attack or an accident. */
export const limits = {
  characters: 100_000,
  statements: 1_000,
  /** Names, numbers and signs of one statement. */
  tokens: 10_000,
  /** Brackets within brackets. */
  brackets: 50,
  /** Operators that wait for one another: powers of powers, conditions in conditions, signs of signs. */
  pending: 100,
  /** Levels of an expression; a sum has as many as it has terms. */
  levels: 500,
  /** The length of what `rep`, `zeros`, `ones` and ranges make. */
  length: 1_000_000,
  /** The numbers of one array that a model makes. */
  elements: 50_000_000,
} as const;

/** Line and column of a character, both from 1. */
export const placeOf = ({ text }: Source, at: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before[before.length - 1].length + 1 };
};

/** "line 4, column 9". */
export const showPlace = (source: Source, at: number): string => {
  const { line, column } = placeOf(source, at);
  return `line ${line}, column ${column}`;
};

const widest = 100;

/** The line with a caret under the character; of a long line what stands around it. */
const quoted = (source: Source, at: number): string => {
  const { line, column } = placeOf(source, at);
  const whole = source.text.split("\n")[line - 1].replace(/[^\x20-\x7e]/g, (c) => (c > "\x7f" ? c : " "));
  const from = Math.max(0, Math.min(column - 1 - widest / 2, whole.length - widest));
  return `\n    ${whole.slice(from, from + widest)}\n    ${" ".repeat(column - 1 - from)}^`;
};

/** What is wrong at a character of a text, without the name of the model. */
export const placed = (source: Source, at: number, message: string): string =>
  `${showPlace(source, at)}: ${message}${quoted(source, at)}`;

/** @throws FluvialError naming the model, the line and the column, with the line quoted. */
export const failAt = (source: Source, at: number, message: string): never => {
  throw new FluvialError(`${source.name}: ${placed(source, at, message)}`);
};
