/** Values and gradients of an objective at many keys, by one compiled loop; and what they come to on average. */
import type { Guide, Sampler, Target } from "../../src/core/density.ts";
import { hostKey, type Key } from "../../src/core/key.ts";
import type { Now } from "../../src/core/now.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree, leaves } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import type { Objective } from "../../src/objectives/objective.ts";
import { gradient } from "../../src/ops/gradient.ts";

export const compiled = compiledEngine("f64", {
  warn: (message) => {
    throw new Error(message);
  },
});

export const nowWith = (beta: number): Now => ({
  step: fromHost([0], []) as Scalar,
  beta: fromHost([beta], []) as Scalar,
  rate: fromHost([0.1], []) as Scalar,
});

/** Parameters as lists, by name. */
export type HostParameters = Readonly<Record<string, readonly number[]>>;

export interface Trial {
  readonly target: Target;
  readonly guide: Pick<Guide<never, never>, "at">;
  readonly at: HostParameters;
  readonly beta?: number;
  readonly seed?: number;
}

/** [value, slopes in parameter order …] for each of `count` keys: a list for each part. */
export const valuesAndSlopes = (objective: unknown, trial: Trial, count: number): Float64Array[] => {
  const { target, guide, at, beta = 1, seed = 1 } = trial;
  const names = Object.keys(at);
  const input = Object.fromEntries(names.map((name) => [name, compiled.tensor(at[name], [at[name].length])]));
  const start = { n: compiled.tensor([0], []) };
  const loss = objective as Objective<Sampler>;
  const step = (state: { n: Tensor }, given: Readonly<Record<string, Tensor>>, key: Key) => {
    const made = gradient((moved: Readonly<Record<string, Tensor>>) =>
      loss(target, guide.at(moved as never), key, nowWith(beta)),
    )(given);
    const slopes = leaves(made.gradient).flatMap((slope) =>
      range(slope.size).map((i) => slope.slice([i], [1]).reshape([])),
    );
    const parts = Object.fromEntries([made.value, ...slopes].map((x, i) => [`part ${i}`, x as Scalar]));
    return [{ n: state.n.add(1) }, parts] as const;
  };
  const loop = compiled.loop(step, start, hostKey(seed));
  const made = loop.run(input, count);
  loop.dispose();
  disposeTree([input, start]);
  return Object.values(made);
};

export interface Average {
  readonly mean: number;
  readonly variance: number;
  /** The standard error of the mean. */
  readonly error: number;
}

export const average = (x: ArrayLike<number>): Average => {
  const values = Array.from(x);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance, error: Math.sqrt(variance / values.length) };
};

/** The same of each part. */
export const averages = (objective: unknown, trial: Trial, count: number): Average[] =>
  valuesAndSlopes(objective, trial, count).map(average);
