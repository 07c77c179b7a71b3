import type { Expression } from "./expression.ts";
import type { ParseNode } from "./parser.ts";
import { failAt, limits, type Source } from "./source.ts";
import type { Token } from "./tokens.ts";
import { translated } from "./translate.ts";

/** A reader of the expression that some tokens of a text are. */
export type Read = (tokens: readonly Token[]) => Expression;

/** Operators that mathjs's parser calls itself for. */
const recursive = new Set(["^", ".^", "?", "=", "not"]);
const signs = new Set(["-", "+", "~"]);

/** @throws FluvialError where mathjs's parser would have to remember too much at once. */
const checkPending = (source: Source, tokens: readonly Token[]): void => {
  let pending = 0;
  for (const [i, { kind, text, at }] of tokens.entries()) {
    const before = tokens[i - 1];
    const isSign =
      signs.has(text) &&
      (before === undefined || (before.kind === "sign" && before.text !== ")" && before.text !== "]"));
    if (kind === "sign" && text === ",") pending = 0;
    if (recursive.has(text) || isSign) pending++;
    if (pending > limits.pending)
      failAt(source, at, `more than ${limits.pending} powers, conditions or signs in a row; name a part of it`);
  }
};

/** The tokens as they stand in the text, what lies between them blank: no comment and no end of a line reaches mathjs. */
const textOf = (tokens: readonly Token[]): string => {
  let text = "";
  const { at: start } = tokens[0];
  for (const token of tokens) text += " ".repeat(token.at - start - text.length) + token.text;
  return text;
};

const inOurWords = (message: string): string => {
  const plain = message.replace(/ \(char \d+\)$/, "");
  return plain.charAt(0).toLowerCase() + plain.slice(1);
};

/**
 * A reader of expressions of a text.
 * @param parser mathjs's.
 */
export const reader =
  (source: Source, parser: (text: string) => ParseNode): Read =>
  (tokens) => {
    checkPending(source, tokens);
    const tree = parsed(source, tokens, parser);
    return translated(source, tokens, tree);
  };

const parsed = (source: Source, tokens: readonly Token[], parser: (text: string) => ParseNode): ParseNode => {
  try {
    return parser(textOf(tokens));
  } catch (error) {
    const { char = 1 } = error as { readonly char?: number };
    const at = Math.min(tokens[0].at + char - 1, source.text.length);
    return failAt(source, at, inOurWords((error as Error).message));
  }
};
