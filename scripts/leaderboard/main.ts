/**
 * `npm run leaderboard -- [--posteriors NAME,…] [--guides GUIDE,…] [--seeds 1-3] [--seconds S] [--workers 1] [--out DIR] [--only report]`:
 * fits every guide to every posterior of posteriordb at default settings, holds means and sds against the published reference draws,
 * and writes leaderboard.md to DIR, docs/results unless said. FLUVIAL_DATA says where the data lie.
 *
 * `--guides` takes guides as the command line has them, "auto" and "nuts". What is done stands in out/leaderboard/results.jsonl and is
 * not done again; `--again` does it all the same. `--only report` fits nothing.
 */
import { posteriors } from "../../models/posteriordb/index.ts";
import { fail } from "../../src/core/check.ts";
import { dataFolder, hasReferences } from "../../test/posteriordb/reference.ts";
import { isDone } from "../jobs/lines.ts";
import { namesOf, optionsOf, seedsOf, wholeOf } from "../jobs/options.ts";
import { answerJobs } from "../jobs/pool.ts";
import { runScript, workThrough, writePage } from "../jobs/work.ts";
import { dear, exists, guideRows } from "./guides.ts";
import { runJob } from "./job.ts";
import type { Job, Line, Result } from "./results.ts";
import { report } from "./table.ts";

const outcome = ({ fit, seconds, verdict }: Result): string => {
  const bound = fit ? `${fit.elbo.toFixed(2)} ± ${fit.elboSe.toFixed(2)}, k-hat ${fit.khat.toFixed(2)}  ` : "";
  return `${bound}${seconds.toFixed(1)} s  ${verdict.split(":")[0]}`;
};

const say = (line: Line): string => {
  const told = `${line.seed} ${line.posterior.padEnd(40)} ${line.guide.padEnd(30)}`;
  return `${told} ${isDone(line) ? outcome(line) : `failed: ${line.error}`}`;
};

const guidesOf = (text: string | undefined): readonly string[] =>
  (text?.split(",") ?? guideRows).filter(
    (guide) => exists(guide) || console.log(`${guide}: skipped, there is no such guide`),
  );

/** Jobs by seed, the dear ones of each last: a process keeps to one posterior. */
const groupsOf = (chosen: readonly string[], guides: readonly string[], seeds: readonly number[]): Job[][] => {
  const sides = [guides.filter((guide) => !dear.includes(guide)), guides.filter((guide) => dear.includes(guide))];
  return seeds.flatMap((seed) =>
    sides.flatMap((some) => chosen.map((posterior) => some.map((guide) => ({ posterior, guide, seed })))),
  );
};

const main = async (): Promise<void> => {
  const { common, given } = optionsOf({ posteriors: undefined, guides: undefined, seeds: "1-3", seconds: "600" });
  if (common.answer) return answerJobs(runJob);
  const chosen = namesOf("posteriors", given.posteriors, Object.keys(posteriors));
  const [guides, seeds] = [guidesOf(given.guides), seedsOf(given.seeds)];
  const groups = groupsOf(chosen, guides, seeds);
  if (!common.only.includes("report") && !hasReferences()) fail(`no posteriors in ${dataFolder}: set FLUVIAL_DATA`);
  const lines = await workThrough<Job, Result>(
    {
      ...{ script: import.meta.filename, file: "out/leaderboard/results.jsonl", groups, say },
      ...{ key: ["posterior", "guide", "seed"], seconds: wholeOf("seconds", given.seconds) },
    },
    common,
  );
  const page = report(lines, chosen, guides, seeds);
  writePage(common.out, "leaderboard.md", page, `${lines.length} of ${groups.flat().length} fits`);
};

await runScript("leaderboard", main);
