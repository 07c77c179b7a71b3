import { failAt, type Source } from "./source.ts";
import type { Token } from "./tokens.ts";

/** Words of the language, of mathjs, and of JavaScript: none can name a variable. */
const reserved: ReadonlySet<string> = new Set([
  ..."data int real local factor in and or not xor mod to end true false null undefined NaN Infinity".split(" "),
  ..."prototype arguments eval".split(" "),
]);

/** Numbers with a name; a variable may take the name away. */
export const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

/** @throws FluvialError unless a token is a name that a variable may have. */
export const checkName = (source: Source, token: Token | undefined, after: number, what: string): string => {
  if (!token) return failAt(source, after, `expected ${what}, got nothing`);
  if (token.kind !== "name") return failAt(source, token.at, `expected ${what}, got ${token.text}`);
  if (reserved.has(token.text) || token.text in {})
    return failAt(source, token.at, `"${token.text}" is a word of the language and cannot be ${what}`);
  return token.text;
};

/** The same for a name inside an expression. */
export const isReserved = (name: string): boolean => reserved.has(name) || name in {};
