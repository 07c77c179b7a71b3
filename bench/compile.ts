import { type Figure, median } from "./figure.ts";
import type { CompileReport } from "./fresh/compile.ts";
import type { FirstStep } from "./fresh/step.ts";
import { fresh } from "./fresh.ts";
import { depthFor, type Phases } from "./program.ts";

const parts = ["trace", "passes", "emit", "webAssembly"] as const satisfies readonly (keyof Phases)[];

/**
 * CPU milliseconds that value and gradient of a program of about so many nodes take to compile, part by part: cold, medians over fresh
 * processes, and warm, in a process that has compiled others before; `total` is their sum, `wall` the same by the clock.
 */
export const compile = (nodes: number, processes = 5): Figure[] => {
  const depth = depthFor(nodes);
  const reports = Array.from({ length: processes }, () => fresh<CompileReport>("compile", `${depth}`));
  const figure = (what: string, unit: string, of: (report: CompileReport) => number): Figure => ({
    name: `compile/${nodes}/${what}`,
    engine: "compiled-f64",
    value: median(reports.map(of)),
    unit,
  });
  const total = (phases: Phases): number => parts.reduce((sum, part) => sum + phases[part], 0);
  return [
    figure("nodes", "nodes", ({ cold }) => cold.nodes),
    ...(["cold", "warm"] as const).flatMap((when) => [
      ...parts.map((part) => figure(`${when}/${part}`, "CPU ms", (report) => report[when][part])),
      figure(`${when}/total`, "CPU ms", (report) => total(report[when])),
      figure(`${when}/wall`, "ms", (report) => report[when].wall),
    ]),
    figure("module", "bytes", ({ cold }) => cold.bytes),
  ];
};

/** From eight schools and its data to the first step of a guide done, in a fresh process. */
export const compileStep = (guide: "mean-field" | "iaf", processes = 5): Figure[] => {
  const runs = Array.from({ length: processes }, () => fresh<FirstStep>("step", guide));
  const figure = (what: string, unit: string, of: (run: FirstStep) => number): Figure => ({
    name: `compile/${guide}-step/${what}`,
    engine: runs[0].engine,
    value: median(runs.map(of)),
    unit,
  });
  return [figure("total", "CPU ms", ({ cpu }) => cpu), figure("wall", "ms", ({ wall }) => wall)];
};
