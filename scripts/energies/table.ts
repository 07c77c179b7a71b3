/** The results as Markdown. */
import { isDone } from "../jobs/lines.ts";
import { fixed, median, tableOf } from "../jobs/markdown.ts";
import type { Job, Line, Result } from "./results.ts";
import { drawsForBound, type EnergyName, energyNames, secondsAtMost, seeds, settings } from "./settings.ts";

/** What PyTorch came to on one thread, from as many seeds. */
const elsewhere: readonly (readonly string[])[] = [
  ["PyTorch: planar, 32 layers", "0.003 to 0.008", "0.008 to 0.016", "0.04 to 0.15", "0.05 to 0.26"],
  ["PyTorch: autoregressive spline, 24 bins, a minute", "0.005", "0.005", "0.008", "0.021"],
];

/** Median over seeds, their range, and how many there are where they are not all. */
const spread = (results: readonly Result[]): string => {
  if (results.length === 0) return "";
  const values = results.map(({ kl }) => kl);
  const middle = `**${fixed(median(values), 3)}**`;
  if (results.length === 1) return `${middle} ± ${fixed(results[0].se, 3)}`;
  return `${middle} (${fixed(Math.min(...values), 3)} to ${fixed(Math.max(...values), 3)})`;
};

const upper = (energy: EnergyName): string => energy.toUpperCase();

interface Found {
  of(name: string, energy?: EnergyName): readonly Result[];
}

const overview = (names: readonly string[], found: Found): string =>
  tableOf(
    ["KL in nats", ...energyNames.map(upper)],
    [...names.map((name) => [name, ...energyNames.map((energy) => spread(found.of(name, energy)))]), ...elsewhere],
  );

const detail = (names: readonly string[], found: Found): string =>
  tableOf(
    ["", "guide", "parameters", "steps", "seconds", "longest", "k-hat", "fits"],
    names.map((name) => {
      const results = found.of(name);
      const { guide, restarts } = settings[name];
      const seconds = results.map((one) => one.seconds);
      return [
        name,
        `\`${guide}\``,
        results[0].parameters.toLocaleString("en-US"),
        median(results.map((one) => one.steps)).toLocaleString("en-US") + (restarts ? `, ${restarts} starts` : ""),
        median(seconds).toFixed(0),
        Math.max(...seconds).toFixed(0) + (Math.max(...seconds) > secondsAtMost ? " (over three minutes)" : ""),
        fixed(median(results.map((one) => one.khat)), 2),
        String(results.length),
      ];
    }),
  );

const best = (names: readonly string[], energy: EnergyName, found: Found): string => {
  const ranked = names
    .filter((name) => found.of(name, energy).length > 0)
    .map((name) => ({ name, kl: median(found.of(name, energy).map(({ kl }) => kl)) }))
    .sort((a, b) => a.kl - b.kl);
  return ranked.length === 0 ? "" : `${fixed(ranked[0].kl, 3)}, ${ranked[0].name}`;
};

const missingOf = (lines: readonly Line[], jobs: readonly Job[]): string => {
  const failed = lines.filter((line) => !isDone(line));
  const fits = lines.length - failed.length;
  const told = failed.map(
    (line) => `\n- ${line.row} on ${upper(line.energy)}, seed ${line.seed}: ${(line as { error: string }).error}`,
  );
  const partial =
    fits < jobs.length
      ? `\n\n${jobs.length - fits} of ${jobs.length} fits are missing: medians are over the seeds that are there. The command goes on where it ended.`
      : "";
  return partial + (told.length > 0 ? `\n\nFailed:\n${told.join("")}` : "");
};

const sheets = energyNames
  .map((energy) => `## ${upper(energy)}\n\n![Guides and samples of ${upper(energy)}](energies/${energy}.svg)`)
  .join("\n\n");

export const report = (lines: readonly Line[], jobs: readonly Job[]): string => {
  const results = lines.filter(isDone);
  const found: Found = {
    of: (name, energy) => results.filter((one) => one.row === name && (energy === undefined || one.energy === energy)),
  };
  const names = Object.keys(settings).filter((name) => found.of(name).length > 0);
  return `# Four energies

\`npm run energies\` made this page: guides fitted to the energies of Rezende & Mohamed 2015 (table 1), p ∝ exp(−U), each with Σ relu(|z_i| − 6)² added,
without which three of them have no finite integral. The models stand in \`models/densities/energies.ts\` among [others](#other-densities), with log Z by quadrature, so that what a
guide lacks is a number: KL(q ‖ p) = log Z − ELBO, over ${drawsForBound.toLocaleString("en-US")} draws from the fitted guide. Its standard error is 0.001 to 0.005 in most cells; where the KL is small, a cell may fall
below 0 by chance.

Medians over ${seeds} seeds, with their range; of one fit, its standard error. Where there are several starts, the one with the highest bound is kept, by the draws that it is scored on. How each
guide was fitted stands in \`scripts/energies/settings.ts\`; those "left to fit" are \`fit(model, {}, { guide })\` and nothing more.${missingOf(lines, jobs)}

${overview(names, found)}

The best guide on each: ${energyNames.map((energy) => `${upper(energy)} ${best(names, energy, found)}`).join("; ")}.

Seconds are those of one processor, medians over all four energies; k-hat likewise.

${detail(names, found)}

A small k-hat does not say that a guide is right: one that lies in one of two modes has never seen what it lacks. On U1 the mean-field guide of the first
seed passes with 0.5, at 0.9 nats from the target.

In the pictures the paint is the density, of guides a kernel density estimate of 10,000 draws (bandwidth 0.15), on the scale of the target; beside it 500 draws. One seed.

${sheets}

## Other densities

\`models/densities/index.ts\` has a table of densities by name: a model without data, log Z, means and standard deviations, a frame for pictures, and exact
independent draws. Beside the four energies: mixtures of normals on lattices of 9 and 16 (\`lattice-9\`, \`lattice-16\`), on a circle (\`eight-normals\`) and far apart (\`two-modes\`), circles (\`rings\`),
two half circles (\`moons\`), Neal's \`funnel\`, Haario's \`banana\`, Rosenbrock's valley, a \`squiggle\` and a \`correlated\` normal. \`funnel\`, \`banana\`, \`twoModes\` and \`correlated\` are functions of their size or shape.
\`scripts/reference/densities.py\` has their integrals by quadrature.

\`\`\`ts
import { fit, spline } from "fluvial";
import { densities } from "./models/densities/index.ts";

const { model, logZ, sample } = densities["lattice-9"];
const fitted = await fit(model, {}, { guide: spline(), seed: 1 });
console.log("KL", logZ - fitted.elbo, "nats; ten points of the density itself:", sample(10, 1).values);
\`\`\`
`;
};
