/**
 * `npm run leaderboard -- [--posteriors NAME,…] [--guides GUIDE,…] [--seeds 1,2,3] [--seconds S] [--workers 1] [--out DIR] [--only report]`:
 * fits every guide to every posterior of posteriordb at default settings, holds means and sds against the published reference draws,
 * and writes leaderboard.md to DIR, docs/results unless said. FLUVIAL_DATA says where the data lie.
 *
 * `--guides` takes guides as the command line has them, "auto" and "nuts". What is done stands in out/leaderboard/results.jsonl and is
 * not done again; `--again` does it all the same. `--only report` fits nothing.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { posteriors } from "../../models/posteriordb/index.ts";
import { dataFolder, hasReferences } from "../../test/posteriordb/reference.ts";
import { keepLine, readLines } from "../jobs/lines.ts";
import { answerJobs, runGroups } from "../jobs/pool.ts";
import { dear, exists, guideRows } from "./guides.ts";
import { answer } from "./job.ts";
import { isResult, type Job, type Line, type Result, sameJob } from "./results.ts";
import { report } from "./table.ts";

const { values: given } = parseArgs({
  options: {
    posteriors: { type: "string" },
    guides: { type: "string" },
    seeds: { type: "string", default: "1,2,3" },
    seconds: { type: "string", default: "600" },
    workers: { type: "string", default: "1" },
    out: { type: "string", default: "docs/results" },
    only: { type: "string" },
    again: { type: "boolean", default: false },
    answer: { type: "boolean", default: false },
  },
});

const file = "out/leaderboard/results.jsonl";

const stop = (message: string): never => {
  console.error(`leaderboard: ${message}`);
  process.exit(1);
};

const wholeOf = (option: string, text: string): number =>
  /^\d+$/.test(text) ? Number(text) : stop(`--${option}: expected whole numbers, got ${text}`);

const namesOf = (option: string, text: string | undefined, all: readonly string[]): readonly string[] => {
  const chosen = text?.split(",") ?? all;
  const stranger = chosen.find((name) => !all.includes(name));
  return stranger === undefined ? chosen : stop(`--${option}: expected ${all.join(", ")}; got ${stranger}`);
};

const outcome = ({ fit, seconds, verdict }: Result): string => {
  const bound = fit ? `${fit.elbo.toFixed(2)} ± ${fit.elboSe.toFixed(2)}, k-hat ${fit.khat.toFixed(2)}  ` : "";
  return `${bound}${seconds.toFixed(1)} s  ${verdict.split(":")[0]}`;
};

const say = (line: Line): void => {
  const told = `${line.seed} ${line.posterior.padEnd(40)} ${line.guide.padEnd(30)}`;
  console.log(`${told} ${isResult(line) ? outcome(line) : `failed: ${line.error}`}`);
};

const main = async (): Promise<void> => {
  const chosen = namesOf("posteriors", given.posteriors, Object.keys(posteriors));
  const guides = (given.guides?.split(",") ?? guideRows).filter(
    (guide) => exists(guide) || console.log(`${guide}: skipped, there is no such guide`),
  );
  const seeds = given.seeds.split(",").map((text) => wholeOf("seeds", text));
  const sides = [guides.filter((guide) => !dear.includes(guide)), guides.filter((guide) => dear.includes(guide))];
  const groups = seeds.flatMap((seed) =>
    sides.flatMap((some) => chosen.map((posterior) => some.map((guide): Job => ({ posterior, guide, seed })))),
  );
  if (given.only !== "report") {
    if (!hasReferences()) stop(`no posteriors in ${dataFolder}: set FLUVIAL_DATA`);
    const before = given.again ? [] : readLines<Line>(file).filter(isResult);
    const todo = groups.map((group) => group.filter((job) => !before.some((line) => sameJob(line, job))));
    await runGroups<Job, Line>(todo, {
      script: import.meta.filename,
      workers: wholeOf("workers", given.workers),
      seconds: wholeOf("seconds", given.seconds),
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
  writeFileSync(join(given.out, "leaderboard.md"), report(lines, chosen, guides, seeds));
  console.log(`${join(given.out, "leaderboard.md")}: ${lines.length} of ${groups.flat().length} fits`);
};

if (given.answer) answerJobs(answer);
else await main();
