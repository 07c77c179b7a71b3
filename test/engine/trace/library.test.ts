import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import eightSchools, { data as schools } from "../../../models/eight-schools-noncentred.ts";
import linear, { data as line } from "../../../models/linear-regression.ts";
import logistic, { data as launches } from "../../../models/logistic-regression.ts";
import { inDouble } from "../../../src/core/double.ts";
import type { Scalar, Tensor } from "../../../src/core/tensor.ts";
import { leaves, rebuild } from "../../../src/core/tree.ts";
import { validate } from "../../../src/engine/graph/validate.ts";
import { traceTwice } from "../../../src/engine/trace/trace.ts";
import { densityOf } from "../../../src/infer/densityOf.ts";
import { type Conditioned, condition } from "../../../src/model/condition.ts";
import type { Model } from "../../../src/model/model.ts";
import { elbo } from "../../../src/objectives/elbo.ts";
import { guideProblem } from "../../../src/objectives/problem.ts";
import { gradient } from "../../../src/ops/gradient.ts";
import { adam } from "../../../src/optimise/adam.ts";
import { startState, trainStep } from "../../../src/optimise/step.ts";
import { build, continuous, discrete } from "../../distributions/table.ts";
import { farFromStart, guideFor, guides } from "../../guides/table.ts";
import { distance } from "../../ops/regions.ts";
import { eagerly, hostOf, int, real, traced } from "./both.ts";

/** Programs of some hundred operations; densities of some tens. */
const agreement = 1e-12;

/** Both ways, on the tensors of a tree. */
const compare = (f: (inputs: Tensor[]) => unknown, inputs: Parameters<typeof traced>[1]): void => {
  expect(distance(traced(f, inputs), eagerly(f, inputs))).toBeLessThan(agreement);
  validate(traceTwice("f64", inputs, f).graph);
};

describe("a distribution's log density and its gradient", () => {
  for (const [name, row] of Object.entries({ ...continuous, ...discrete }))
    it(name, () => {
      const slopes = row.real ?? row.parameters.map((_, i) => i);
      const flat = row.parameters.map((value) => [value].flat());
      const shapes = row.parameters.map((value) => (typeof value === "number" ? [] : [value.length]));
      const inputs = [real([row.points.length], row.points), ...flat.map((value, i) => real(shapes[i], value))];
      compare(
        ([x, ...parameters]) =>
          gradient((at: readonly Tensor[]) => {
            const all = parameters.map((value, i) => (slopes.includes(i) ? at[slopes.indexOf(i)] : value));
            return build(row, all).logProb(x).sum() as Scalar;
          })(slopes.map((i) => parameters[i])),
        inputs,
      );
    });
});

const models: Readonly<Record<string, readonly [unknown, unknown]>> = {
  "eight schools": [eightSchools, schools],
  "linear regression": [linear, line],
  "logistic regression": [logistic, launches],
};

const conditionedOn = ([model, data]: readonly [unknown, unknown]): Conditioned<unknown> =>
  condition(model as Model, data as never) as Conditioned<unknown>;

describe("a model's density and its gradient", () => {
  for (const [name, pair] of Object.entries(models))
    it(name, () => {
      const conditioned = conditionedOn(pair);
      const data = inDouble(() => conditioned.tensors());
      const density = densityOf(conditioned);
      const z = real(
        [conditioned.size],
        Array.from({ length: conditioned.size }, (_, i) => Math.sin(i + 1)),
      );
      compare(
        ([at, ...given]) => gradient((x: Tensor) => density(x, rebuild(data, given)) as Scalar)(at),
        [z, ...leaves(data).map(hostOf)],
      );
      tf.dispose(leaves(data));
    });
});

/** Where a parameter changes nothing by right, its slope is rounding alone, which must not become a step of ordinary length. */
const optimiser = adam({ epsilon: 1e-3 });

describe("a step of training", () => {
  const conditioned = conditionedOn(models["eight schools"]);
  for (const [name, row] of Object.entries(guides).filter(([, { sizesAlone }]) => !sizesAlone))
    it(name, () => {
      const [data, params] = inDouble(() => [conditioned.tensors(), farFromStart(row, conditioned.size)]);
      const problem = guideProblem(conditioned, guideFor(row, conditioned.size), elbo({ draws: 3 }));
      const step = trainStep(problem as never, optimiser, {
        rate: (at) => tf.scalar(0.01).div(at.add(1)) as Scalar,
        beta: () => tf.scalar(1),
        clip: 10,
        averaging: 0.99,
      });
      const state = inDouble(() => startState(params, {}, optimiser));
      compare(
        ([key, ...given]) =>
          step(
            rebuild(state, given.slice(0, leaves(state).length)) as never,
            { batch: rebuild(data, given.slice(leaves(state).length)), rateFactor: tf.scalar(1) } as never,
            key as never,
          ),
        [int([2], [7, 11]), ...leaves([state, data]).map(hostOf)],
      );
      tf.dispose(leaves([state, data]));
    });
});
