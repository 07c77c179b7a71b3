import type { Command } from "commander";
import { checkpointsIn } from "./checkpoint.ts";
import type { Context, SampleArguments, SampleReport } from "./context.ts";
import { inputFor } from "./data.ts";
import { prepareFolder } from "./files.ts";
import {
  type ChainOptions,
  type CommonOptions,
  checkChains,
  given,
  oneOf,
  samplerOptions,
  withChains,
  withShared,
} from "./options.ts";
import { putPosterior } from "./posteriorOutput.ts";
import { progressOn, stageOf } from "./progress.ts";
import { readKind } from "./saved.ts";

type Taken = NonNullable<SampleArguments["take"]>[number];

interface SampleOptions extends CommonOptions, ChainOptions {
  readonly continue?: string;
  readonly from?: string;
  readonly take?: Taken;
  readonly neutra?: boolean;
}

/** The fit that chains run from, and what they do with it. */
const fitFor = ({ from, take, neutra }: SampleOptions): Partial<SampleArguments> => ({
  ...(from !== undefined && { from: readKind("--from", from, "fit") }),
  ...(take && { take: [take] }),
  ...(neutra && { neutra }),
});

const taken = ["starts", "metric"] as const;

/** Where the chains begin: afresh, from a fit, or where earlier ones ended, which keep their sampler unless one is named. */
const beginningOf = (options: SampleOptions): Partial<SampleArguments> => {
  const sampler = samplerOptions(options);
  if (options.continue !== undefined) {
    const resume = readKind("--continue", options.continue, "chains");
    return { resume, ...fitFor(options), ...(Object.keys(sampler).length > 0 && { sampler }) };
  }
  return { sampler, ...fitFor(options) };
};

const run = async (
  context: Context,
  modelPath: string,
  dataPath: string | undefined,
  options: SampleOptions,
): Promise<void> => {
  checkChains(options);
  const beginning = beginningOf(options);
  const loaded = await context.loadModel(modelPath);
  const { data, coords } = inputFor(modelPath, loaded, dataPath, (line) => context.stderr.write(`fluvial: ${line}\n`));
  if (options.out !== undefined) prepareFolder(options.out);
  const checkpoints = options.out === undefined ? undefined : checkpointsIn(options.out);
  const progress = await progressOn(context);
  const done = context.endsItself?.();
  try {
    const posterior = await context.library.sample(loaded.model, data, {
      ...(coords && { coords }),
      ...given(options, ["seed", "draws", "chains", "warmup"]),
      ...beginning,
      ...(context.interrupted && { signal: context.interrupted }),
      onProgress: (report: SampleReport) => {
        progress.show(stageOf("nuts", report));
        if (report.soFar) checkpoints?.offer(report.soFar);
      },
    });
    progress.stop();
    await checkpoints?.settled();
    await putPosterior(posterior, options, context.stdout);
  } finally {
    progress.stop();
    done?.();
  }
};

/** `fluvial sample MODEL [DATA.json]`. */
export const addSample = (program: Command, context: Context): void => {
  withChains(withShared(program.command("sample").description("draw from the posterior with NUTS"), ["seed"]))
    .option("--continue <FILE>", "go on with the chains of a posterior.json: --draws more of each")
    .option("--from <FILE>", "start from the fit of a posterior.json, with its spread for a metric")
    .option("--take <PART>", "of that fit take the starts alone, or the metric", oneOf("--take", taken))
    .option("--neutra", "run in the noise of the guide of that fit (NeuTra)")
    .action((model: string, data: string | undefined, options: SampleOptions) => run(context, model, data, options));
};
