/** One objective with one guide on one model: trained from every seed, by one program. */
import { FluvialError } from "../../src/core/check.ts";
import type { Guide, Sampler } from "../../src/core/density.ts";
import { foldHostKey, hostKey, type Key } from "../../src/core/key.ts";
import { hostValues, type Scalar } from "../../src/core/tensor.ts";
import { disposeTree, leaves } from "../../src/core/tree.ts";
import type { Engine, Loop } from "../../src/engine/engine.ts";
import type { Ground } from "../../src/infer/fitting/ground.ts";
import type { Values } from "../../src/model/site.ts";
import type { Objective } from "../../src/objectives/objective.ts";
import { guideProblem } from "../../src/objectives/problem.ts";
import { adam } from "../../src/optimise/adam.ts";
import { constant } from "../../src/optimise/schedule.ts";
import { type StepMetrics, startState, type TrainInput, type TrainState, trainStep } from "../../src/optimise/step.ts";
import type { Cause, Cell, Job } from "./results.ts";

type State = TrainState<unknown, object, unknown>;
type Steps = Loop<State, TrainInput<Values>, StepMetrics>;

/** All that the seeds of a cell have in common. */
interface Bench {
  readonly engine: Engine;
  readonly input: TrainInput<Values>;
  /** Parameters as a seed starts them. */
  start(seed: number): State;
  /** The program from its step number `from` on. */
  loop(from: number, state: State): Steps;
}

const benchOf = (
  { engine, family, data }: Ground<unknown>,
  guide: Guide<unknown, Sampler>,
  objective: Objective,
  rate: number,
): Bench => {
  const problem = guideProblem(family, guide, objective);
  const optimiser = adam();
  const step = trainStep(problem, optimiser, {
    ...{ rate: constant(rate), beta: constant(1), clip: 100, averaging: 0.995 },
  });
  const begin = engine.compile((key: Key) => startState(guide.init(key), {}, optimiser));
  return {
    engine,
    input: { batch: data, rateFactor: engine.tensor([1], []) as Scalar },
    start: (seed) => {
      const key = engine.tensor(foldHostKey(hostKey(1), seed), [2], "int") as Key;
      const state = begin(key) as State;
      key.dispose();
      return state;
    },
    loop: (from, state) => engine.loop(step as never, state, hostKey(2), from) as unknown as Steps,
  };
};

const allFinite = (tree: unknown): boolean => leaves(tree).every((leaf) => hostValues(leaf).every(Number.isFinite));

/** Runs f on a loop, and disposes of it and of the state that it starts from. */
const onLoop = <T>(bench: Bench, from: number, seed: number, f: (loop: Steps) => T): T => {
  const state = bench.start(seed);
  try {
    const loop = bench.loop(from, state);
    try {
      return f(loop);
    } finally {
      loop.dispose();
    }
  } finally {
    disposeTree(state);
  }
};

/** The step that was lost, taken again from its seed on, to say where it goes wrong. */
const causeOf = (bench: Bench, seed: number, from: number, step: number): Cause =>
  onLoop(bench, from, seed, (loop) => {
    if (step > 0) loop.run(bench.input, step);
    const found = loop.firstNonFinite?.(bench.input, 0);
    return { seed, step, where: found?.where ?? [], ...(found && { value: found.value }) };
  });

interface Tally {
  skipped: number;
  seedsSkipped: number;
  seedsLost: number;
  cause?: Cause;
}

/** Milliseconds of a step, after one that may compile. */
const stepTime = (loop: Steps, input: TrainInput<Values>): number => {
  loop.run(input, 1);
  const began = performance.now();
  loop.run(input, 4);
  return (performance.now() - began) / 4;
};

const least = 10;

/** As many steps as the time allows, no fewer than a handful. */
const affordable = (time: number, { steps, seconds, seeds }: Job): number => {
  const most = (1000 * seconds) / (seeds.to - seeds.from + 1) / Math.max(time, 1e-3);
  return Math.min(steps, Math.max(least, Math.floor(most / 10) * 10));
};

/** Steps that a fresh loop has done before the first seed. */
const spent = 5;

const runSeeds = (bench: Bench, job: Job): Omit<Cell, "objective" | "seconds"> => {
  const { from, to } = job.seeds;
  const tally: Tally = { skipped: 0, seedsSkipped: 0, seedsLost: 0 };
  const lost: { seed: number; from: number; step: number }[] = [];
  const steps = onLoop(bench, 0, from, (loop) => {
    const count = affordable(stepTime(loop, bench.input), job);
    for (let seed = from; seed <= to; seed++) {
      const state = bench.start(seed);
      loop.write(state);
      disposeTree(state);
      const { taken } = loop.run(bench.input, count);
      const skipped = taken.reduce((sum, each) => sum - each, count);
      const end = loop.read();
      if (!allFinite(end.params)) tally.seedsLost += 1;
      disposeTree(end);
      if (skipped === 0) continue;
      tally.skipped += skipped;
      tally.seedsSkipped += 1;
      lost.push({ seed, from: spent + (seed - from) * count, step: taken.indexOf(0) });
    }
    return count;
  });
  const first = lost[0];
  return {
    ...{ ...tally, steps, seeds: to - from + 1 },
    ...(first && { cause: causeOf(bench, first.seed, first.from, first.step) }),
  };
};

const nothing = { steps: 0, seeds: 0, skipped: 0, seedsSkipped: 0, seedsLost: 0 };

/** Trains from every seed of the job. A FluvialError before the first step is a refusal. */
export const runCell = (
  ground: Ground<unknown>,
  guide: Guide<unknown, Sampler>,
  objective: Objective,
  rate: number,
  job: Job,
): Cell => {
  const began = performance.now();
  const done = (rest: Omit<Cell, "objective" | "seconds">): Cell => ({
    ...{ objective: objective.name, seconds: (performance.now() - began) / 1000, ...rest },
  });
  try {
    const bench = benchOf(ground, guide, objective, rate);
    try {
      return done(runSeeds(bench, job));
    } finally {
      bench.input.rateFactor.dispose();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return done({ ...nothing, ...(error instanceof FluvialError ? { refused: message } : { error: message }) });
  }
};
