import type { Command } from "commander";
import { fail, suggest } from "../core/check.ts";
import type { GuideSpec } from "../core/density.ts";
import type { Context, FitArguments } from "./context.ts";
import { inputFor } from "./data.ts";
import { prepareFolder } from "./files.ts";
import { guideForms, parseGuide } from "./guides.ts";
import { objectiveForms, parseObjective } from "./objectives.ts";
import { type CommonOptions, given, withGuideDraws, withShared } from "./options.ts";
import { putPosterior } from "./posteriorOutput.ts";
import { progressOn, stageOf } from "./progress.ts";
import { readKind } from "./saved.ts";

interface FitOptions extends CommonOptions {
  readonly guide?: string;
  readonly from?: string;
  readonly budget?: number;
  readonly objective?: string;
  readonly draws?: number;
  readonly steps?: number;
  readonly restarts?: number;
  /** False behind --no-correct. */
  readonly correct: boolean;
}

const auto = "auto";
const usual = "mean-field";

/** What training goes on from, and the guide: the one that is named, or that of the fit. */
type Beginning = Partial<Pick<FitArguments, "guide" | "from">>;

/** @throws FluvialError on a guide that there is not, where "auto" may have been meant too. */
const namedGuide = async ({ library }: Context, name: string): Promise<GuideSpec> => {
  const guides = await library.guides();
  const meant = suggest(name, [auto]);
  return meant && !suggest(name, Object.keys(guides)) && !Object.hasOwn(guides, name)
    ? fail(`there is no guide "${name}"${meant}`)
    : parseGuide(name, guides);
};

/** @throws FluvialError on a guide that there is not, a budget without "auto", and a file that holds no fit. */
const beginningOf = async (context: Context, { guide, budget, from }: FitOptions): Promise<Beginning> => {
  if (guide === auto) return from === undefined ? { guide } : fail("--from goes on with one guide, got --guide auto");
  if (budget !== undefined)
    fail(`--budget belongs to --guide auto, got ${guide ? `--guide ${guide}` : from ? "--from" : `--guide ${usual}`}`);
  const earlier = from === undefined ? {} : { from: readKind("--from", from, "fit") };
  if (guide === undefined && earlier.from) return earlier;
  return { ...earlier, guide: await namedGuide(context, guide ?? usual) };
};

const run = async (
  context: Context,
  modelPath: string,
  dataPath: string | undefined,
  options: FitOptions,
): Promise<void> => {
  const { library, stdout } = context;
  const beginning = await beginningOf(context, options);
  const objective = options.objective && parseObjective(options.objective, await library.objectives());
  const loaded = await context.loadModel(modelPath);
  const { data, coords } = inputFor(modelPath, loaded, dataPath, (line) => context.stderr.write(`fluvial: ${line}\n`));
  if (options.out !== undefined) prepareFolder(options.out);
  const progress = await progressOn(context);
  try {
    const posterior = await library.fit(loaded.model, data, {
      ...beginning,
      ...(objective && { objective }),
      ...(coords && { coords }),
      ...given(options, ["seed", "draws", "steps", "restarts", "budget"]),
      ...(!options.correct && { correct: false }),
      onProgress: (report) => progress.show(stageOf(options.guide ?? beginning.from?.method ?? usual, report)),
    });
    progress.stop();
    await putPosterior(posterior, options, stdout);
  } finally {
    progress.stop();
  }
};

/** `fluvial fit MODEL [DATA.json]`. */
export const addFit = (program: Command, context: Context): void => {
  withGuideDraws(
    withShared(program.command("fit").description("fit a guide to the posterior"), [
      "seed",
      "steps",
      "restarts",
      "budget",
    ]),
  )
    .option(
      "--guide <SPEC>",
      `a guide, here with its options at their defaults: ${guideForms.join(", ")}; or auto, which climbs from cheap ones to rich ones until one passes and short chains agree; ${usual} unless said, or that of --from`,
    )
    .option("--from <FILE>", "go on training where the fit of a posterior.json ended")
    .option(
      "--objective <SPEC>",
      `what training goes down on, here with options at their defaults: ${objectiveForms.join(", ")}; stick-the-landing where the guide suits it, else elbo, unless said`,
    )
    .option("--no-correct", "leave the figures as the guide has them, where importance weights could correct them")
    .action((model: string, data: string | undefined, options: FitOptions) => run(context, model, data, options));
};
