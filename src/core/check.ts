/** Errors that say who, what was expected, what came and what to do. */

/** Bad input from the user: its message is one line and needs no stack. */
export class FluvialError extends Error {
  override readonly name = "FluvialError";
}

export const fail = (message: string): never => {
  throw new FluvialError(message);
};

/** Insertions, deletions, replacements and swaps of neighbours that turn a into b. Damerau 1964. */
const editDistance = (a: string, b: string): number => {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j));
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const replaced = table[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      table[i][j] = Math.min(table[i - 1][j] + 1, table[i][j - 1] + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        table[i][j] = Math.min(table[i][j], table[i - 2][j - 2] + 1);
    }
  return table[a.length][b.length];
};

/** " (did you mean "sigma"?)", or nothing where no name is near. */
export const suggest = (name: string, known: readonly string[]): string => {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) => distance <= Math.max(1, Math.floor(Math.min(candidate.length, name.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance)[0];
  return near ? ` (did you mean "${near.candidate}"?)` : "";
};

/**
 * Refuses options that nobody reads.
 * @throws FluvialError naming the first unknown option and those there are, or what came instead of options.
 */
export const checkOptions = (who: string, options: object, known: readonly string[]): void => {
  if (options === null || typeof options !== "object" || Array.isArray(options) || options instanceof Promise)
    fail(`${who}: expected ${known.length ? `{ ${known.join(", ")} }` : "no options"}, got ${showAny(options)}`);
  for (const name of Object.keys(options))
    if (!known.includes(name))
      fail(
        `${who}: unknown option "${name}"${suggest(name, known)}; it takes ${known.length ? known.join(", ") : "none"}`,
      );
};

/** @throws FluvialError unless `value` is a whole number of at least `least`. */
export const checkCount = (who: string, value: number, least = 1): void => {
  if (!Number.isInteger(value) || value < least)
    fail(`${who}: expected a whole number from ${least}, got ${showAny(value)}`);
};

/** @throws FluvialError unless `value` is a finite number above zero. */
export const checkPositive = (who: string, value: number): void => {
  if (!(Number.isFinite(value) && value > 0)) fail(`${who}: expected a number above 0, got ${showAny(value)}`);
};

/** "NaN", "−∞", "+∞", or the number. */
export const showValue = (x: number): string => {
  if (Number.isFinite(x)) return String(x);
  return Number.isNaN(x) ? "NaN" : x < 0 ? "−∞" : "+∞";
};

const longest = 40;

/** What came, in a few words: a value, or of what is no number the kind. */
export const showAny = (x: unknown): string => {
  if (typeof x === "number") return showValue(x);
  if (typeof x === "string") return JSON.stringify(x.length > longest ? `${x.slice(0, longest)}…` : x);
  if (typeof x === "function") return "a function";
  if (Array.isArray(x) || ArrayBuffer.isView(x)) return `a list of ${(x as unknown as ArrayLike<unknown>).length}`;
  if (x === null || typeof x !== "object") return String(x);
  if (x instanceof Promise) return "a promise: await it first";
  const keys = Object.keys(x).slice(0, 5);
  return keys.length > 0 ? `an object of ${keys.join(", ")}` : "an object";
};
