import { hostKey } from "fluvial";
import { logistic, logisticData } from "../bench/logistic.ts";
import eightModel, { data as eightData } from "../models/eight-schools-noncentred.ts";
import { compiledEngine } from "../src/engine/compiled.ts";
import { densityOf } from "../src/infer/sample.ts";
import { chains } from "../src/mcmc/chains.ts";
import { condition } from "../src/model/condition.ts";

const eight = { model: eightModel, data: eightData };
const engine = compiledEngine("f64");
const [which, warmup, draws, ...list] = process.argv.slice(2);
const spec: any = which === "logistic" ? { model: logistic, data: logisticData() } : eight;
const c = condition(spec.model, spec.data);
const values = engine.compile(() => c.tensors())();
const t0 = performance.now();
const g = engine.gradient(densityOf(c as never), c.size, values);
console.log(
  "compile ms",
  (performance.now() - t0).toFixed(0),
  "memory MB",
  (g.portable!().memory.length / 1e6).toFixed(2),
);
for (const w of list) {
  const cpu = process.cpuUsage(),
    t = performance.now();
  const r = await chains(g, hostKey(1), {
    workers: w === "auto" ? undefined : Number(w),
    warmup: Number(warmup),
    draws: Number(draws),
  });
  const wall = performance.now() - t,
    { user, system } = process.cpuUsage(cpu);
  console.log(
    "workers",
    w,
    "wall s",
    (wall / 1e3).toFixed(3),
    "cpu s",
    ((user + system) / 1e6).toFixed(3),
    "gradients",
    r.gradients,
    r.draws[3][7],
    "rss",
    (process.memoryUsage().rss / 1e6).toFixed(0),
  );
}
