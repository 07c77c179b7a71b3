/**
 * `npm run densities -- [--sets NAME,…] [--flows NAME,…] [--steps N] [--seconds S] [--seed N] [--workers 2] [--out DIR] [--only report]`:
 * fits every flow of `flowSpecs` to every set, scores it on fresh points beside the truth and a kernel density estimate, and writes
 * densities.md with a sheet of pictures a set to DIR, docs/results unless said.
 *
 * `--flows` takes names of flows, or a flow with its options, as the command line has them: `spline:layers=3:bins=16`. What is done
 * stands in out/densities/results.jsonl and is not done again; `--again` does it all the same. `--only report` fits nothing.
 */
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { baselineNames, everyFlow, runJob } from "./job.ts";
import { isResult, type Job, keepLine, type Line, type Result, readLines, readPicture, sameJob } from "./results.ts";
import { availableSets, planeSets, setNames } from "./sets.ts";
import { type Budget, budget, settings, settingsOf } from "./settings.ts";
import { sheetSvg, type Tile } from "./sheet.ts";
import { report } from "./table.ts";

const { values: given } = parseArgs({
  options: {
    sets: { type: "string" },
    flows: { type: "string" },
    steps: { type: "string" },
    seconds: { type: "string" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "1" },
    out: { type: "string", default: "docs/results" },
    only: { type: "string" },
    again: { type: "boolean", default: false },
    job: { type: "string" },
  },
});

const stop = (message: string): never => {
  console.error(`densities: ${message}`);
  process.exit(1);
};

const countOf = (name: "steps" | "seconds" | "seed" | "workers", otherwise: number): number => {
  const count = given[name] === undefined ? otherwise : Number(given[name]);
  return Number.isInteger(count) && count >= 0 ? count : stop(`--${name}: expected a whole number, got ${given[name]}`);
};

/** Names out of a list. */
const chosenOf = (option: "sets", all: readonly string[]): readonly string[] => {
  const chosen = given[option]?.split(",") ?? [...all];
  const stranger = chosen.find((name) => !all.includes(name));
  return stranger === undefined ? chosen : stop(`--${option}: expected ${all.join(", ")}; got ${stranger}`);
};

const limits: Budget = {
  ...budget,
  steps: countOf("steps", budget.steps),
  seconds: countOf("seconds", budget.seconds),
};
const seed = countOf("seed", 1);

/** Every flow with its batch and steps; a flow that is named with its options stands for itself. */
const flowsChosen = () =>
  (given.flows?.split(",") ?? [...baselineNames, ...Object.keys(everyFlow)]).flatMap((text) =>
    text in settings ? settingsOf([text]) : [{ flow: text }],
  );

const jobs: readonly Job[] = chosenOf("sets", given.job ? setNames : availableSets()).flatMap((set) =>
  flowsChosen()
    .filter(({ flow }) => set in planeSets || flow !== "truth")
    .map(({ flow, batch = limits.batch, steps = limits.steps }) => ({
      ...{ set, flow, batch, seed },
      steps: Math.min(steps, limits.steps),
      seconds: limits.seconds,
    })),
);

/** A fit in a process of its own: what goes wrong there ends nothing else. */
const inOwnProcess = (job: Job): Promise<Line> =>
  new Promise((resolve) => {
    let line: Line = { ...job, error: "its process ended early" };
    const child = fork(import.meta.filename, ["--job", JSON.stringify(job)], { execArgv: ["--import", "tsx"] });
    child.on("message", (message) => {
      line = message as Line;
    });
    child.on("close", () => resolve(line));
  });

const say = (line: Line): void =>
  console.log(
    isResult(line)
      ? `${line.set.padEnd(16)} ${line.flow.padEnd(40)} ${line.test.mean.toFixed(4)} ± ${line.test.se.toFixed(4)}` +
          (line.shortfall ? `  KL ${line.shortfall.mean.toFixed(4)} ± ${line.shortfall.se.toFixed(4)}` : "") +
          `  ${line.took.steps} steps, ${line.took.seconds.toFixed(1)} s`
      : `${line.set.padEnd(16)} ${line.flow.padEnd(40)} failed: ${line.error}`,
  );

const runAll = async (todo: Job[], workers: number): Promise<void> => {
  const work = async (): Promise<void> => {
    for (let job = todo.shift(); job !== undefined; job = todo.shift()) {
      const line = await inOwnProcess(job);
      keepLine(line);
      say(line);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
};

/** The last line of every job that is asked for. */
const linesOf = (): readonly Line[] => {
  const lines = readLines();
  return jobs.flatMap((job) => lines.findLast((line) => sameJob(line, job)) ?? []);
};

const tilesOf = (results: readonly Result[]): Tile[] =>
  results.flatMap((result) => {
    const picture = readPicture(result);
    const title = result.flow.split(":")[0];
    const note =
      result.flow === "truth"
        ? ""
        : `${result.bound ? "at most " : ""}${result.shortfall?.mean.toFixed(3)} nats below the truth`;
    return picture ? [{ title, note, picture }] : [];
  });

const writeReport = (folder: string): void => {
  const lines = linesOf();
  const flows = flowsChosen().map(({ flow }) => flow);
  mkdirSync(join(folder, "densities"), { recursive: true });
  for (const set of Object.values(planeSets)) {
    const tiles = tilesOf(lines.filter(isResult).filter((line) => line.set === set.name));
    if (tiles.length > 0) writeFileSync(join(folder, "densities", `${set.name}.svg`), sheetSvg(set, tiles));
  }
  writeFileSync(join(folder, "densities.md"), report(lines, setNames, flows, limits, folder));
  console.log(`${join(folder, "densities.md")}: ${lines.length} of ${jobs.length} fits`);
};

const answer = async (job: Job): Promise<Line> => {
  try {
    return await runJob(job);
  } catch (error) {
    return { ...job, error: error instanceof Error ? error.message.split("\n")[0] : String(error) };
  }
};

if (given.job) process.send?.(await answer(JSON.parse(given.job) as Job));
else {
  const done = given.again ? [] : readLines().filter(isResult);
  const todo = given.only === "report" ? [] : jobs.filter((job) => !done.some((line) => sameJob(line, job)));
  await runAll(todo, countOf("workers", 1));
  writeReport(given.out);
}
