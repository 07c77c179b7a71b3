/**
 * What chains gain from a fit, for docs/sampling.md: `npx tsx scripts/handover/main.ts [warmup|neutra]`. One fit of at
 * most 6,000 steps; medians over three seeds of the chains, each figure by itself; one thread.
 */
import { fit, fullRank, iaf, type Model, meanField, naf, realNvp, type SampleOptions, sample } from "fluvial";
import banana from "../../models/banana.ts";
import schools, { data as schoolsData } from "../../models/eight-schools.ts";
import funnel from "../../models/funnel.ts";
import { posteriors } from "../../models/posteriordb/index.ts";
import type { GuideSpec } from "../../src/core/density.ts";
import type { Chains, Fit } from "../../src/posterior/posterior.ts";
import { dataFor } from "../../test/posteriordb/published.ts";

const seeds = [1, 2, 3];

interface Subject {
  readonly name: string;
  readonly model: Model;
  readonly data: object;
}

const published = (name: string): Subject => ({
  name: name.split("-")[0],
  model: posteriors[name],
  data: dataFor(posteriors[name], name),
});

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

const leastEss = ({ rows }: Chains): number => Math.min(...rows.map(({ essBulk }) => essBulk ?? Infinity));
const worstRhat = ({ rows }: Chains): number => Math.max(...rows.map(({ rhat }) => rhat ?? 1));

const sampled = ({ model, data }: Subject, seed: number, options: SampleOptions): Promise<Chains> =>
  sample(model, data as never, { seed, workers: 1, ...options }) as Promise<unknown> as Promise<Chains>;

/** A cell to three digits; large numbers whole. */
const shown = (x: number): string => (x >= 100 ? Math.round(x).toLocaleString("en-US") : x.toPrecision(3));
const row = (cells: readonly (string | number)[]): void =>
  console.log(`| ${cells.map((cell) => (typeof cell === "number" ? shown(cell) : cell)).join(" | ")} |`);

const cellsOf = (runs: readonly Chains[]): (string | number)[] => [
  median(runs.map(({ gradients }) => gradients)),
  median(runs.map((run) => (1_000 * leastEss(run)) / run.gradients)),
  median(runs.map((run) => leastEss(run) / run.seconds)),
  median(runs.map(worstRhat)).toFixed(3),
  String(median(runs.map(({ divergences }) => divergences))),
];

const runsOf = async (
  subject: Subject,
  fits: readonly (Fit | undefined)[],
  options: SampleOptions,
): Promise<Chains[]> => {
  const runs: Chains[] = [];
  for (const [i, from] of fits.entries())
    runs.push(await sampled(subject, seeds[i], { ...options, ...(from && { from }) }));
  return runs;
};

const fitsOf = async ({ model, data }: Subject, guide: GuideSpec): Promise<Fit[]> => {
  const fitted = (await fit(model, data as never, { guide, seed: 1, steps: 6_000 })) as unknown as Fit;
  return seeds.map(() => fitted);
};

const aboutFits = (fits: readonly Fit[]): (string | number)[] => [
  median(fits.map(({ khat }) => khat)).toFixed(2),
  median(fits.map(({ gradients }) => gradients)),
  median(fits.map(({ seconds }) => seconds)),
];

const none: readonly undefined[] = seeds.map(() => undefined);

const table = async (subjects: readonly Subject[], guides: readonly GuideSpec[], neutra: boolean): Promise<void> => {
  row([
    "posterior",
    "chains",
    "k-hat",
    "gradients of the fit",
    "its seconds",
    "gradients",
    "ESS / 1,000 gradients",
    "ESS / s",
    "R-hat",
    "divergent",
  ]);
  row(Array(10).fill("---"));
  for (const subject of subjects) {
    row([subject.name, "NUTS", "", "", "", ...cellsOf(await runsOf(subject, none, {}))]);
    for (const guide of guides) {
      const fits = await fitsOf(subject, guide);
      row(["", `from ${guide.name}`, ...aboutFits(fits), ...cellsOf(await runsOf(subject, fits, {}))]);
      if (neutra)
        row(["", `NeuTra, ${guide.name}`, "", "", "", ...cellsOf(await runsOf(subject, fits, { neutra: true }))]);
    }
  }
};

const tables = {
  warmup: () =>
    table(
      [
        "arK-arK",
        "garch-garch11",
        "mesquite-logmesquite_logvas",
        "kilpisjarvi_mod-kilpisjarvi",
        "eight_schools-eight_schools_noncentered",
      ].map(published),
      [meanField(), fullRank()],
      false,
    ),
  neutra: () =>
    table(
      [
        { name: "funnel", model: funnel as unknown as Model, data: {} },
        { name: "banana", model: banana as unknown as Model, data: {} },
        { name: "eight schools, centred", model: schools as unknown as Model, data: schoolsData },
        published("garch-garch11"),
      ],
      [fullRank(), iaf(), realNvp(), naf()],
      true,
    ),
};

for (const [name, make] of Object.entries(tables))
  if (process.argv.length < 3 || process.argv[2] === name) await make();
