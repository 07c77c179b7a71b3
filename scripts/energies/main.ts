/**
 * `npm run energies -- [--energies u1,…] [--rows NAME;…] [--seeds N] [--workers 1] [--out DIR] [--only report]`: fits the guides of settings.ts to
 * the four energies of Rezende & Mohamed, and writes energies.md with a sheet of pictures an energy to DIR, docs/results unless said.
 *
 * What is done stands in out/energies/results.jsonl and is not done again; `--again` does it all the same. `--only report` fits nothing. The
 * first seed of everything comes first.
 */
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { densities } from "../../models/densities/index.ts";
import { sheetSvg, type Tile } from "../densities/sheet.ts";
import { runJob } from "./job.ts";
import { pictureOfTarget } from "./pictures.ts";
import { isResult, type Job, keepLine, type Line, readLines, readPicture, sameJob } from "./results.ts";
import { type EnergyName, energyNames, seeds, settings } from "./settings.ts";
import { report, rounded } from "./table.ts";

const { values: given } = parseArgs({
  options: {
    energies: { type: "string" },
    rows: { type: "string" },
    seeds: { type: "string", default: String(seeds) },
    workers: { type: "string", default: "1" },
    out: { type: "string", default: "docs/results" },
    only: { type: "string" },
    again: { type: "boolean", default: false },
    job: { type: "string" },
  },
});

const stop = (message: string): never => {
  console.error(`energies: ${message}`);
  process.exit(1);
};

const countOf = (name: "seeds" | "workers"): number => {
  const count = Number(given[name]);
  return Number.isInteger(count) && count > 0 ? count : stop(`--${name}: expected a whole number, got ${given[name]}`);
};

/** Names out of a list. */
const chosenOf = <N extends string>(option: "energies" | "rows", all: readonly N[], between: string): readonly N[] => {
  const chosen = (given[option]?.split(between) ?? [...all]) as N[];
  const stranger = chosen.find((name) => !all.includes(name));
  return stranger === undefined ? chosen : stop(`--${option}: expected some of ${all.join(between)}; got ${stranger}`);
};

const energies = chosenOf<EnergyName>("energies", energyNames, ",");
const rows = chosenOf("rows", Object.keys(settings), ";");

const jobs: readonly Job[] = Array.from({ length: countOf("seeds") }, (_, i) => i + 1).flatMap((seed) =>
  rows
    .filter((row) => seed <= (settings[row].seeds ?? seeds))
    .flatMap((row) => energies.map((energy) => ({ energy, row, setting: settings[row], seed }))),
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
    `${line.energy} ${line.row.padEnd(24)} seed ${line.seed}  ` +
      (isResult(line)
        ? `KL ${rounded(line.kl, 4)} ± ${rounded(line.se, 4)}  k-hat ${rounded(line.khat, 2)}  ${line.steps} steps, ${line.seconds.toFixed(1)} s`
        : `failed: ${line.error}`),
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

const tilesOf = (energy: EnergyName, lines: readonly Line[]): Tile[] => [
  { title: "target", note: "", picture: pictureOfTarget(energy) },
  ...lines
    .filter((line) => line.energy === energy && line.seed === 1)
    .filter(isResult)
    .flatMap((line) => {
      const picture = readPicture(line);
      return picture ? [{ title: line.row, note: `KL ${rounded(line.kl)} nats`, picture }] : [];
    }),
];

const writeReport = (folder: string): void => {
  const lines = linesOf();
  mkdirSync(join(folder, "energies"), { recursive: true });
  for (const energy of energies)
    writeFileSync(
      join(folder, "energies", `${energy}.svg`),
      sheetSvg({ name: energy.toUpperCase(), bounds: densities[energy].bounds }, tilesOf(energy, lines)),
    );
  writeFileSync(join(folder, "energies.md"), report(lines, jobs));
  console.log(`${join(folder, "energies.md")}: ${lines.length} of ${jobs.length} fits`);
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
  await runAll(todo, countOf("workers"));
  writeReport(given.out);
}
