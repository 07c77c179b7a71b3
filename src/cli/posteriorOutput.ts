import { toJson } from "../io/json.ts";
import type { Chains, Fit } from "../posterior/posterior.ts";
import { drawsCsv } from "./csv.ts";
import { writeFiles } from "./files.ts";
import type { CommonOptions } from "./options.ts";
import { resultOf, showJson } from "./result.ts";
import type { TextSink } from "./streams.ts";

/** The file of --out that holds everything, in the format of docs/files.md. */
export const posteriorFile = "posterior.json";

/** A summary with its verdict under it, once. */
const textOf = (posterior: Fit | Chains): string => {
  const summary = posterior.summary();
  return summary.includes(posterior.verdict) ? summary : `${summary}\n${posterior.verdict}`;
};

/** Prints one posterior. */
export const printPosterior = (posterior: Fit | Chains, json: boolean | undefined, stdout: TextSink): void => {
  stdout.write(json ? showJson(resultOf(posterior)) : `${textOf(posterior)}\n`);
};

/** Writes one posterior where the options say; it is printed also where a file cannot be written. */
export const putPosterior = async (
  posterior: Fit | Chains,
  { out, json }: CommonOptions,
  stdout: TextSink,
): Promise<void> => {
  try {
    if (out !== undefined)
      await writeFiles(out, {
        "result.json": showJson(resultOf(posterior)),
        "draws.csv": drawsCsv(posterior.draws),
        [posteriorFile]: toJson(posterior),
      });
  } finally {
    printPosterior(posterior, json, stdout);
  }
};
