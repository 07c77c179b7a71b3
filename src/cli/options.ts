import type { Command } from "commander";
import { fail, suggest } from "../core/check.ts";
import type { MetricKind } from "../mcmc/metric.ts";

/** Draws of all chains together, and any other count: more is a slip of the keyboard. */
const mostOf = { draws: 10_000_000, chains: 10_000 };

const shown = (count: number): string =>
  count === Number.MAX_SAFE_INTEGER ? "2^53 - 1" : count.toLocaleString("en-US");

/** A reader of whole numbers for one option. */
const whole =
  (flag: string, least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (!(value >= least && value <= most))
      fail(`${flag}: expected a whole number from ${least} to ${shown(most)}, got "${text}"`);
    return value;
  };

/** A reader of numbers between 0 and 1, neither of them. */
const share =
  (flag: string) =>
  (text: string): number => {
    const value = text.trim() === "" ? NaN : Number(text);
    if (!(value > 0 && value < 1)) fail(`${flag}: expected a number between 0 and 1, got "${text}"`);
    return value;
  };

const metricKinds: readonly MetricKind[] = ["auto", "diagonal", "dense", "unit"];

/** A reader of one of some words. */
export const oneOf =
  <T extends string>(flag: string, words: readonly T[]) =>
  (text: string): T =>
    words.find((word) => word === text) ??
    fail(`${flag}: expected ${words.join(", ")}, got "${text}"${suggest(text, words)}`);

interface CountFlag {
  readonly least: number;
  readonly most: number;
  readonly says: string;
}

/** The flags that take whole numbers and mean the same to every command that has them. */
export type CountName = "seed" | "steps" | "restarts" | "budget";

const flags: Readonly<Record<CountName, CountFlag>> = {
  seed: { least: 0, most: Number.MAX_SAFE_INTEGER, says: "seed of all randomness; 0 unless said" },
  steps: {
    least: 1,
    most: mostOf.draws,
    says: "training steps at the most, 20,000 unless said; training stops by itself",
  },
  restarts: { least: 1, most: mostOf.chains, says: "fits from this many starts, the best is kept; 1 unless said" },
  budget: {
    least: 1,
    most: Number.MAX_SAFE_INTEGER,
    says: "with --guide auto: gradients that may be spent in all; 1,000,000 unless said",
  },
};

/** What every command can be told. */
export interface CommonOptions {
  readonly seed?: number;
  readonly out?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** What the sampler can be told. */
export interface ChainOptions {
  readonly draws?: number;
  readonly chains?: number;
  readonly warmup?: number;
  readonly targetAcceptance?: number;
  readonly maxTreeDepth?: number;
  readonly metric?: MetricKind;
}

/** Adds the arguments and options that all commands share, and the counts that this one takes. */
export const withShared = (command: Command, counts: readonly CountName[]): Command => {
  command
    .argument("<MODEL>", "a model as text (.fluvial), or a .ts, .js or .mjs module whose default export is one")
    .argument(
      "[DATA.json]",
      "the data, a key for each variable; else the module's export `data`, or MODEL.json beside a MODEL.fluvial",
    );
  for (const name of counts) {
    const { least, most, says } = flags[name];
    command.option(`--${name} <number>`, says, whole(`--${name}`, least, most));
  }
  return command
    .option("--out <DIR>", "write result.json, the draws as CSV and posterior.json into this folder")
    .option("--json", "print the result as JSON")
    .option("--debug", "show where an error came from");
};

/** Adds the number of draws from a fitted guide. */
export const withGuideDraws = (command: Command): Command =>
  command.option(
    "--draws <number>",
    "draws from the fitted guide; 4,000 unless said",
    whole("--draws", 1, mostOf.draws),
  );

/** Adds what NUTS can be told; `aside` says what the draws do not govern. */
export const withChains = (command: Command, aside = ""): Command =>
  command
    .option(
      "--draws <number>",
      `draws to keep, of each chain${aside}; 1,000 unless said`,
      whole("--draws", 1, mostOf.draws),
    )
    .option("--chains <number>", "Markov chains; 4 unless said", whole("--chains", 1, mostOf.chains))
    .option(
      "--warmup <number>",
      "transitions before the draws, of each chain; 1,000 unless said, 100 after a good fit",
      whole("--warmup", 0, mostOf.draws),
    )
    .option(
      "--target-acceptance <number>",
      "acceptance that NUTS adapts its steps to; closer to 1 for smaller steps, 0.8 unless said",
      share("--target-acceptance"),
    )
    .option(
      "--max-tree-depth <number>",
      "doublings of a trajectory of NUTS at the most; 10 unless said",
      whole("--max-tree-depth", 1, 20),
    )
    .option(
      "--metric <kind>",
      `what warm-up makes of the mass matrix: ${metricKinds.join(", ")}; auto unless said`,
      oneOf("--metric", metricKinds),
    );

/** What of these options NUTS itself takes. */
export const samplerOptions = (options: ChainOptions): Partial<ChainOptions> =>
  given(options, ["targetAcceptance", "maxTreeDepth", "metric"]);

/** @throws FluvialError where the chains would keep more draws than anyone can use. */
export const checkChains = ({ draws = 1000, chains = 4 }: ChainOptions): void => {
  if (draws * chains > mostOf.draws)
    fail(
      `--draws: expected at most ${shown(mostOf.draws)} draws in all, got ${shown(draws)} of each of ${shown(chains)} chains`,
    );
};

/** The given keys of an object, without those that nobody set. */
export const given = <T extends object, N extends keyof T>(options: T, names: readonly N[]): Partial<Pick<T, N>> =>
  Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  ) as Partial<Pick<T, N>>;
