import { runCommandLine } from "../../src/cli/program.ts";
import { fit } from "../../src/index.ts";

/** For a model file to compare its own with. */
Object.assign(globalThis, { ownFit: fit });

/** Runs the command lines given as JSON one after the other, and prints what became of each: loading model files needs a real Node. */
const results: { status: number; stdout: string; stderr: string }[] = [];
for (const argv of JSON.parse(process.argv[2]) as string[][]) {
  const said = { stdout: "", stderr: "" };
  const status = await runCommandLine(argv, {
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
  });
  results.push({ status, ...said });
}
process.stdout.write(JSON.stringify(results));
