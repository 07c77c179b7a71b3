import type { Command } from "commander";
import type { Context } from "./context.ts";
import { inputFor } from "./data.ts";
import { type CommonOptions, given, withShared } from "./options.ts";
import { putPosterior } from "./posteriorOutput.ts";
import { progressOn, stageOf } from "./progress.ts";

interface SampleOptions extends CommonOptions {
  readonly chains?: number;
  readonly warmup?: number;
}

const run = async (
  context: Context,
  modelPath: string,
  dataPath: string | undefined,
  options: SampleOptions,
): Promise<void> => {
  const loaded = await context.loadModel(modelPath);
  const { data, coords } = inputFor(modelPath, loaded, dataPath);
  const progress = await progressOn(context.stderr);
  try {
    const posterior = await context.library.sample(loaded.model, data, {
      ...(coords && { coords }),
      ...given(options, ["seed", "draws", "chains", "warmup"]),
      onProgress: (report) => progress.show(stageOf("nuts", report)),
    });
    progress.stop();
    await putPosterior(posterior, options, context.stdout);
  } finally {
    progress.stop();
  }
};

/** `fluvial sample MODEL [DATA.json]`. */
export const addSample = (program: Command, context: Context): void => {
  withShared(program.command("sample").description("draw from the posterior with NUTS"), [
    "seed",
    "draws",
    "chains",
    "warmup",
  ]).action((model: string, data: string | undefined, options: SampleOptions) => run(context, model, data, options));
};
