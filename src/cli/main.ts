#!/usr/bin/env node
import { runCommandLine } from "./program.ts";

process.once("SIGINT", () => {
  process.stderr.write("\nfluvial: interrupted\n");
  process.exit(130);
});

/** A reader that has had enough, such as `head`, is no error. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

runCommandLine(process.argv.slice(2), process).then((status) => {
  process.exitCode = status;
});
