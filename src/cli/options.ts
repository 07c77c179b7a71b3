import type { Command } from "commander";
import { fail } from "../core/check.ts";

/** A reader of whole numbers for one option. */
const whole =
  (flag: string, least: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value) || value < least)
      fail(`${flag}: expected a whole number from ${least}, got "${text}"`);
    return value;
  };

const flags = {
  seed: { least: 0, says: "seed of all randomness; 0 unless said" },
  draws: { least: 1, says: "draws to keep, of each chain where there are chains" },
  steps: { least: 1, says: "training steps at the most; training stops by itself" },
  restarts: { least: 1, says: "fits from this many starts, the best is kept" },
  chains: { least: 1, says: "Markov chains" },
  warmup: { least: 0, says: "transitions before the draws, of each chain" },
} as const;

export type CountName = keyof typeof flags;

/** What every command can be told. */
export interface CommonOptions {
  readonly seed?: number;
  readonly draws?: number;
  readonly out?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** Adds the arguments and options that all commands share, and the counts that this one takes. */
export const withShared = (command: Command, counts: readonly CountName[]): Command => {
  command
    .argument("<MODEL>", "a .ts, .js or .mjs module whose default export is a model")
    .argument("[DATA.json]", "the data, a key for each variable; else the module's export `data`");
  for (const name of counts)
    command.option(`--${name} <number>`, flags[name].says, whole(`--${name}`, flags[name].least));
  return command
    .option("--out <DIR>", "write result.json and the draws as CSV into this folder")
    .option("--json", "print the result as JSON")
    .option("--debug", "show where an error came from");
};

/** The given keys of an object, without those that nobody set. */
export const given = <T extends object, N extends keyof T>(options: T, names: readonly N[]): Partial<Pick<T, N>> =>
  Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  ) as Partial<Pick<T, N>>;
