/**
 * `npx tsx scripts/ladder/main.ts [OUT]`: climbs the ladder on every posterior of posteriordb at default settings, beside NUTS at the
 * defaults of `sample`, and writes ladder.md to OUT, docs/results unless said. FLUVIAL_DATA says where the data lie.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { posteriors } from "../../models/posteriordb/index.ts";
import { type Fit, fit, type Row, sample } from "../../src/index.ts";
import { dataFor } from "../../test/posteriordb/published.ts";
import { referenceDraws } from "../../test/posteriordb/reference.ts";
import { momentsOf } from "../leaderboard/errors.ts";

type Moments = ReturnType<typeof momentsOf>;

/** The largest error of the rows against reference draws: of means in reference sds, of sds as a ratio. */
const worstOf = (rows: readonly Row[], reference: Moments): string => {
  const known = new Map(rows.map((row) => [row.name, row]));
  let [mean, ratio] = [0, 1];
  for (const [name, theirs] of reference) {
    const mine = known.get(name);
    if (!mine) throw new Error(`the reference has ${name}, the rows have ${[...known.keys()].join(", ")}`);
    mean = Math.max(mean, Math.abs(mine.mean - theirs.mean) / theirs.sd);
    ratio = Math.max(ratio, mine.sd / theirs.sd, theirs.sd / mine.sd);
  }
  return `${mean.toFixed(2)} | × ${ratio.toFixed(2)}`;
};

const thousands = (count: number): string => Math.round(count).toLocaleString("en");

const guideOf = ({ method }: Fit): string => method.replace(/^whitened:guide=/, "whitened ").split(":")[0];

const lineFor = async (posterior: keyof typeof posteriors): Promise<string> => {
  const model = posteriors[posterior];
  const data = dataFor(model, posterior) as never;
  const reference = momentsOf(referenceDraws(posterior));
  const found = (await fit(model, data, { guide: "auto", seed: 1 })) as Fit;
  const chains = await sample(model, data, { seed: 1 });
  const tried = found.ladder?.rungs.filter(({ state }) => state !== "skipped").length ?? 0;
  const cells = [
    posterior.replace(/^.*-/, ""),
    `${guideOf(found)} (${tried})`,
    found.verdict.split(":")[0],
    found.khat.toFixed(2),
    worstOf(found.rows, reference),
    thousands(found.gradients),
    thousands(found.ladder?.check?.gradients ?? 0),
    found.seconds.toFixed(1),
    worstOf(chains.rows, reference),
    thousands(chains.gradients),
    chains.seconds.toFixed(1),
  ];
  return `| ${cells.join(" | ")} |`;
};

const head = `# The ladder beside NUTS

\`npx tsx scripts/ladder/main.ts\` made this table: \`fit(model, data, { guide: "auto" })\` on [twelve posteriors of posteriordb](../posteriordb.md) at its
defaults, and \`sample\` at its own (four chains of 1,000 draws), one seed. Errors are the largest over all scalars, of the rows as they are reported, against the
reference draws: of means in reference sds, of sds as a ratio. "of the check" are the gradients of the searches and chains among those of the
ladder; the number behind a guide is how many were fitted. Seconds were measured on cores that other work shared.

| posterior | guide (fitted) | verdict | k-hat | mean | sd | gradients | of the check | seconds | NUTS: mean | sd | gradients | seconds |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
`;

const out = process.argv[2] ?? "docs/results";
mkdirSync(out, { recursive: true });
const lines: string[] = [];
for (const posterior of Object.keys(posteriors) as (keyof typeof posteriors)[]) {
  lines.push(await lineFor(posterior));
  console.log(lines.at(-1));
}
writeFileSync(join(out, "ladder.md"), `${head}${lines.join("\n")}\n`);
