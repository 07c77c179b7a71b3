/** Where a text stops being JSON; its message says why. */
interface Broken extends Error {
  readonly at: number;
}

const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that JSON does not allow in a string
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const blank = /[ \t\r\n]*/y;

const match = (pattern: RegExp, text: string, at: number): number | undefined => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
};

const skip = (text: string, at: number): number => match(blank, text, at) ?? at;

const unexpected = (text: string, at: number, wanted: string): never => {
  const word = /[\w.+-]+|[\s\S]/y;
  word.lastIndex = at;
  const found = word.exec(text)?.[0];
  throw Object.assign(new Error(`expected ${wanted}, got ${found === undefined ? "the end" : JSON.stringify(found)}`), {
    at,
  });
};

/** Steps over the members of a list or an object, from its opening bracket. */
const stepOverMembers = (text: string, open: number, close: string, member: (at: number) => number): number => {
  let at = skip(text, open + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = skip(text, member(at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ",") unexpected(text, at, `"," or "${close}"`);
    at = skip(text, at + 1);
  }
};

const stepOverPair = (text: string, at: number): number => {
  const named = match(string, text, at) ?? unexpected(text, at, "a name in double quotes");
  const colon = skip(text, named);
  return text[colon] === ":" ? stepOver(text, skip(text, colon + 1)) : unexpected(text, colon, '":"');
};

/** The end of the value that starts at `at`. */
const stepOver = (text: string, at: number): number => {
  if (text[at] === "{") return stepOverMembers(text, at, "}", (member) => stepOverPair(text, member));
  if (text[at] === "[") return stepOverMembers(text, at, "]", (member) => stepOver(text, member));
  return match(string, text, at) ?? match(scalar, text, at) ?? unexpected(text, at, "a value");
};

/**
 * Finds what JSON.parse does not say in every version of Node: the line, the column and what stood there. Of a text that is too
 * long or too deep to be looked through, its own words.
 */
const locate = (text: string, itsWords: string): string => {
  try {
    const end = skip(text, stepOver(text, skip(text, 0)));
    if (end < text.length) unexpected(text, end, "the end");
    return itsWords;
  } catch (error) {
    const { at, message } = error as Partial<Broken>;
    if (at === undefined) return itsWords;
    const before = text.slice(0, at).split("\n");
    return ` at line ${before.length}, column ${before[before.length - 1].length + 1}: ${message}`;
  }
};

/**
 * Reads JSON.
 * @throws Error naming `who`, the line and the column, and what stood there.
 */
export const parseJson = (who: string, text: string): unknown => {
  const plain = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(plain);
  } catch (error) {
    throw new Error(`${who}: not valid JSON${locate(plain, `: ${(error as Error).message}`)}`, { cause: error });
  }
};
