import { Command, CommanderError } from "commander";
import { addCompare } from "./compare.ts";
import type { Context } from "./context.ts";
import { addFit } from "./fit.ts";
import { library } from "./library.ts";
import { loadModel } from "./model.ts";
import { packageVersion } from "./packageFiles.ts";
import { addSample } from "./sample.ts";
import { messageOf, oneLine, type Streams } from "./streams.ts";
import { addSummary } from "./summary.ts";

const build = (context: Context): Command => {
  const program = new Command("fluvial")
    .description("Bayesian models: fit a guide, sample, compare the two")
    .version(packageVersion(), "-v, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .exitOverride()
    .configureOutput({ writeOut: (text) => context.stdout.write(text), writeErr: () => undefined });
  addFit(program, context);
  addSample(program, context);
  addCompare(program, context);
  addSummary(program, context);
  return program;
};

/** The line of a model as text that an error quotes, with its caret. */
const quotedIn = (message: string): string => /\n {4}[^\n]*\n {4} *\^$/.exec(message)?.[0] ?? "";

const report = (error: unknown, debug: boolean, { stderr }: Streams): void => {
  const message = messageOf(error);
  const quoted = quotedIn(message);
  const line = oneLine(message.slice(0, message.length - quoted.length)).replace(/^error: /, "");
  stderr.write(`fluvial: ${line}${quoted}\n`);
  if (debug && error instanceof Error) stderr.write(`${error.stack}\n`);
};

/**
 * Runs one command line: results go to stdout, progress and errors to stderr.
 * @param argv what stands after the program's name.
 * @returns the exit status, 0 or 1; an error is one line, with its stack behind `--debug`.
 */
export const runCommandLine = async (
  argv: readonly string[],
  streams: Streams,
  parts: Partial<Pick<Context, "library" | "loadModel">> = {},
): Promise<number> => {
  const context: Context = { library, loadModel, ...streams, ...parts };
  try {
    await build(context).parseAsync(argv.length ? [...argv] : ["--help"], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    report(error, argv.includes("--debug"), streams);
    return 1;
  }
};
