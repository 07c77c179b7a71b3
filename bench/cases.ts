import { type Engine, eagerEngine, elbo, guideProblem, hostKey, type Model, meanField, sample, train } from "fluvial";
import eightSchools, { data as schools } from "../models/eight-schools-noncentred.ts";
import { disposeTree } from "../src/core/tree.ts";
import { densityOf } from "../src/infer/sample.ts";
import { type Conditioned, condition } from "../src/model/condition.ts";
import type { DataValue } from "../src/model/data.ts";
import { cpuSeconds, type Figure, microsecondsOf } from "./figure.ts";
import { logistic, logisticData } from "./logistic.ts";

interface Subject {
  readonly name: string;
  readonly model: Model;
  readonly data: () => Readonly<Record<string, DataValue>>;
}

const subjects: readonly Subject[] = [
  { name: "eight-schools", model: eightSchools as unknown as Model, data: () => schools },
  { name: "logistic-5000x20", model: logistic as unknown as Model, data: () => logisticData() },
];

const gradient = (engine: Engine, { name, model, data }: Subject): Figure[] => {
  const conditioned = condition(model, data() as never) as Conditioned<unknown>;
  const values = engine.compile(() => conditioned.tensors())();
  const density = engine.gradient(densityOf(conditioned), conditioned.size, values);
  const position = new Float64Array(conditioned.size).fill(0.1);
  const out = new Float64Array(conditioned.size);
  const value = microsecondsOf(() => void density.at(position, out));
  density.dispose();
  disposeTree(values);
  return [{ name: `${name}/gradient`, engine: engine.name, value, unit: "µs" }];
};

/** One step of mean-field training with one draw. */
const step = (engine: Engine, { name, model, data }: Subject): Figure[] => {
  const conditioned = condition(model, data() as never) as Conditioned<unknown>;
  const values = engine.compile(() => conditioned.tensors())();
  const guide = meanField().for(conditioned.at(values)) as never;
  const training = train(engine, guideProblem(conditioned, guide, elbo({ draws: 1 })), values, hostKey(1), {
    steps: 1_000_000,
    every: 10,
  });
  const steps = training[Symbol.iterator]();
  const value = microsecondsOf(() => void steps.next()) / 10;
  training.dispose();
  disposeTree(values);
  return [{ name: `${name}/step`, engine: engine.name, value, unit: "µs" }];
};

/** NUTS, 4 × (1000 + 1000), warm-up included. */
const nuts = async (engine: Engine, { name, model, data }: Subject): Promise<Figure[]> => {
  const began = cpuSeconds();
  const chains = await sample(model, data() as never, { engine, seed: 1 });
  const seconds = cpuSeconds() - began;
  const least = Math.min(...chains.rows.map(({ essBulk }) => essBulk ?? Number.POSITIVE_INFINITY));
  const figure = (what: string, value: number, unit: string): Figure => ({
    name: `${name}/nuts/${what}`,
    engine: engine.name,
    value,
    unit,
  });
  return [
    figure("seconds", seconds, "CPU s"),
    figure("gradients", chains.gradients, "gradients"),
    figure("ess", least / seconds, "min bulk ESS / CPU s"),
    figure("divergences", chains.divergences, "transitions"),
  ];
};

/** Every case by the name that selects it. */
export const cases: Readonly<Record<string, () => Promise<Figure[]>>> = Object.fromEntries(
  subjects.flatMap((subject) => {
    const engine = eagerEngine("f64");
    return [
      [`${subject.name}/gradient`, async () => gradient(engine, subject)],
      [`${subject.name}/step`, async () => step(engine, subject)],
      [`${subject.name}/nuts`, () => nuts(engine, subject)],
    ] as const;
  }),
);
