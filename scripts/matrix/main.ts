/**
 * `npm run matrix -- [--models NAME,…] [--guides GUIDE,…] [--objectives NAME,…] [--steps 150] [--seconds S] [--workers 1] [--out DIR]
 * [--only report]`: trains every guide by every objective on every model of models/ from 20 seeds, counts the steps that are not finite,
 * says where each first went wrong, and writes matrix.md to DIR, docs/results unless said.
 *
 * First come two seeds of everything, then the others. What is done stands in out/matrix/results.jsonl and is not done again; `--again`
 * does it all the same. `--only report` trains nothing.
 */
import { objectiveSpecs } from "../../src/objectives/index.ts";
import { isDone } from "../jobs/lines.ts";
import { namesOf, numberOf, optionsOf, wholeOf } from "../jobs/options.ts";
import { answerJobs } from "../jobs/pool.ts";
import { runScript, workThrough, writePage } from "../jobs/work.ts";
import { runJob } from "./job.ts";
import { modelNames } from "./models.ts";
import type { Job, Line, Result } from "./results.ts";
import { guideRows, nameOf } from "./settings.ts";
import { report } from "./table.ts";

/** Two seeds of everything come first: what fails is known early. */
const blocks = [
  { from: 1, to: 2 },
  { from: 3, to: 20 },
] as const;

/** A guide on a model that takes longer, with all objectives, is ended. */
const limit = 1800;

/** "0 of 300 steps not finite, 9 objectives". */
const outcome = ({ unfit, cells }: Result): string => {
  if (unfit) return `does not fit: ${unfit}`;
  const ran = cells.filter(({ steps }) => steps > 0);
  const skipped = ran.reduce((sum, cell) => sum + cell.skipped, 0);
  const steps = ran.reduce((sum, cell) => sum + cell.steps * cell.seeds, 0);
  const errors = cells.flatMap(({ error }) => error ?? []);
  return `${skipped} of ${steps} steps not finite, ${ran.length} objectives ${errors.join("; ")}`;
};

const say = (line: Line): string => {
  const { from, to } = line.seeds;
  const told = `${from}–${to} ${line.model.padEnd(28)} ${nameOf(line.guide).padEnd(20)}`;
  return `${told} ${isDone(line) ? outcome(line) : `failed: ${line.error}`}`;
};

/** What is asked for. */
interface Asked {
  readonly models: readonly string[];
  readonly guides: readonly string[];
  readonly objectives: readonly string[];
  readonly steps: number;
  /** For each seed. */
  readonly seconds: number;
}

/** Jobs by block of seeds, then by model: a process keeps to one model. */
const groupsOf = ({ models, guides, objectives, steps, seconds }: Asked): Job[][] =>
  blocks.flatMap((seeds) =>
    models.map((model) =>
      guides.map((guide) => ({
        ...{ model, guide, seeds, objectives, steps },
        seconds: seconds * (seeds.to - seeds.from + 1),
      })),
    ),
  );

const main = async (): Promise<void> => {
  const { common, given } = optionsOf({
    ...{ models: undefined, guides: undefined, objectives: undefined },
    ...{ steps: "150", seconds: "0.2" },
  });
  if (common.answer) return answerJobs(runJob);
  const models = namesOf("models", given.models, await modelNames());
  const guides = given.guides?.split(",") ?? guideRows();
  const objectives = namesOf("objectives", given.objectives, Object.keys(objectiveSpecs));
  const [steps, seconds] = [wholeOf("steps", given.steps), numberOf("seconds", given.seconds)];
  const groups = groupsOf({ models, guides, objectives, steps, seconds });
  const lines = await workThrough<Job, Result>(
    {
      ...{ script: import.meta.filename, file: "out/matrix/results.jsonl", groups, say },
      ...{ key: ["model", "guide", "seeds"], seconds: limit },
    },
    common,
  );
  const told = `${lines.length} of ${groups.flat().length} guides on models`;
  writePage(common.out, "matrix.md", report(lines, guides, objectives), told);
};

await runScript("matrix", main);
