/** Whole training steps: noise, draws, density, gradient, clipping, update and averages in one program. */
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../../src/core/double.ts";
import { hostKey, type Key } from "../../../src/core/key.ts";
import { hostValues, type Scalar, type Tensor } from "../../../src/core/tensor.ts";
import { disposeTree, leaves, paths, rebuild } from "../../../src/core/tree.ts";
import { compiledEngine } from "../../../src/engine/compiled.ts";
import { eagerEngine } from "../../../src/engine/eager.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { elbo } from "../../../src/objectives/elbo.ts";
import type { Objective } from "../../../src/objectives/objective.ts";
import { guideProblem } from "../../../src/objectives/problem.ts";
import { stickTheLanding } from "../../../src/objectives/stickTheLanding.ts";
import { adam } from "../../../src/optimise/adam.ts";
import { startState, type TrainInput, type TrainState, trainStep } from "../../../src/optimise/step.ts";
import { farFromStart, guideFor, guides, type Row } from "../../guides/table.ts";
import { hostOf, int, real } from "../trace/both.ts";
import { expectEnginesAgree } from "./agreement.ts";
import { type Case, caseOf } from "./models.ts";

const objectives: Readonly<Record<string, (draws: number) => Objective>> = {
  elbo: (draws) => elbo({ draws }),
  "stick-the-landing": (draws) => stickTheLanding({ draws }) as unknown as Objective,
};
const cases: Readonly<Record<string, Case>> = {
  "eight schools": caseOf("eight schools, non-centred"),
  "linear regression": caseOf("linear regression"),
};

/** All on the first model; on the second, one of a kind. */
const guidesFor = (model: string): [string, Row][] =>
  Object.entries(guides).filter(
    ([name, { sizesAlone }]) => !sizesAlone && (model === "eight schools" || !/rank [13]|one hidden/.test(name)),
  );

type State = TrainState<unknown, unknown, unknown>;
type Step = (state: State, input: TrainInput<unknown>, key: Key) => readonly [State, Readonly<Record<string, Scalar>>];

const stepOf = ({ conditioned }: Case, row: Row, objective: Objective): Step => {
  const problem = guideProblem(conditioned, guideFor(row, conditioned.size), objective);
  return trainStep(problem as never, adam(), {
    rate: (at) => tf.scalar(0.01).div(at.add(1)) as Scalar,
    beta: (at) => at.add(1).div(10).minimum(1) as Scalar,
    clip: 10,
    averaging: 0.99,
  }) as Step;
};

const startOf = ({ conditioned }: Case, row: Row): State =>
  inDouble(() => tf.tidy(() => startState(farFromStart(row, conditioned.size), {}, adam()) as never)) as State;

/** Twenty steps in two runs: all metrics and the state at the end. */
const trained = (engine: Engine, each: Case, row: Row, objective: Objective): Readonly<Record<string, number[]>> => {
  const start = startOf(each, row);
  const batch = rebuild(
    each.form,
    each.data.map(({ values, shape, type }) => engine.tensor(values, shape, type as "real" | "int")),
  );
  const input = { batch, rateFactor: engine.tensor([1], []) as Scalar };
  const loop = engine.loop(stepOf(each, row, objective), start, hostKey(6));
  const runs = [loop.run(input, 7), loop.run(input, 13)];
  const state = loop.read();
  loop.dispose();
  const made: Record<string, number[]> = {};
  for (const run of runs)
    for (const [name, values] of Object.entries(run)) made[name] = [...(made[name] ?? []), ...values];
  leaves(state).forEach((leaf, i) => {
    made[paths(state)[i]] = [...hostValues(leaf)];
  });
  disposeTree([start, input, state]);
  return made;
};

const compiled = compiledEngine("f64", {
  warn: (message) => {
    throw new Error(message);
  },
});
const eager = eagerEngine();

describe.each(Object.entries(cases))("a step of training, %s", (name, each) => {
  describe.each(guidesFor(name))("%s", (_, row) => {
    const objectivesOf = Object.entries(objectives).filter(([objective]) => objective === "elbo" || row.density);

    it.each(objectivesOf)("is what the interpreter and eager give: %s", (objective, make) => {
      const start = startOf(each, row);
      const [state, count] = [leaves(start).map(hostOf), leaves(start).length];
      disposeTree(start);
      for (const precision of name === "eight schools" ? (["f64", "f32"] as const) : (["f64"] as const)) {
        const step = ([key, factor, ...given]: Tensor[]): unknown =>
          stepOf(each, row, make(3))(
            rebuild(start, given.slice(0, count)),
            { batch: rebuild(each.form, given.slice(count)), rateFactor: factor as Scalar },
            key as never,
          );
        const inputs = [int([2], [7, 11]), real([], [0.7]), ...state, ...each.data];
        expectEnginesAgree(`${name}, ${objective}`, step, inputs, { precision });
      }
    });

    it.each(objectivesOf)("keeps its state in place: 20 steps are those of eager, %s", (_, make) => {
      const [got, want] = [compiled, eager].map((engine) => trained(engine, each, row, make(2)));
      expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
      for (const [key, values] of Object.entries(want))
        values.forEach((v, i) => {
          expect(Math.abs(got[key][i] - v) / Math.max(1, Math.abs(v)), `${key}[${i}]`).toBeLessThan(1e-9);
        });
      expect(want.taken).toEqual(new Array(20).fill(1));
      expect(new Set(want.loss).size).toBe(20);
    });
  });
});
