import {
  bernoulli,
  beta,
  binomial,
  categorical,
  compiledEngine,
  condition,
  eagerEngine,
  fit,
  map,
  model,
  normal,
  poisson,
  posteriorPredictive,
  priorPredictive,
  sample,
  type Tensor,
  uniform,
} from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { range } from "../../src/core/shape.ts";
import type { Conditioned } from "../../src/model/condition.ts";
import type { Model } from "../../src/model/model.ts";
import { densityAt, pointwiseAt, quantitiesAt, slopeAt } from "./at.ts";

const probs = [0.2, 0.5, 0.3];
const at = (x: Tensor, index: Tensor): Tensor => x.gather(index as never);

/** All ways to give each of `counts` a value below it. */
const configurations = (counts: readonly number[]): number[][] =>
  counts.reduce<number[][]>((all, count) => all.flatMap((one) => range(count).map((k) => [...one, k])), [[]]);

const logSumExp = (logs: readonly number[]): number => {
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
};

interface Pair {
  /** With discrete latents. */
  readonly summed: Model;
  /** The same with these as data, their priors as factors. */
  readonly given: Model;
  readonly data: Readonly<Record<string, unknown>>;
  /** The shape of each discrete variable, and its number of values. */
  readonly variables: Readonly<Record<string, { readonly length?: number; readonly count: number }>>;
}

const y = [0.3, -1.2, 4.4];
const wide = [
  [0.3, 0.1],
  [-1.2, -0.4],
  [4.4, 3.1],
];

const mixture = (): Pair => {
  const head = model("mixture").latent("mu", normal(0, 3), [3]);
  return {
    summed: head
      .latent("z", categorical(probs), ["N"])
      .observe("y", ({ mu, z }) => normal(at(mu, z), 0.7), ["N"]) as never,
    given: head
      .data("z", ["N"], "int")
      .factor("prior", ({ z }) => categorical(probs).logProb(z))
      .observe("y", ({ mu, z }) => normal(at(mu, z), 0.7), ["N"]) as never,
    data: { y },
    variables: { z: { length: 3, count: 3 } },
  };
};

const switched = (): Pair => {
  const head = model("switch").latent("p", beta(2, 3)).latent("shift", normal(0, 2));
  return {
    summed: head
      .latent("on", ({ p }) => bernoulli(p))
      .derive("level", ({ on, shift }) => shift.mul(on))
      .observe("y", ({ level }) => normal(level, 1), ["N"]) as never,
    given: head
      .data("on", [], "int")
      .factor("prior", ({ on, p }) => bernoulli(p).logProb(on))
      .derive("level", ({ on, shift }) => shift.mul(on))
      .observe("y", ({ level }) => normal(level, 1), ["N"]) as never,
    data: { y },
    variables: { on: { count: 2 } },
  };
};

/** One state of the whole, one of each row given it, and one more of each row; rows of two numbers; a latent by row. */
const nested = (): Pair => {
  const head = model("nested").latent("mu", normal(0, 3), [2]).latent("p", beta(2, 2));
  const rate = ({ p, whole }: { p: Tensor; whole: Tensor }): Tensor => p.mul(whole.add(1)).div(3);
  const prior = (row: Tensor, mu: Tensor) => normal(at(mu, row), 2);
  const seen = (theta: Tensor, odd: Tensor) => normal(theta.expandDims(1), odd.expandDims(1).mul(2).add(0.5));
  return {
    summed: head
      .latent("whole", categorical(probs))
      .latent("row", (v) => bernoulli(rate(v)), ["N"])
      .latent("odd", binomial(2, 0.3), ["N"])
      .latent("theta", ({ row, mu }) => prior(row, mu), ["N"])
      .observe("y", ({ theta, odd }) => seen(theta, odd), ["N", 2]) as never,
    given: head
      .data("whole", [], "int")
      .data("row", ["N"], "int")
      .data("odd", ["N"], "int")
      .factor("first", ({ whole }) => categorical(probs).logProb(whole))
      .factor("second", (v) => bernoulli(rate(v)).logProb(v.row))
      .factor("third", ({ odd }) => binomial(2, 0.3).logProb(odd))
      .latent("theta", ({ row, mu }) => prior(row, mu), ["N"])
      .observe("y", ({ theta, odd }) => seen(theta, odd), ["N", 2]) as never,
    data: { y: wide },
    variables: { whole: { count: 3 }, row: { length: 3, count: 2 }, odd: { length: 3, count: 3 } },
  };
};

