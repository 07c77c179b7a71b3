/** Compiles a program of the given depth: the first of this process, then others of the same size; medians of these. */
import { median } from "../figure.ts";
import { compilePhases, type Phases } from "../program.ts";

export interface CompileReport {
  readonly cold: Phases;
  readonly warm: Phases;
}

const depth = Number(process.argv[2]);
const cold = compilePhases(depth, 1);
const later = Array.from({ length: Math.min(20, Math.max(5, 2_000 / depth)) }, (_, i) =>
  compilePhases(depth, 1 + (i + 1) / 64),
).slice(2);
const warm = Object.fromEntries(
  Object.keys(cold).map((part) => [part, median(later.map((phases) => phases[part as keyof Phases]))]),
) as unknown as Phases;
const report: CompileReport = { cold, warm };
console.log(JSON.stringify(report));
