import type { Command } from "commander";
import type { Context } from "./context.ts";
import { inputFor } from "./data.ts";
import { prepareFolder } from "./files.ts";
import { type ChainOptions, type CommonOptions, checkChains, given, withChains, withShared } from "./options.ts";
import { putPosterior } from "./posteriorOutput.ts";
import { progressOn, stageOf } from "./progress.ts";

type SampleOptions = CommonOptions & ChainOptions;

const run = async (
  context: Context,
  modelPath: string,
  dataPath: string | undefined,
  options: SampleOptions,
): Promise<void> => {
  checkChains(options);
  const loaded = await context.loadModel(modelPath);
  const { data, coords } = inputFor(modelPath, loaded, dataPath);
  if (options.out !== undefined) prepareFolder(options.out);
  const progress = await progressOn(context);
  try {
    const posterior = await context.library.sample(loaded.model, data, {
      ...(coords && { coords }),
      ...given(options, ["seed", "draws", "chains", "warmup"]),
      sampler: given(options, ["targetAcceptance", "maxTreeDepth"]),
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
  withChains(withShared(program.command("sample").description("draw from the posterior with NUTS"), ["seed"])).action(
    (model: string, data: string | undefined, options: SampleOptions) => run(context, model, data, options),
  );
};
