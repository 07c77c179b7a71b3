import { fail } from "../core/check.ts";
import { failAt, limits, type Source } from "./source.ts";

/** A name, a number, a sign, or the end of a line. */
export interface Token {
  readonly kind: "name" | "number" | "sign" | "newline";
  readonly text: string;
  /** Its first character in the text of the model. */
  readonly at: number;
}

/** Signs, the longer ones first. */
const signs = ["..", ".*", "./", ".^", "==", "!=", "<=", ">=", ..."+-*/^<>=~?:,;()[]"] as const;

/** What is written elsewhere, and what to write here. */
const foreign: Readonly<Record<string, string>> = {
  "'": "a model has no strings; the transpose of a matrix is transpose(X)",
  '"': "a model has no strings",
  "{": "a model has no blocks and no objects; a statement stands on a line of its own",
  "}": "a model has no blocks and no objects",
  "@": "the product of two matrices is X * Y",
  "%": "there is no remainder and no percentage",
  "&": "write and",
  "|": "write or",
  "!": "write not, or lgamma(n + 1) for the logarithm of a factorial",
  ".": "nothing has properties; a number has a digit before its point",
  "\\": "there is no left division; write solve(A, b)",
};

const blank = /[ \t\r\u00a0\ufeff]+/y;
const comment = /(#|\/\/)[^\n]*/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
/** A point followed by another one is the sign of a range of numbers. */
const number = /[0-9]+(\.(?![.*/^])[0-9]*)?([eE][+-]?[0-9]+)?/y;

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

const unknownAt = (source: Source, at: number): never => {
  const character = String.fromCodePoint(source.text.codePointAt(at) as number);
  if (Object.hasOwn(foreign, character)) return failAt(source, at, `unexpected ${character}: ${foreign[character]}`);
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `"${character}" (U+${code})` : `U+${code}`;
  return failAt(source, at, `unexpected character ${shown}; names are made of the letters A to Z, digits and _`);
};

const readNumber = (source: Source, at: number): string | undefined => {
  const found = matchAt(number, source.text, at);
  if (found === undefined) return undefined;
  if (!Number.isFinite(Number(found))) failAt(source, at, `the number ${found.slice(0, 40)} is too large`);
  const next = at + found.length;
  if (/[A-Za-z_]/.test(source.text[next] ?? ""))
    failAt(source, next, "a number ends in a letter; write * for a product, and a letter first in a name");
  return found;
};

const tokenAt = (source: Source, at: number): Token => {
  const { text } = source;
  if (text[at] === "\n") return { kind: "newline", text: "\n", at };
  const word = matchAt(name, text, at);
  if (word !== undefined) return { kind: "name", text: word, at };
  const digits = readNumber(source, at);
  if (digits !== undefined) return { kind: "number", text: digits, at };
  const sign = signs.find((each) => text.startsWith(each, at));
  return sign ? { kind: "sign", text: sign, at } : unknownAt(source, at);
};

/**
 * The tokens of a text, without blanks and comments.
 * @throws FluvialError where a character has no meaning.
 */
export const tokensOf = (source: Source): Token[] => {
  const { name: who, text } = source;
  if (text.length > limits.characters)
    fail(`${who}: a model has at most ${limits.characters} characters, got ${text.length}`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = matchAt(blank, text, at) ?? matchAt(comment, text, at);
    if (skipped !== undefined) at += skipped.length;
    else {
      const token = tokenAt(source, at);
      tokens.push(token);
      at += token.text.length;
    }
  }
  return tokens;
};
