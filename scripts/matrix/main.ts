/**
 * `npm run matrix -- [--models NAME,…] [--guides GUIDE,…] [--objectives NAME,…] [--steps 150] [--seconds S] [--workers 1] [--out DIR]
 * [--only report]`: trains every guide by every objective on every model of models/ from 20 seeds, counts the steps that are not finite,
 * says where each first went wrong, and writes matrix.md to DIR, docs/results unless said.
 *
 * First come two seeds of everything, then the others. What is done stands in out/matrix/results.jsonl and is not done again; `--again`
 * does it all the same. `--only report` trains nothing.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { objectiveSpecs } from "../../src/objectives/index.ts";
import { keepLine, readLines } from "../jobs/lines.ts";
import { answerJobs, runGroups } from "../jobs/pool.ts";
import { answer } from "./job.ts";
import { modelNames } from "./models.ts";
import { isResult, type Job, type Line, sameJob } from "./results.ts";
import { guideRows, nameOf } from "./settings.ts";
import { report } from "./table.ts";

const { values: given } = parseArgs({
  options: {
    models: { type: "string" },
    guides: { type: "string" },
    objectives: { type: "string" },
    steps: { type: "string", default: "150" },
    seconds: { type: "string", default: "0.2" },
    workers: { type: "string", default: "1" },
    out: { type: "string", default: "docs/results" },
    only: { type: "string" },
    again: { type: "boolean", default: false },
    answer: { type: "boolean", default: false },
  },
});

const file = "out/matrix/results.jsonl";

/** Two seeds of everything come first: what fails is known early. */
const blocks = [
  { from: 1, to: 2 },
  { from: 3, to: 20 },
] as const;

/** A guide on a model that takes longer, with all objectives, is ended. */
const limit = 1800;

const stop = (message: string): never => {
  console.error(`matrix: ${message}`);
  process.exit(1);
};

const numberOf = (option: string, text: string): number =>
  Number(text) > 0 ? Number(text) : stop(`--${option}: expected a number above 0, got ${text}`);

const namesOf = (option: string, text: string | undefined, all: readonly string[]): readonly string[] => {
  const chosen = text?.split(",") ?? all;
  const stranger = chosen.find((name) => !all.includes(name));
  return stranger === undefined ? chosen : stop(`--${option}: expected ${all.join(", ")}; got ${stranger}`);
};

/** "planar 0 of 300 steps not finite, 9 objectives". */
const outcome = (line: Line): string => {
  if (!isResult(line)) return `failed: ${line.error}`;
  if (line.unfit) return `does not fit: ${line.unfit}`;
  const ran = line.cells.filter(({ steps }) => steps > 0);
  const skipped = ran.reduce((sum, cell) => sum + cell.skipped, 0);
  const steps = ran.reduce((sum, cell) => sum + cell.steps * cell.seeds, 0);
  const errors = line.cells.flatMap(({ error }) => error ?? []);
  return `${skipped} of ${steps} steps not finite, ${ran.length} objectives ${errors.join("; ")}`;
};

const say = (line: Line): void =>
  console.log(
    `${line.seeds.from}–${line.seeds.to} ${line.model.padEnd(28)} ${nameOf(line.guide).padEnd(20)} ${outcome(line)}`,
  );

/** Jobs by block of seeds, then by model: a process keeps to one model. */
const groupsOf = (models: readonly string[], guides: readonly string[], objectives: readonly string[]): Job[][] => {
  const steps = numberOf("steps", given.steps);
  const each = numberOf("seconds", given.seconds);
  return blocks.flatMap((seeds) =>
    models.map((model) =>
      guides.map((guide) => ({
        ...{ model, guide, seeds, objectives, steps },
        seconds: each * (seeds.to - seeds.from + 1),
      })),
    ),
  );
};

const main = async (): Promise<void> => {
  const models = namesOf("models", given.models, await modelNames());
  const guides = given.guides?.split(",") ?? guideRows();
  const objectives = namesOf("objectives", given.objectives, Object.keys(objectiveSpecs));
  const groups = groupsOf(models, guides, objectives);
  if (given.only !== "report") {
    const before = given.again ? [] : readLines<Line>(file).filter(isResult);
    const todo = groups.map((group) => group.filter((job) => !before.some((line) => sameJob(line, job))));
    await runGroups<Job, Line>(todo, {
      ...{ script: import.meta.filename, workers: numberOf("workers", given.workers), seconds: limit },
      failed: (job, error) => ({ ...job, error }),
      done: (line) => {
        keepLine(file, line);
        say(line);
      },
    });
  }
  const kept = readLines<Line>(file);
  const lines = groups.flat().flatMap((job) => kept.findLast((line) => sameJob(line, job)) ?? []);
  mkdirSync(given.out, { recursive: true });
  writeFileSync(join(given.out, "matrix.md"), report(lines, guides, objectives));
  console.log(`${join(given.out, "matrix.md")}: ${lines.length} of ${groups.flat().length} guides on models`);
};

if (given.answer) answerJobs(answer);
else await main();
