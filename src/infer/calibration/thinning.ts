import { essMean, essSd } from "../../diagnostics/ess.ts";

/** The smallest ESS of any coordinate's mean or sd, a draw; 0 where a chain did not move. */
const efficiencyOf = (z: Float64Array, size: number): number => {
  const rows = z.length / size;
  const coordinates = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: rows }, (_, row) => z[row * size + i]),
  );
  const ess = coordinates.flatMap((series) => [essMean([series]), essSd([series])]);
  return ess.reduce((least, each) => Math.min(least, Number.isFinite(each) ? each : 0), rows) / rows;
};

/** Transitions a draw at the most, where thinning is left to us. */
export const mostThinning = 20;

/** How many transitions make about one independent draw: of a few data sets, the second worst. */
export const thinningFrom = (runs: readonly Float64Array[], size: number): number => {
  const needed = runs
    .map((z) => Math.ceil(1 / Math.max(efficiencyOf(z, size), 1 / mostThinning) - 0.05))
    .sort((a, b) => b - a);
  return Math.max(1, needed[Math.min(1, needed.length - 1)] ?? 1);
};
