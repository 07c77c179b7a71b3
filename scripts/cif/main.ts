/**
 * `npm run cif -- [--only lattice,energies,density2d,estimate,report] [--subjects NAME,…] [--rows NAME;…] [--seeds 1-5] [--steps N] [--workers 1]
 * [--kept DIR] [--out DIR]`: fits continuously indexed flows beside the flows that they are made of, and writes cif-lattice.md, cif-energies.md
 * and cif-densities.md with their pictures to DIR, docs/results unless said.
 *
 * What is done stands in results.jsonl of --kept, out/cif unless said, and is not done again; `--again` does it all the same. The first seed of
 * everything comes first. `--only report` fits nothing; `--only estimate` makes two short trials of every kind of fit and says how long what
 * is still to do will take. `--steps` is the most that a fit may take, for trials.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Failed, isDone } from "../jobs/lines.ts";
import { computed } from "../jobs/measure.ts";
import { type Common, namesOf, optionsOf, seedsOf, wholeOf } from "../jobs/options.ts";
import { pictureStore } from "../jobs/pictures.ts";
import { answerJobs } from "../jobs/pool.ts";
import { openJobs, runScript, type Work, workThrough, writePage } from "../jobs/work.ts";
import { density2d } from "./density2d/index.ts";
import { energies } from "./energies/index.ts";
import { expectedOf, expectedSaid, trialsOf } from "./estimate.ts";
import { type Experiment, type Job, jobKey, type Result } from "./experiment.ts";
import { lattice } from "./lattice/index.ts";

const experiments = [lattice, energies, density2d] as unknown as readonly Experiment[];
const names = experiments.map(({ name }) => name);
const experimentOf = (name: string): Experiment => experiments.find((one) => one.name === name) as Experiment;

const say = (line: Result | Failed<Job>): string => {
  const told = `${line.seed} ${line.subject.padEnd(16)} ${line.row.padEnd(32)}`;
  if (!isDone(line)) return `${told} failed: ${line.error}`;
  return `${told} ${experimentOf(line.experiment).say(line)}, ${line.seconds.toFixed(1)} s of ${line.whole.toFixed(1)}`;
};

/** What is asked for. */
interface Asked {
  readonly parts: readonly string[];
  readonly subjects: readonly string[];
  readonly rows: readonly string[];
  readonly seeds: readonly number[];
  /** At the most. */
  readonly steps: number;
}

/** The first seed of everything comes first. */
const jobsOf = ({ parts, subjects, rows, seeds, steps: most }: Asked): readonly Job[] =>
  seeds.flatMap((seed) =>
    parts.flatMap((experiment) =>
      experimentOf(experiment)
        .cases.filter(({ subject, row }) => subjects.includes(subject) && rows.includes(row))
        .filter(({ seeds: most }) => seed <= (most ?? seed))
        .map(({ subject, row, setting }) => {
          const steps = Math.min(setting.steps, most);
          return { experiment, subject, row, setting: { ...setting, steps }, seed };
        }),
    ),
  );

const own = { subjects: undefined, rows: undefined, seeds: "1-5", steps: undefined, kept: "out/cif" } as const;

type Given = ReturnType<typeof optionsOf<typeof own>>["given"];

const askedOf = ({ only }: Common, { subjects, rows, seeds, steps }: Given): Asked => {
  const named = names.filter((name) => only.includes(name));
  const parts = named.length > 0 ? named : names;
  const cases = parts.flatMap((part) => experimentOf(part).cases);
  const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];
  return {
    parts,
    subjects: namesOf("subjects", subjects, distinct(cases.map(({ subject }) => subject))),
    rows: namesOf("rows", rows, distinct(cases.map(({ row }) => row)), ";"),
    seeds: seedsOf(seeds),
    steps: steps === undefined ? Number.POSITIVE_INFINITY : wholeOf("steps", steps),
  };
};

const workOf = (kept: string, groups: Work<Job, Result>["groups"]): Work<Job, Result> => ({
  ...{ script: import.meta.filename, file: join(kept, "results.jsonl"), key: jobKey, groups, say },
});

/** Trials of every kind of job that is still to do; the sum is said, no page is written. */
const estimate = async (jobs: readonly Job[], common: Common, kept: string): Promise<void> => {
  const open = openJobs(workOf(kept, [jobs]), common).flat();
  const lines = await workThrough(workOf(join(kept, "trials"), trialsOf(open)), common);
  console.log(expectedSaid(expectedOf(open, lines.filter(isDone))));
};

const writeReport = (
  part: string,
  lines: readonly (Result | Failed<Job>)[],
  jobs: readonly Job[],
  kept: string,
  out: string,
): void => {
  const mine = lines.filter(({ experiment }) => experiment === part);
  const failures = mine.filter((line): line is Failed<Job> => !isDone(line));
  const asked = jobs.filter(({ experiment }) => experiment === part);
  if (mine.every((line) => !isDone(line))) {
    console.log(`${part}: nothing is done yet, and no page is written`);
    return;
  }
  const { name, text, sheets } = experimentOf(part).page({
    ...{ results: mine.filter(isDone), failures, jobs: asked },
    pictures: pictureStore(join(kept, "pictures")),
  });
  mkdirSync(join(out, "cif"), { recursive: true });
  for (const [sheet, svg] of Object.entries(sheets)) writeFileSync(join(out, "cif", `${sheet}.svg`), svg);
  writePage(out, name, text, `${mine.length} of ${asked.length} fits`);
};

const runJob =
  (kept: string) =>
  async (job: Job): Promise<Result> => {
    const began = computed();
    const fitted = await experimentOf(job.experiment).run(job, pictureStore(join(kept, "pictures")));
    return { ...job, ...fitted, whole: computed() - began };
  };

const main = async (): Promise<void> => {
  const { common, given } = optionsOf(own, [...names, "estimate"]);
  const { kept } = given;
  const estimating = common.only.includes("estimate");
  if (common.answer) return answerJobs(runJob(estimating ? join(kept, "trials") : kept));
  const asked = askedOf(common, given);
  const jobs = jobsOf(asked);
  if (estimating) return await estimate(jobs, common, kept);
  const lines = await workThrough(
    workOf(
      kept,
      jobs.map((job) => [job]),
    ),
    common,
  );
  for (const part of asked.parts) writeReport(part, lines, jobs, kept, common.out);
};

await runScript("cif", main);