/** The axis of the latent is the second of the observation, and known by its name. */
const columns = (): Pair => {
  const head = model("columns").latent("mu", normal(0, 3), [2]);
  return {
    summed: head
      .latent("z", bernoulli(0.3), ["N"])
      .observe("y", ({ mu, z }) => normal(at(mu, z), 1), ["T", "N"]) as never,
    given: head
      .data("z", ["N"], "int")
      .factor("prior", ({ z }) => bernoulli(0.3).logProb(z))
      .observe("y", ({ mu, z }) => normal(at(mu, z), 1), ["T", "N"]) as never,
    data: { y: [y, [1, 2, 3]] },
    variables: { z: { length: 3, count: 2 } },
  };
};

const pairs: Readonly<Record<string, () => Pair>> = { mixture, switched, nested, columns };

/** The log density by brute force: every configuration of all elements, and the elements of each variable in it. */
const enumerated = ({ given, data, variables }: Pair, z: readonly number[]) => {
  const names = Object.keys(variables);
  const counts = names.flatMap((name) => range(variables[name].length ?? 1).map(() => variables[name].count));
  return configurations(counts).map((configuration) => {
    let next = 0;
    const values = Object.fromEntries(
      names.map((name) => {
        const { length } = variables[name];
        const own = configuration.slice(next, next + (length ?? 1));
        next += length ?? 1;
        return [name, length === undefined ? own[0] : own];
      }),
    );
    const conditioned = condition(given, { ...data, ...values } as never) as unknown as Conditioned<unknown>;
    return { configuration, log: densityAt(conditioned, z), slope: slopeAt(conditioned, z) };
  });
};

describe.each(Object.entries(pairs))("a discrete latent summed out: %s", (_, make) => {
  const pair = make();
  const conditioned = condition(pair.summed, pair.data as never) as unknown as Conditioned<unknown>;
  const z = range(conditioned.size).map((i) => 0.8 * Math.sin(1 + 2 * i));

  it("has the density and the gradient of the sum over all configurations", () => {
    const all = enumerated(pair, z);
    const logs = all.map(({ log }) => log);
    const whole = logSumExp(logs);
    expect(densityAt(conditioned, z)).toBeCloseTo(whole, 11);
    for (const [i, slope] of slopeAt(conditioned, z).entries()) {
      const expected = all.reduce((sum, each) => sum + Math.exp(each.log - whole) * each.slope[i], 0);
      expect(slope).toBeCloseTo(expected, 10);
    }
  });

  it("has them in the compiled engine, without falling back", () => {
    const density = (at: Tensor, data: never): never => conditioned.at(data).logDensity(at) as never;
    const warnings: string[] = [];
    const compiled = compiledEngine("f64", { warn: (message) => warnings.push(message) });
    const results = [compiled, eagerEngine("f64")].map((engine) => {
      const data = engine.compile(() => conditioned.tensors())();
      const gradient = engine.gradient(density as never, conditioned.size, data);
      const slope = new Float64Array(conditioned.size);
      const value = gradient.at(Float64Array.from(z), slope);
      gradient.dispose();
      tf.dispose(data as never);
      return [value, ...slope];
    });
    expect(warnings).toEqual([]);
    for (const [i, x] of results[0].entries()) expect(x).toBeCloseTo(results[1][i], 10);
  });
});
