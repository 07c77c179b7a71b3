#!/usr/bin/env node
import { Console } from "node:console";
import { runCommandLine } from "./program.ts";

/** What a model logs is no result: it goes where errors go. */
globalThis.console = new Console(process.stderr);

const interruption = new AbortController();

/** Commands that end by themselves once they are interrupted, and the status to end with. */
let patient = 0;
let interruptedWith: number | undefined;

const endsItself = (): (() => void) => {
  patient++;
  return () => {
    patient--;
  };
};

/** The first time, a command that ends by itself is let; the second time nothing is waited for. */
const end = (word: string, status: number) => (): void => {
  const again = interruptedWith !== undefined;
  interruptedWith = status;
  interruption.abort();
  process.stderr.write(
    `\nfluvial: ${word}${patient > 0 && !again ? ", keeping the draws so far; once more to stop at once" : ""}\n`,
  );
  if (patient === 0 || again) process.exit(status);
};

process.on("SIGINT", end("interrupted", 130));
process.on("SIGTERM", end("terminated", 143));

/** A reader that has had enough, such as `head`, is no error. */
process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") process.exit(0);
  process.stderr.write(`fluvial: stdout: cannot be written: ${code ?? message}\n`);
  process.exit(1);
});

const { stdout, stderr } = process;
const streams = { stdout, stderr, interrupted: interruption.signal, endsItself };
runCommandLine(process.argv.slice(2), streams).then((status) => {
  process.exitCode = interruptedWith ?? status;
});
