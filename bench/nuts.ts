import { type Engine, hostKey, sample, nuts as sampler } from "fluvial";
import { densityOf } from "../src/infer/densityOf.ts";
import { chains } from "../src/mcmc/chains.ts";
import { leastEss, smallest } from "./essOf.ts";
import { cpuSeconds, type Figure, median } from "./figure.ts";
import type { FirstRun } from "./fresh/nuts.ts";
import { fresh } from "./fresh.ts";
import { nutsUnits } from "./peers/peer.ts";
import { bind, type Subject } from "./subjects.ts";

interface Run {
  readonly seconds: number;
  readonly gradients: number;
  readonly divergences: number;
  readonly ess: number;
}

const figuresOf = (engine: Engine, subject: Subject, runs: readonly Run[]): Figure[] => {
  const figure = (what: string, unit: string, of: (run: Run) => number): Figure => ({
    name: `${subject.name}/nuts/${what}`,
    engine: engine.name,
    value: median(runs.map(of)),
    unit,
  });
  return [
    figure("seconds", nutsUnits.seconds, ({ seconds }) => seconds),
    figure("gradients", nutsUnits.gradients, ({ gradients }) => gradients),
    figure("ess", nutsUnits.ess, ({ ess, seconds }) => ess / seconds),
    figure("divergences", nutsUnits.divergences, ({ divergences }) => divergences),
  ];
};

/** NUTS, 4 × (1000 + 1000), warm-up included: the chains alone, medians of several seeds, after one run that warms up. */
export const nuts = async (engine: Engine, subject: Subject, seeds: number): Promise<Figure[]> => {
  const { conditioned, values, dispose } = bind(engine, subject);
  const density = engine.gradient(densityOf(conditioned), conditioned.size, values);
  const runs: Run[] = [];
  for (let seed = seeds === 1 ? 1 : 0; seed <= seeds; seed++) {
    const began = cpuSeconds();
    const result = await chains(density, hostKey(seed), { workers: 1, kernel: sampler().kernel });
    const seconds = cpuSeconds() - began;
    if (seed === 0) continue;
    const { gradients, divergences } = result;
    runs.push({ seconds, gradients, divergences, ess: leastEss(engine, conditioned, values, result) });
  }
  density.dispose();
  dispose();
  return figuresOf(engine, subject, runs);
};

/** The whole verb `sample`, warm: compiled before; the draws on their own scale, summaries and verdict included. */
export const wholeSample = async (engine: Engine, { name, model, data }: Subject, seeds: number): Promise<Figure[]> => {
  const took: number[] = [];
  const rates: number[] = [];
  for (let seed = 0; seed <= seeds; seed++) {
    const began = cpuSeconds();
    const { rows } = await sample(model, data() as never, { engine, seed });
    const seconds = cpuSeconds() - began;
    if (seed === 0) continue;
    took.push(seconds);
    rates.push(smallest(rows) / seconds);
  }
  return [
    { name: `${name}/sample/seconds`, engine: engine.name, value: median(took), unit: nutsUnits.seconds },
    { name: `${name}/sample/ess`, engine: engine.name, value: median(rates), unit: nutsUnits.ess },
  ];
};

/** The whole verb `sample` once, by the clock: compiling, chains in threads, summaries. */
export const sampleByClock = async (engine: Engine, { name, model, data }: Subject): Promise<Figure[]> => {
  const began = performance.now();
  const { rows, gradients, divergences } = await sample(model, data() as never, { engine, seed: 1 });
  const seconds = (performance.now() - began) / 1000;
  const figure = (what: string, value: number, unit: string): Figure => ({
    name: `${name}/sample/${what}`,
    engine: engine.name,
    value,
    unit,
  });
  return [
    figure("clock", seconds, "s by the clock"),
    figure("gradients", gradients, nutsUnits.gradients),
    figure("ess", smallest(rows) / seconds, "min bulk ESS / s by the clock"),
    figure("divergences", divergences, nutsUnits.divergences),
  ];
};

/** The first run of the chains in a fresh process, medians of several: alone, and with everything since the data were there. */
export const firstNuts = ({ name }: Subject, processes = 7): Figure[] => {
  const runs = Array.from({ length: processes }, (_, i) => fresh<FirstRun>("nuts", name, `${i + 1}`));
  const figure = (what: string, unit: string, of: (run: FirstRun) => number): Figure => ({
    name: `${name}/nuts/${what}`,
    engine: runs[0].engine,
    value: median(runs.map(of)),
    unit,
  });
  return [
    figure("first", nutsUnits.ess, ({ ess, sampling }) => ess / sampling),
    figure("first-seconds", nutsUnits.seconds, ({ sampling }) => sampling),
    figure("compile", nutsUnits.seconds, ({ compiling }) => compiling),
    figure("ess-with-compile", nutsUnits.ess, ({ ess, sampling, compiling }) => ess / (sampling + compiling)),
  ];
};
