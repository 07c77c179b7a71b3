import type { Command } from "commander";
import { fail, suggest } from "../core/check.ts";
import type { GuideSpec } from "../core/density.ts";
import type { Context } from "./context.ts";
import { inputFor } from "./data.ts";
import { prepareFolder } from "./files.ts";
import { guideForms, parseGuide } from "./guides.ts";
import { objectiveForms, parseObjective } from "./objectives.ts";
import { type CommonOptions, given, withGuideDraws, withShared } from "./options.ts";
import { putPosterior } from "./posteriorOutput.ts";
import { progressOn, stageOf } from "./progress.ts";

interface FitOptions extends CommonOptions {
  readonly guide: string;
  readonly budget?: number;
  readonly objective?: string;
  readonly draws?: number;
  readonly steps?: number;
  readonly restarts?: number;
  /** False behind --no-correct. */
  readonly correct: boolean;
}

const auto = "auto";

/** @throws FluvialError on a guide that there is not, where "auto" may have been meant too, and on a budget without "auto". */
const guideFor = async ({ library }: Context, { guide, budget }: FitOptions): Promise<GuideSpec | typeof auto> => {
  if (guide === auto) return auto;
  if (budget !== undefined) fail(`--budget belongs to --guide auto, got --guide ${guide}`);
  const guides = await library.guides();
  const meant = suggest(guide, [auto]);
  return meant && !suggest(guide, Object.keys(guides)) && !Object.hasOwn(guides, guide)
    ? fail(`there is no guide "${guide}"${meant}`)
    : parseGuide(guide, guides);
};

const run = async (
  context: Context,
  modelPath: string,
  dataPath: string | undefined,
  options: FitOptions,
): Promise<void> => {
  const { library, stdout } = context;
  const guide = await guideFor(context, options);
  const objective = options.objective && parseObjective(options.objective, await library.objectives());
  const loaded = await context.loadModel(modelPath);
  const { data, coords } = inputFor(modelPath, loaded, dataPath, (line) => context.stderr.write(`fluvial: ${line}\n`));
  if (options.out !== undefined) prepareFolder(options.out);
  const progress = await progressOn(context);
  try {
    const posterior = await library.fit(loaded.model, data, {
      guide,
      ...(objective && { objective }),
      ...(coords && { coords }),
      ...given(options, ["seed", "draws", "steps", "restarts", "budget"]),
      ...(!options.correct && { correct: false }),
      onProgress: (report) => progress.show(stageOf(options.guide, report)),
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
      `a guide, here with its options at their defaults: ${guideForms.join(", ")}; or auto, which climbs from cheap ones to rich ones until one passes and short chains agree`,
      "mean-field",
    )
    .option(
      "--objective <SPEC>",
      `what training goes down on, here with options at their defaults: ${objectiveForms.join(", ")}; stick-the-landing where the guide suits it, else elbo, unless said`,
    )
    .option("--no-correct", "leave the figures as the guide has them, where importance weights could correct them")
    .action((model: string, data: string | undefined, options: FitOptions) => run(context, model, data, options));
};
