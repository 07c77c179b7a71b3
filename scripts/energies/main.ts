/**
 * `npm run energies -- [--energies u1,…] [--rows NAME;…] [--seeds 1-5] [--workers 1] [--out DIR] [--only report]`: fits the guides of settings.ts to
 * the four energies of Rezende & Mohamed, and writes energies.md with a sheet of pictures an energy to DIR, docs/results unless said.
 *
 * What is done stands in out/energies/results.jsonl and is not done again; `--again` does it all the same. `--only report` fits nothing. The
 * first seed of everything comes first.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { densities } from "../../models/densities/index.ts";
import { sheetSvg, type Tile } from "../densities/sheet.ts";
import { isDone } from "../jobs/lines.ts";
import { fixed } from "../jobs/markdown.ts";
import { namesOf, optionsOf, seedsOf } from "../jobs/options.ts";
import { answerJobs } from "../jobs/pool.ts";
import { runScript, workThrough, writePage } from "../jobs/work.ts";
import { runJob } from "./job.ts";
import { pictureOfTarget } from "./pictures.ts";
import { file, type Job, type Line, pictureName, pictures, type Result } from "./results.ts";
import { type EnergyName, energyNames, settings, seeds as usualSeeds } from "./settings.ts";
import { report } from "./table.ts";

const jobsOf = (energies: readonly EnergyName[], rows: readonly string[], seeds: readonly number[]): readonly Job[] =>
  seeds.flatMap((seed) =>
    rows
      .filter((row) => seed <= (settings[row].seeds ?? seed))
      .flatMap((row) => energies.map((energy) => ({ energy, row, setting: settings[row], seed }))),
  );

const outcome = ({ kl, se, khat, steps, seconds }: Result): string =>
  `KL ${fixed(kl, 4)} ± ${fixed(se, 4)}  k-hat ${fixed(khat, 2)}  ${steps} steps, ${seconds.toFixed(1)} s`;

const say = (line: Line): string =>
  `${line.energy} ${line.row.padEnd(24)} seed ${line.seed}  ${isDone(line) ? outcome(line) : `failed: ${line.error}`}`;

const tilesOf = (energy: EnergyName, lines: readonly Line[]): Tile[] => [
  { title: "target", note: "", picture: pictureOfTarget(densities[energy]) },
  ...lines
    .filter((line) => line.energy === energy && line.seed === 1)
    .filter(isDone)
    .flatMap((line) => {
      const picture = pictures.read(pictureName(line));
      return picture ? [{ title: line.row, note: `KL ${fixed(line.kl, 3)} nats`, picture }] : [];
    }),
];

const writeSheets = (folder: string, energies: readonly EnergyName[], lines: readonly Line[]): void => {
  mkdirSync(folder, { recursive: true });
  for (const energy of energies) {
    const frame = { name: energy.toUpperCase(), bounds: densities[energy].bounds };
    writeFileSync(join(folder, `${energy}.svg`), sheetSvg(frame, tilesOf(energy, lines)));
  }
};

const main = async (): Promise<void> => {
  const { common, given } = optionsOf({ energies: undefined, rows: undefined, seeds: `1-${usualSeeds}` });
  if (common.answer) return answerJobs(runJob);
  const energies = namesOf("energies", given.energies, energyNames);
  const jobs = jobsOf(energies, namesOf("rows", given.rows, Object.keys(settings), ";"), seedsOf(given.seeds));
  const lines = await workThrough<Job, Result>(
    {
      ...{ script: import.meta.filename, file, groups: jobs.map((job) => [job]), say },
      key: ["energy", "row", "setting", "seed"],
    },
    common,
  );
  writeSheets(join(common.out, "energies"), energies, lines);
  writePage(common.out, "energies.md", report(lines, jobs), `${lines.length} of ${jobs.length} fits`);
};

await runScript("energies", main);
