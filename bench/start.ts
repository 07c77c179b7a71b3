import { spawnSync } from "node:child_process";
import { type Figure, median } from "./figure.ts";
import type { StartReport } from "./fresh/start.ts";
import { fresh } from "./fresh.ts";

/** Milliseconds from its start until a process without any program runs its first line. */
const bare = (): number =>
  Number(spawnSync(process.execPath, ["-e", "console.log(performance.now())"], { encoding: "utf8" }).stdout);

/** From the start of a process: until it runs at all, until the library is imported, until the first draw of eight schools is kept. */
export const start = (processes = 9): Figure[] => {
  const runs = Array.from({ length: processes }, () => ({ bare: bare(), ...fresh<StartReport>("start") }));
  const figure = (what: keyof (typeof runs)[number], unit = "ms"): Figure => ({
    name: `start/${what}`,
    engine: "default",
    value: median(runs.map((run) => run[what])),
    unit,
  });
  return [figure("bare"), figure("imported"), figure("drawn"), figure("cpu", "CPU ms")];
};
