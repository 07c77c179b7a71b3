import type { Command } from "commander";
import type { Comparison } from "../posterior/posterior.ts";
import type { Context } from "./context.ts";
import { drawsCsv } from "./csv.ts";
import { inputFor } from "./data.ts";
import { fileName, prepareFolder, writeFiles } from "./files.ts";
import { guideForms, parseGuides } from "./guides.ts";
import {
  type ChainOptions,
  type CommonOptions,
  checkChains,
  given,
  samplerOptions,
  withChains,
  withShared,
} from "./options.ts";
import { progressOn, stageOf } from "./progress.ts";
import { comparisonResult, showJson } from "./result.ts";

interface CompareOptions extends CommonOptions, ChainOptions {
  readonly guides: string;
  readonly steps?: number;
}

/** Writes a comparison where the options say; what was printed stands, also where a file cannot be written. */
const put = async (
  { library, stdout }: Context,
  comparison: Comparison,
  { out, json }: CompareOptions,
): Promise<void> => {
  const result = showJson(comparisonResult(comparison));
  try {
    if (out === undefined) return;
    const draws = Object.entries(comparison.methods).map(([method, { draws }]) => [
      `draws-${fileName(method)}.csv`,
      drawsCsv(draws),
    ]);
    const report = await library.report(comparison);
    await writeFiles(out, { "result.json": result, "report.html": report, ...Object.fromEntries(draws) });
  } finally {
    stdout.write(json ? result : `${comparison.summary()}\n`);
  }
};

const run = async (
  context: Context,
  modelPath: string,
  dataPath: string | undefined,
  options: CompareOptions,
): Promise<void> => {
  checkChains(options);
  const guides = parseGuides(options.guides, await context.library.guides());
  const loaded = await context.loadModel(modelPath);
  const { data, coords } = inputFor(modelPath, loaded, dataPath, (line) => context.stderr.write(`fluvial: ${line}\n`));
  if (options.out !== undefined) prepareFolder(options.out);
  const progress = await progressOn(context);
  try {
    const comparison = await context.library.compare(loaded.model, data, {
      guides,
      ...(coords && { coords }),
      ...given(options, ["seed", "draws", "steps", "chains", "warmup"]),
      sampler: samplerOptions(options),
      onProgress: (method, report) => progress.show(stageOf(method, report)),
    });
    progress.stop();
    await put(context, comparison, options);
  } finally {
    progress.stop();
  }
};

/** `fluvial compare MODEL [DATA.json]`. */
export const addCompare = (program: Command, context: Context): void => {
  const command = program.command("compare").description("fit several guides, sample, and say how far they agree");
  withChains(withShared(command, ["seed", "steps"]), " of NUTS; each guide gives 4,000")
    .option(
      "--guides <LIST>",
      `guides separated by commas, here with their options at their defaults: ${guideForms.join(", ")}; or auto among them, which climbs from cheap ones to rich ones`,
      "mean-field,full-rank,planar,iaf",
    )
    .action((model: string, data: string | undefined, options: CompareOptions) => run(context, model, data, options));
};
