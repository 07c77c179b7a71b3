import type { Command } from "commander";
import type { Comparison } from "../posterior/posterior.ts";
import type { Context } from "./context.ts";
import { drawsCsv } from "./csv.ts";
import { inputFor } from "./data.ts";
import { fileName, writeFiles } from "./files.ts";
import { parseGuides } from "./guides.ts";
import { type CommonOptions, given, withShared } from "./options.ts";
import { progressOn, stageOf } from "./progress.ts";
import { comparisonResult, showJson } from "./result.ts";

interface CompareOptions extends CommonOptions {
  readonly guides: string;
  readonly steps?: number;
  readonly chains?: number;
  readonly warmup?: number;
}

const put = async (
  { library, stdout }: Context,
  comparison: Comparison,
  { out, json }: CompareOptions,
): Promise<void> => {
  const result = showJson(comparisonResult(comparison));
  if (out) {
    const draws = Object.entries(comparison.methods).map(([method, { draws }]) => [
      `draws-${fileName(method)}.csv`,
      drawsCsv(draws),
    ]);
    const report = await library.report(comparison);
    await writeFiles(out, { "result.json": result, "report.html": report, ...Object.fromEntries(draws) });
  }
  stdout.write(json ? result : `${comparison.summary()}\n`);
};

const run = async (
  context: Context,
  modelPath: string,
  dataPath: string | undefined,
  options: CompareOptions,
): Promise<void> => {
  const guides = parseGuides(options.guides, await context.library.guides());
  const loaded = await context.loadModel(modelPath);
  const { data, coords } = inputFor(modelPath, loaded, dataPath);
  const progress = await progressOn(context.stderr);
  try {
    const comparison = await context.library.compare(loaded.model, data, {
      guides,
      ...(coords && { coords }),
      ...given(options, ["seed", "draws", "steps", "chains", "warmup"]),
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
  withShared(program.command("compare").description("fit several guides, sample, and say how far they agree"), [
    "seed",
    "draws",
    "steps",
    "chains",
    "warmup",
  ])
    .option(
      "--guides <LIST>",
      "guides separated by commas: mean-field,planar:layers=8,iaf",
      "mean-field,full-rank,planar,iaf",
    )
    .action((model: string, data: string | undefined, options: CompareOptions) => run(context, model, data, options));
};
