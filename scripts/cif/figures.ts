/** Figures over seeds, and one flow beside another. */
import { fixed, median } from "../jobs/markdown.ts";

/** "**−0.053** (−0.060 to −0.047)"; of one value itself, with its standard error. */
export const spread = (values: readonly { readonly mean: number; readonly se: number }[], places = 3): string => {
  if (values.length === 0) return "";
  const means = values.map(({ mean }) => mean);
  const middle = `**${fixed(median(means), places)}**`;
  if (values.length === 1) return `${middle} ± ${fixed(values[0].se, places)}`;
  return `${middle} (${fixed(Math.min(...means), places)} to ${fixed(Math.max(...means), places)})`;
};

/** "9", or "9 (7 to 9)" where seeds differ. */
export const countSpread = (counts: readonly number[]): string => {
  if (counts.length === 0) return "";
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return low === high ? String(low) : `${fixed(median(counts), 1).replace(/\.0$/, "")} (${low} to ${high})`;
};

interface Scored {
  readonly seed: number;
  readonly mean: number;
  /** Of the estimate of one fit. */
  readonly se: number;
}

/** How far one lies above the other, seed by seed. */
export interface Paired {
  readonly mean: number;
  /** Of the mean over seeds; of one seed alone, that of the two estimates. NaN without a seed that both have. */
  readonly se: number;
  readonly seeds: number;
}

export const paired = (ones: readonly Scored[], others: readonly Scored[]): Paired => {
  const pairs = ones.flatMap((one) => {
    const other = others.find(({ seed }) => seed === one.seed);
    return other ? [{ one, other }] : [];
  });
  const gaps = pairs.map(({ one, other }) => one.mean - other.mean);
  const seeds = gaps.length;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / seeds;
  const own = Math.sqrt(pairs.reduce((sum, { one, other }) => sum + one.se ** 2 + other.se ** 2, 0)) / seeds;
  const squares = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
  const over = Math.sqrt(squares / (seeds - 1) / seeds);
  return { mean, se: seeds === 1 ? own : over, seeds };
};

/** "+0.014 ± 0.003". */
export const pairedSaid = ({ mean, se, seeds }: Paired, places = 3): string =>
  seeds === 0 ? "" : `${mean > 0 ? "+" : ""}${fixed(mean, places)} ± ${fixed(se, places)}`;

/** Whether the one is behind by more than two standard errors. */
export const isBehind = ({ mean, se }: Paired): boolean => mean < -2 * se;

/** Sheets that there are, and the line that shows one; nothing where there is none. */
export const sheetsOf = (
  names: readonly string[],
  sheetFor: (name: string) => string | undefined,
): { readonly sheets: Readonly<Record<string, string>>; shown(name: string, label: string): string } => {
  const sheets = Object.fromEntries(
    names.flatMap((name) => {
      const sheet = sheetFor(name);
      return sheet === undefined ? [] : [[name, sheet] as const];
    }),
  );
  return { sheets, shown: (name, label) => (name in sheets ? `\n\n![${label}](cif/${name}.svg)` : "") };
};

/** What is missing and what failed, in words; nothing where all is there. */
export const missingSaid = ({
  results,
  failures,
  jobs,
}: {
  readonly results: readonly unknown[];
  readonly failures: readonly { subject: string; row: string; seed: number; error: string }[];
  readonly jobs: readonly unknown[];
}): string => {
  const partial =
    results.length < jobs.length
      ? `\n\n${jobs.length - results.length} of ${jobs.length} fits are missing: figures are over the seeds that are there. The command goes on where it ended.`
      : "";
  const told = failures.map(({ subject, row, seed, error }) => `\n- ${row} on ${subject}, seed ${seed}: ${error}`);
  return partial + (told.length > 0 ? `\n\nFailed:\n${told.join("")}` : "");
};
