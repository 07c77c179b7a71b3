#!/usr/bin/env node
import { Console } from "node:console";
import { runCommandLine } from "./program.ts";

/** What a model logs is no result: it goes where errors go. */
globalThis.console = new Console(process.stderr);

const interruption = new AbortController();

const end = (word: string, status: number) => (): void => {
  interruption.abort();
  process.stderr.write(`\nfluvial: ${word}\n`);
  process.exit(status);
};

process.once("SIGINT", end("interrupted", 130));
process.once("SIGTERM", end("terminated", 143));

/** A reader that has had enough, such as `head`, is no error. */
process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") process.exit(0);
  process.stderr.write(`fluvial: stdout: cannot be written: ${code ?? message}\n`);
  process.exit(1);
});

const { stdout, stderr } = process;
runCommandLine(process.argv.slice(2), { stdout, stderr, interrupted: interruption.signal }).then((status) => {
  process.exitCode = status;
});
