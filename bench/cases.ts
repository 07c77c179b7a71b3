import {
  cif,
  type Engine,
  eagerEngine,
  type FlowSpec,
  type Guide,
  iaf,
  planar,
  realNvp,
  type Sampler,
  spline,
  stack,
} from "fluvial";
import { compiledEngine } from "../src/engine/compiled.ts";
import { compile, compileStep } from "./compile.ts";
import type { Figure } from "./figure.ts";
import { gradient } from "./gradient.ts";
import { gatedIaf } from "./iaf.ts";
import { memory } from "./memory.ts";
import { firstNuts, nuts, sampleByClock, wholeSample } from "./nuts.ts";
import { posteriordbSubjects } from "./posteriordb.ts";
import { start } from "./start.ts";
import { step } from "./step.ts";
import { logisticSubject, radonSubject, type Subject, schoolsSubject } from "./subjects.ts";
import { vaeStep } from "./vae.ts";

/** Something to measure. */
export interface Case {
  /** The names of its figures begin with it. */
  readonly name: string;
  readonly engine: "compiled" | "eager";
  readonly run: () => readonly Figure[] | Promise<readonly Figure[]>;
}

/** How much of each thing an engine is fast enough for. */
interface Effort {
  /** Steps in one call of a loop: of a model, of a flow. */
  readonly every: number;
  readonly flowEvery: number;
  readonly seeds: number;
}

const ofModel = (engine: Engine, subject: Subject, { every, seeds }: Effort): Omit<Case, "engine">[] => {
  const { name } = subject;
  return [
    { name: `${name}/gradient`, run: () => gradient(engine, subject) },
    { name: `${name}/step`, run: () => step(engine, subject, { name: `${name}/step`, draws: 1, every }) },
    {
      name: `${name}/step-16-draws`,
      run: () => step(engine, subject, { name: `${name}/step-16-draws`, draws: 16, every: Math.ceil(every / 10) }),
    },
    { name: `${name}/nuts`, run: () => nuts(engine, subject, seeds) },
  ];
};

/** 256 draws on eight schools; IAF of four layers and 32 hidden units as the peers have it, and the library's own flows as guides. */
const ofFlow = (engine: Engine, { flowEvery: every }: Effort): Omit<Case, "engine">[] => {
  const size = 10;
  const guideOf = (spec: FlowSpec): Guide<unknown, Sampler> => spec.for({ size } as never) as Guide<unknown, Sampler>;
  const guides = {
    "iaf/step": gatedIaf(size, 4, 32) as Guide<unknown, Sampler>,
    "iaf/guide-step": guideOf(iaf({ layers: 4, hidden: 32 })),
    "planar-32/step": guideOf(planar({ layers: 32 })),
    "spline/step": guideOf(spline({ layers: 2, bins: 8, hidden: 32, activation: "tanh" })),
  };
  return Object.entries(guides).map(([name, guide]) => ({
    name,
    run: () => step(engine, schoolsSubject, { name, draws: 256, every, guide }),
  }));
};

/** Continuously indexed flows of five layers beside the five flows inside them, on eight schools. */
const ofCif = (engine: Engine, every: number): Omit<Case, "engine">[] =>
  Object.entries({
    planar: planar({ layers: 1 }),
    "real-nvp": realNvp({ layers: 2 }),
    iaf: iaf({ layers: 1 }),
    spline: spline({ layers: 1 }),
  }).flatMap(([name, base]) => {
    const alone = stack({ flows: Array<FlowSpec>(5).fill(base) });
    const guides = { [`cif/${name}/alone`]: alone, [`cif/${name}/step`]: cif({ base }) };
    return Object.entries(guides).map(([of, spec]) => ({
      name: of,
      run: () =>
        step(engine, schoolsSubject, {
          name: of,
          draws: 32,
          every,
          rate: 0.002,
          guide: spec.for({ size: 10 } as never) as never,
        }),
    }));
  });

const double = compiledEngine("f64");
const single = compiledEngine("f32");
const quick: Effort = { every: 100_000, flowEvery: 400, seeds: 20 };
const heavy: Effort = { every: 2_000, flowEvery: 400, seeds: 3 };

const compiledCases: readonly Omit<Case, "engine">[] = [
  ...ofModel(double, schoolsSubject, quick),
  { name: "eight-schools/sample", run: () => wholeSample(double, schoolsSubject, 5) },
  { name: "eight-schools/nuts-first", run: () => firstNuts(schoolsSubject) },
  ...posteriordbSubjects().map((subject) => ({
    name: `${subject.name}/nuts`,
    run: () => nuts(double, subject, 5),
  })),
  { name: "radon/sample", run: () => sampleByClock(double, radonSubject) },
  ...ofModel(double, logisticSubject, heavy),
  ...ofModel(single, logisticSubject, heavy).filter(({ name }) => !name.endsWith("nuts")),
  ...ofFlow(single, quick),
  ...ofFlow(double, quick),
  ...ofCif(double, quick.flowEvery),
  { name: "vae", run: () => vaeStep(single) },
  ...[10, 100, 1_000, 10_000].map((nodes) => ({ name: `compile/${nodes}/`, run: () => compile(nodes) })),
  ...(["mean-field", "iaf"] as const).map((guide) => ({
    name: `compile/${guide}-step`,
    run: () => compileStep(guide),
  })),
  ...["eight-schools", "logistic-5000x20", "vae"].map((name) => ({
    name: `memory/${name}`,
    run: () => memory(name),
  })),
  { name: "start", run: () => start() },
];

const slow: Effort = { every: 10, flowEvery: 1, seeds: 1 };

const eagerCases: readonly Omit<Case, "engine">[] = [
  ...[schoolsSubject, logisticSubject].flatMap((subject) => ofModel(eagerEngine("f64"), subject, slow)),
  ...ofFlow(eagerEngine("f32"), slow),
];

export const cases: readonly Case[] = [
  ...compiledCases.map((one) => ({ ...one, engine: "compiled" as const })),
  ...eagerCases.map((one) => ({ ...one, engine: "eager" as const })),
];
