import { failAt, limits, type Source } from "./source.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** The tokens of one statement, without line ends; never empty. */
export type Statement = readonly Token[];

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

/** Keeps the brackets that are open, and refuses those that do not match or lie too deep. */
const follow = (source: Source, open: Token[], token: Token): void => {
  if (token.kind !== "sign") return;
  if (Object.hasOwn(closing, token.text)) {
    open.push(token);
    if (open.length > limits.brackets) failAt(source, token.at, `brackets lie more than ${limits.brackets} deep`);
  } else if (token.text === ")" || token.text === "]") {
    const last = open.pop();
    if (!last) failAt(source, token.at, `there is no bracket that this ${token.text} closes`);
    else if (closing[last.text] !== token.text)
      failAt(source, token.at, `expected ${closing[last.text]} for the bracket ${last.text}, got ${token.text}`);
  }
};

/** Signs after which an operand must come: a line that ends in one goes on. */
const unfinished = new Set([
  "+",
  "-",
  "*",
  "/",
  "^",
  ".*",
  "./",
  ".^",
  "~",
  "=",
  ",",
  "?",
  "<",
  ">",
  "<=",
  ">=",
  "==",
  "!=",
]);

const ends = (token: Token, before: Token | undefined): boolean =>
  token.text === ";" || (token.kind === "newline" && !(before && unfinished.has(before.text)));

/**
 * The statements of a text: each ends with its line, unless a bracket is open or an operand missing, or with a semicolon.
 * @throws FluvialError where brackets do not match, or there is more text than a model needs.
 */
export const statementsOf = (source: Source): Statement[] => {
  const statements: Token[][] = [];
  const open: Token[] = [];
  let current: Token[] = [];
  const finish = (): void => {
    if (current.length > limits.tokens)
      failAt(source, current[0].at, `a statement has at most ${limits.tokens} words and signs`);
    if (current.length > 0) statements.push(current);
    if (statements.length > limits.statements)
      failAt(source, current[0].at, `a model has at most ${limits.statements} statements`);
    current = [];
  };
  for (const token of tokensOf(source)) {
    follow(source, open, token);
    if (open.length === 0 && ends(token, current.at(-1))) finish();
    else if (token.kind !== "newline") current.push(token);
  }
  if (open.length > 0) failAt(source, open[0].at, `this ${open[0].text} is never closed`);
  finish();
  return statements;
};

/** The index of a sign outside all brackets, or -1. */
export const outermost = (tokens: readonly Token[], sign: string, from = 0): number => {
  let depth = 0;
  for (let i = from; i < tokens.length; i++) {
    const { kind, text } = tokens[i];
    if (kind !== "sign") continue;
    if (text === sign && depth === 0) return i;
    if (text === "(" || text === "[") depth++;
    if (text === ")" || text === "]") depth--;
  }
  return -1;
};

/** The parts of a list between signs outside all brackets: what stands between commas. */
export const separated = (tokens: readonly Token[], sign: string): Token[][] => {
  const parts: Token[][] = [];
  let from = 0;
  for (let to = outermost(tokens, sign); to >= 0; to = outermost(tokens, sign, from)) {
    parts.push(tokens.slice(from, to));
    from = to + 1;
  }
  parts.push(tokens.slice(from));
  return parts;
};
