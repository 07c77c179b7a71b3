/**
 * `npm run densities -- [--sets NAME,…] [--flows NAME,…] [--steps N] [--seconds S] [--seed N] [--workers 2] [--out DIR] [--only report]`:
 * fits every flow of `flowSpecs` to every set, scores it on fresh points beside the truth and a kernel density estimate, and writes
 * densities.md with a sheet of pictures a set to DIR, docs/results unless said.
 *
 * `--flows` takes names of flows, or a flow with its options, as the command line has them: `spline:layers=3:bins=16`. What is done
 * stands in out/densities/results.jsonl and is not done again; `--again` does it all the same. `--only report` fits nothing.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDone } from "../jobs/lines.ts";
import { namesOf, optionsOf, wholeOf } from "../jobs/options.ts";
import { answerJobs } from "../jobs/pool.ts";
import { runScript, workThrough, writePage } from "../jobs/work.ts";
import { baselineNames, everyFlow, runJob } from "./job.ts";
import { file, type Job, type Line, pictureName, pictures, type Result } from "./results.ts";
import { availableSets, planeSets, setNames } from "./sets.ts";
import { type Budget, budget, type Setting, settings, settingsOf } from "./settings.ts";
import { sheetSvg, type Tile } from "./sheet.ts";
import { report } from "./table.ts";

/** Every flow with its batch and steps; a flow that is named with its options stands for itself. */
const flowsOf = (text: string | undefined): readonly Setting[] =>
  (text?.split(",") ?? [...baselineNames, ...Object.keys(everyFlow)]).flatMap((name) =>
    name in settings ? settingsOf([name]) : [{ flow: name }],
  );

const jobsOf = (sets: readonly string[], flows: readonly Setting[], limits: Budget, seed: number): readonly Job[] =>
  sets.flatMap((set) =>
    flows
      .filter(({ flow }) => set in planeSets || flow !== "truth")
      .map(({ flow, batch = limits.batch, steps = limits.steps }) => ({
        ...{ set, flow, batch, seed },
        steps: Math.min(steps, limits.steps),
        seconds: limits.seconds,
      })),
  );

const outcome = ({ test, shortfall, took }: Result): string =>
  `${test.mean.toFixed(4)} ± ${test.se.toFixed(4)}` +
  (shortfall ? `  KL ${shortfall.mean.toFixed(4)} ± ${shortfall.se.toFixed(4)}` : "") +
  `  ${took.steps} steps, ${took.seconds.toFixed(1)} s`;

const say = (line: Line): string =>
  `${line.set.padEnd(16)} ${line.flow.padEnd(40)} ${isDone(line) ? outcome(line) : `failed: ${line.error}`}`;

const tilesOf = (results: readonly Result[]): Tile[] =>
  results.flatMap((result) => {
    const picture = pictures.read(pictureName(result));
    const title = result.flow.split(":")[0];
    const note =
      result.flow === "truth"
        ? ""
        : `${result.bound ? "at most " : ""}${result.shortfall?.mean.toFixed(3)} nats below the truth`;
    return picture ? [{ title, note, picture }] : [];
  });

const writeSheets = (folder: string, results: readonly Result[]): void => {
  mkdirSync(folder, { recursive: true });
  for (const set of Object.values(planeSets)) {
    const tiles = tilesOf(results.filter((line) => line.set === set.name));
    if (tiles.length > 0) writeFileSync(join(folder, `${set.name}.svg`), sheetSvg(set, tiles));
  }
};

const main = async (): Promise<void> => {
  const { common, given } = optionsOf({
    ...{ sets: undefined, flows: undefined, seed: "1" },
    ...{ steps: String(budget.steps), seconds: String(budget.seconds) },
  });
  if (common.answer) return answerJobs(runJob);
  const { out } = common;
  const flows = flowsOf(given.flows);
  const sets = given.sets === undefined ? availableSets() : namesOf("sets", given.sets, setNames);
  const limits = {
    ...budget,
    steps: wholeOf("steps", given.steps),
    seconds: wholeOf("seconds", given.seconds),
  };
  const jobs = jobsOf(sets, flows, limits, wholeOf("seed", given.seed, 0));
  const lines = await workThrough<Job, Result>(
    {
      ...{ script: import.meta.filename, file, groups: jobs.map((job) => [job]), say },
      key: ["set", "flow", "batch", "steps", "seconds", "seed"],
    },
    common,
  );
  writeSheets(join(out, "densities"), lines.filter(isDone));
  const names = flows.map(({ flow }) => flow);
  writePage(out, "densities.md", report(lines, setNames, names, limits, out), `${lines.length} of ${jobs.length} fits`);
};

await runScript("densities", main);
