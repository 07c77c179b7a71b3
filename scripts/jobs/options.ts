/** What every long experiment takes on its command line, and what each takes beside it. */
import { parseArgs } from "node:util";
import { fail } from "../../src/core/check.ts";

/** What all take. */
export interface Common {
  /** Jobs at a time. */
  readonly workers: number;
  /** Where the page goes. */
  readonly out: string;
  /** The parts that are asked for: nothing is computed where "report" is among them. */
  readonly only: readonly string[];
  /** Whether what is done is done again. */
  readonly again: boolean;
  /** Whether this process is one that answers jobs. */
  readonly answer: boolean;
}

/** Options of its own by name, with what they are unless said. */
type Own = Readonly<Record<string, string | undefined>>;

type Texts<O extends Own> = { readonly [K in keyof O]: O[K] extends string ? string : string | undefined };

/** @throws FluvialError unless the text is a whole number from `least`. */
export const wholeOf = (option: string, text: string, least = 1): number =>
  /^\d+$/.test(text) && Number(text) >= least
    ? Number(text)
    : fail(`--${option}: expected a whole number from ${least}, got ${text}`);

/** @throws FluvialError unless the text is a number above 0. */
export const numberOf = (option: string, text: string): number =>
  Number(text) > 0 ? Number(text) : fail(`--${option}: expected a number above 0, got ${text}`);

/**
 * Names out of a list; all of them where nothing was said.
 * @throws FluvialError on one that is not among them.
 */
export const namesOf = <N extends string>(
  option: string,
  text: string | undefined,
  all: readonly N[],
  between = ",",
): readonly N[] => {
  const chosen = text === undefined ? all : (text.split(between) as N[]);
  const stranger = chosen.find((name) => !all.includes(name));
  return stranger === undefined
    ? chosen
    : fail(`--${option}: expected some of ${all.join(between)}; got ${JSON.stringify(stranger)}`);
};

/**
 * "1,2,5" and "1-3,5", each seed once.
 * @throws FluvialError on what is neither.
 */
export const seedsOf = (text: string): readonly number[] => {
  const seeds = text.split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map((end) => wholeOf("seeds", end));
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  });
  return [...new Set(seeds)];
};

const ofAll = {
  workers: "1",
  out: "docs/results",
  only: undefined,
} satisfies Own;

const switches = { again: { type: "boolean", default: false }, answer: { type: "boolean", default: false } } as const;

/**
 * The options of a script: those that all have, and its own as text.
 * @param own its own, with what they are unless said. @param parts what `--only` may name beside "report".
 * @throws FluvialError on an unknown option and a value that is none.
 */
export const optionsOf = <const O extends Own>(
  own: O,
  parts: readonly string[] = [],
  args: readonly string[] = process.argv.slice(2),
): { readonly common: Common; readonly given: Texts<O> } => {
  const texts = Object.entries({ ...ofAll, ...own }).map(
    ([name, otherwise]) => [name, { type: "string", ...(otherwise !== undefined && { default: otherwise }) }] as const,
  );
  const options = { ...Object.fromEntries(texts), ...switches };
  const { values } = parsed(args, options);
  const { workers, out, only, again, answer, ...given } = values as Readonly<Record<string, unknown>>;
  const asked = only === undefined ? [] : namesOf("only", only as string, [...parts, "report"]);
  const count = wholeOf("workers", workers as string);
  const common = { workers: count, out: out as string, only: asked, again: again === true, answer: answer === true };
  return { common, given: given as Texts<O> };
};

const parsed = (args: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>["options"]) => {
  try {
    return parseArgs({ args: [...args], options });
  } catch (error) {
    return fail((error as Error).message);
  }
};
