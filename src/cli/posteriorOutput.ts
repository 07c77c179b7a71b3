import type { Chains, Fit } from "../posterior/posterior.ts";
import { drawsCsv } from "./csv.ts";
import { writeFiles } from "./files.ts";
import type { ChainOptions, CommonOptions } from "./options.ts";
import { resultOf, showJson } from "./result.ts";
import type { TextSink } from "./streams.ts";

/** A summary with its verdict under it, once. */
const textOf = (posterior: Fit | Chains): string => {
  const summary = posterior.summary();
  return summary.includes(posterior.verdict) ? summary : `${summary}\n${posterior.verdict}`;
};

/** Writes one posterior where the options say; it is printed also where a file cannot be written. */
export const putPosterior = async (
  posterior: Fit | Chains,
  { out, json, warmup }: CommonOptions & Partial<Pick<ChainOptions, "warmup">>,
  stdout: TextSink,
): Promise<void> => {
  const result = showJson(resultOf(posterior, { warmup }));
  try {
    if (out !== undefined) await writeFiles(out, { "result.json": result, "draws.csv": drawsCsv(posterior.draws) });
  } finally {
    stdout.write(json ? result : `${textOf(posterior)}\n`);
  }
};
