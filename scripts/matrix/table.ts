/** The matrix as Markdown. */
import { isDone } from "../jobs/lines.ts";
import { fixed, tableOf } from "../jobs/markdown.ts";
import type { Cause, Cell, Line } from "./results.ts";
import { nameOf } from "./settings.ts";

/** A cell with where it stands. */
interface Placed extends Cell {
  readonly model: string;
  readonly guide: string;
}

const placed = (lines: readonly Line[]): Placed[] =>
  lines
    .filter(isDone)
    .flatMap(({ model, guide, cells }) => cells.map((cell) => ({ ...cell, model, guide: nameOf(guide) })));

const ran = ({ steps }: Cell): boolean => steps > 0;

const isBad = ({ skipped, seedsLost, error }: Cell): boolean => skipped > 0 || seedsLost > 0 || error !== undefined;

const total = (cells: readonly Cell[], of: (cell: Cell) => number): number =>
  cells.reduce((sum, cell) => sum + of(cell), 0);

/** "260": runs, all of them finite; "**2** of 260": so many had a step that was not; "–": does not apply. */
const countSaid = (cells: readonly Placed[]): string => {
  if (cells.length === 0) return "";
  if (cells.some(({ error }) => error !== undefined)) return "error";
  if (!cells.some(ran)) return "–";
  const runs = total(cells, ({ seeds }) => seeds);
  const bad = total(cells, ({ seedsSkipped }) => seedsSkipped);
  return bad === 0 ? `${runs}` : `**${bad}** of ${runs}`;
};

const counts = (cells: readonly Placed[], guides: readonly string[], objectives: readonly string[]): string =>
  tableOf(
    ["", ...objectives],
    guides.map((guide) => [
      guide,
      ...objectives.map((objective) =>
        countSaid(cells.filter((cell) => cell.guide === guide && cell.objective === objective)),
      ),
    ]),
  );

const causeSaid = (cause: Cause | undefined): string => {
  if (!cause) return "";
  const at = `seed ${cause.seed}, step ${cause.step + 1}: `;
  if (cause.where.length === 0) return `${at}values are finite, their gradient is not`;
  return `${at}${cause.where.join(" › ")} is ${fixed(cause.value, 0).replace("–", "NaN")}`;
};

/** Lines of one model, guide and objective, of several blocks of seeds, as one. */
const merged = (cells: readonly Placed[]): Placed[] => {
  const keyOf = ({ model, guide, objective }: Placed): string => [model, guide, objective].join("|");
  return [...new Set(cells.map(keyOf))].map((key) => {
    const same = cells.filter((cell) => keyOf(cell) === key);
    const sum = (of: (cell: Cell) => number): number => total(same, of);
    return {
      ...(same.find(isBad) ?? same[0]),
      steps: Math.min(...same.map(({ steps }) => steps)),
      seeds: sum(({ seeds }) => seeds),
      ...{ skipped: sum((cell) => cell.skipped), seedsSkipped: sum((cell) => cell.seedsSkipped) },
      seedsLost: sum((cell) => cell.seedsLost),
    };
  });
};

const badRow = (cell: Placed): string[] => [
  cell.model,
  cell.guide,
  cell.objective,
  `${cell.seedsSkipped} of ${cell.seeds}`,
  `${cell.skipped} of ${cell.seeds * cell.steps}`,
  cell.error ?? causeSaid(cell.cause),
];

/** Each sentence once, with how often it came. */
const tally = (sentences: readonly string[]): string =>
  [...new Set(sentences)]
    .map((one) => [one, sentences.filter((other) => other === one).length] as const)
    .sort((a, b) => b[1] - a[1])
    .map(([one, count]) => `- ${one} (${count})`)
    .join("\n");

/** A name of a guide or a model goes out of what was said, so that alike is counted alike. */
const unfitSaid = (lines: readonly Line[]): string =>
  tally(
    lines
      .filter(isDone)
      .filter(({ unfit }) => unfit !== undefined)
      .map(({ model, guide, unfit }) => `${nameOf(guide)} on ${model}: ${unfit}`),
  );

const sections = (parts: readonly (readonly [string, string])[]): string =>
  parts
    .filter(([, text]) => text !== "")
    .map(([head, text]) => `## ${head}\n\n${text}\n`)
    .join("\n");

/** Markdown of all lines. */
export const report = (lines: readonly Line[], guides: readonly string[], objectives: readonly string[]): string => {
  const cells = merged(placed(lines));
  const running = cells.filter(ran);
  const bad = cells.filter(isBad);
  const models = [...new Set(lines.map(({ model }) => model))];
  const rows = guides.map(nameOf).filter((guide) => cells.some((cell) => cell.guide === guide));
  const steps = running.map((cell) => cell.steps);
  const failed = lines.filter((line) => !isDone(line)) as readonly (Line & { error: string })[];
  return `# Guides, objectives and models

\`npm run matrix\` made this page: every guide that is trained, with every objective that it meets the needs of, on ${models.length} models of \`models/\` with their data, from
20 seeds each, by the compiled engine. ${running.length.toLocaleString("en-US")} combinations, ${total(running, ({ seeds }) => seeds).toLocaleString("en-US")} runs of ${Math.min(...steps)} to ${Math.max(...steps)} steps, ${total(running, (cell) => cell.seeds * cell.steps).toLocaleString("en-US")} steps in all, at the rate that
the guide starts from; guides are small ones (\`scripts/matrix/settings.ts\`). Counted are steps whose loss or gradient was not finite: training leaves such
a step out and goes on. Each is traced to the first labelled part whose value is not finite.

**${total(bad, ({ seedsSkipped }) => seedsSkipped)} runs of ${bad.length} combinations had such a step, ${total(cells, (cell) => cell.skipped).toLocaleString("en-US")} steps in all; parameters were finite at the end of all but ${total(cells, ({ seedsLost }) => seedsLost)} runs.**

Models: ${models.join(", ")}.

## Runs

Runs over all models: "260" all of them finite throughout; "**2** of 260": so many had a step that was not. "–": the guide lacks what the objective needs.

${counts(cells, rows, objectives)}

${sections([
  [
    "Where a value was not finite",
    bad.length === 0
      ? ""
      : tableOf(["model", "guide", "objective", "runs", "steps", "the first, and what went wrong"], bad.map(badRow)),
  ],
  [
    "What does not go together",
    tally(cells.flatMap(({ guide, refused }) => (refused ? [`${guide}: ${refused}`] : []))),
  ],
  ["Guides that do not fit a model", unfitSaid(lines)],
  ["Programs that ran op by op", tally(cells.flatMap(({ guide, eager }) => (eager ? [`${guide}: ${eager}`] : [])))],
  ["Failures", failed.map(({ model, guide, error }) => `- ${guide} on ${model}: ${error}`).join("\n")],
])}`;
};
