import {
  bernoulli,
  beta,
  binomial,
  categorical,
  compiledEngine,
  condition,
  type Draws,
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
import { densityAt, pointwiseAt, slopeAt } from "./at.ts";

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
    variables: { whole: { count: 3 }, row: { length: 2, count: 2 }, odd: { length: 2, count: 3 } },
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
  const split = (configuration: readonly number[]): Record<string, number | number[]> => {
    let next = 0;
    return Object.fromEntries(
      names.map((name) => {
        const { length } = variables[name];
        const own = configuration.slice(next, next + (length ?? 1));
        next += length ?? 1;
        return [name, length === undefined ? own[0] : own];
      }),
    );
  };
  const first = { ...data, ...split(counts.map(() => 0)) };
  const conditioned = condition(given, first as never) as unknown as Conditioned<unknown>;
  return configurations(counts).map((configuration) => {
    const instead = split(configuration);
    return { log: densityAt(conditioned, z, instead), slope: slopeAt(conditioned, z, instead) };
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

const limit = 4.5;
const two = model("two")
  .latent("m", normal(0, 2))
  .latent("z", bernoulli(0.3), ["N"])
  .observe("y", ({ m, z }) => normal(z.mul(3).add(m), 1), ["N"]);
const seen = { y: [0.2, 1.6, 4] };
const density = (x: number, mean: number): number => Math.exp(-0.5 * (x - mean) ** 2);
const chanceOf = (m: number, x: number): number => {
  const [off, on] = [0.7 * density(x, m), 0.3 * density(x, m + 3)];
  return on / (off + on);
};

/** Standard scores of the frequencies of z = 1 against the mean of their exact chances, given each draw of m. */
const scores = ({ m, z }: { m: Draws; z: Draws }): number[] =>
  seen.y.map((x, n) => {
    const chances = Array.from(m.values, (one) => chanceOf(one, x));
    const excess = chances.reduce((sum, chance, i) => sum + z.values[3 * i + n] - chance, 0);
    return excess / Math.sqrt(chances.reduce((sum, chance) => sum + chance * (1 - chance), 0));
  });

describe("the posterior of a discrete latent", () => {
  it("is drawn given the continuous ones, by sample and by fit, in whole numbers", async () => {
    const chains = await sample(two, seen, {
      seed: 2,
      chains: 2,
      warmup: 300,
      draws: 1_000,
      coords: { N: ["a", "b", "c"] },
    });
    const fitted = await fit(two, seen, { seed: 3, draws: 2_000 });
    for (const { draws } of [chains, fitted]) {
      for (const score of scores(draws)) expect(Math.abs(score)).toBeLessThan(limit);
      expect(new Set(draws.z.values)).toEqual(new Set([0, 1]));
    }
    expect(chains.draws.z.shape).toEqual([2, 1_000, 3]);
    expect(chains.rows.map(({ name }) => name)).toEqual(["m", "z[a]", "z[b]", "z[c]"]);
  });

  it("keeps several together: those of rows go with that of the whole", async () => {
    const linked = model("linked")
      .latent("m", normal(0, 0.1))
      .latent("whole", bernoulli(0.5))
      .latent("row", ({ whole }) => bernoulli(whole.mul(0.8).add(0.1)), ["N"])
      .observe("y", ({ m, row }) => normal(row.add(m), 5), ["N"]);
    const { draws } = await sample(linked, { y: [0.5, 0.5] }, { seed: 4, chains: 1, warmup: 200, draws: 4_000 });
    const same = range(4_000).map((i) => (draws.row.values[2 * i] === draws.whole.values[i] ? 1 : 0));
    const share = same.reduce<number>((sum, x) => sum + x, 0) / 4_000;
    // Both values of a row are all but equally likely given y, so that nine in ten go with the whole.
    expect(Math.abs(share - 0.9) / Math.sqrt((0.9 * 0.1) / 4_000)).toBeLessThan(limit);
  });

  it("does not change with the number of draws", async () => {
    const [short, long] = await Promise.all(
      [50, 80].map((draws) => sample(two, seen, { seed: 5, chains: 2, warmup: 100, draws })),
    );
    for (const chain of [0, 1])
      expect(long.draws.z.values.slice(chain * 240, chain * 240 + 150)).toEqual(
        short.draws.z.values.slice(chain * 150, chain * 150 + 150),
      );
  });

  it("is the most probable at the mode", async () => {
    const { values } = await map(two, seen, { seed: 1 });
    const m = values.m.values[0];
    expect([...values.z.values]).toEqual(seen.y.map((x) => (chanceOf(m, x) > 0.5 ? 1 : 0)));
  });

  it("goes into predictive draws, which take it as the index that it is", async () => {
    const levels = model("levels")
      .latent("mu", normal([0, 10, 20], 0.1))
      .latent("z", categorical(probs), ["N"])
      .derive("level", ({ mu, z }) => at(mu, z), ["N"])
      .observe("y", ({ level }) => normal(level, 0.1), ["N"]);
    const prior = priorPredictive(levels, { y: [0, 0] }, { seed: 1, draws: 2_000 });
    const shares = range(3).map((k) => prior.z.values.filter((z) => z === k).length / 4_000);
    for (const [k, share] of shares.entries())
      expect(Math.abs(share - probs[k]) / Math.sqrt((probs[k] * (1 - probs[k])) / 4_000)).toBeLessThan(limit);
    expect([...prior.y.values].every((y, i) => Math.abs(y - 10 * prior.z.values[i]) < 2)).toBe(true);
    const data = { y: [0.1, 19.8] };
    const chains = await sample(levels, data, { seed: 1, chains: 1, warmup: 100, draws: 100 });
    expect([...chains.draws.z.values.subarray(0, 4)]).toEqual([0, 2, 0, 2]);
    expect(Math.abs(chains.draws.level.values[1] - 20)).toBeLessThan(2);
    const after = posteriorPredictive(levels, data, chains, { seed: 1 });
    expect([...after.y.values].every((y, i) => Math.abs(y - 20 * (i % 2)) < 2)).toBe(true);
  });
});

describe("pointwise log-likelihoods with a discrete latent", () => {
  it("are those of its elements, summed out", () => {
    const conditioned = condition(two, seen);
    const { y: logs } = pointwiseAt(conditioned, [0.4]);
    for (const [n, x] of seen.y.entries()) {
      const mixed = 0.7 * density(x, 0.4) + 0.3 * density(x, 3.4);
      expect(logs[n]).toBeCloseTo(Math.log(mixed / Math.sqrt(2 * Math.PI)), 12);
    }
  });

  it("are one where it is one, and leave out its prior and that of latents below it", () => {
    const below = model("below")
      .latent("m", normal(0, 1))
      .latent("on", bernoulli(0.3))
      .latent("theta", ({ on }) => normal(on.mul(2), 1))
      .observe("y", ({ theta, on }) => normal(theta.add(on), 1), ["N"]);
    const { y: log } = pointwiseAt(condition(below, { y: [1, 2] }), [0, 0.7]);
    const normalAt = (x: number, mean: number): number => density(x, mean) / Math.sqrt(2 * Math.PI);
    const prior = [0.7 * normalAt(0.7, 0), 0.3 * normalAt(0.7, 2)];
    const joint = prior.map((p, on) => p * normalAt(1, 0.7 + on) * normalAt(2, 0.7 + on));
    expect(log).toHaveLength(1);
    expect(log[0]).toBeCloseTo(Math.log((joint[0] + joint[1]) / (prior[0] + prior[1])), 12);
  });
});

describe("what is possible under one value of a discrete latent only", () => {
  it("is no impossible observation", () => {
    const either = model("either")
      .latent("top", beta(2, 2))
      .latent("z", bernoulli(0.5), ["N"])
      .observe("y", ({ z }) => uniform(0, z.add(1)), ["N"]);
    const logs = pointwiseAt(condition(either, { y: [0.5, 1.5] }), [0]).y;
    expect(logs[0]).toBeCloseTo(Math.log(0.75), 12);
    expect(logs[1]).toBeCloseTo(Math.log(0.25), 12);
  });
});

describe("discrete latents that cannot be summed out", () => {
  const head = model("m").latent("p", beta(1, 1));
  const y = { y: [1, 2, 3] };
  const refused: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
    "with no last value": [
      () =>
        condition(
          head.latent("z", poisson(3)).observe("y", ({ z }) => normal(z, 1), ["N"]),
          y,
        ),
      /^m: latent "z": poisson takes whole numbers from 0, which are too many .* mixture\(…\).* logSumExp/,
    ],
    "with too many values": [
      () =>
        condition(
          head.latent("z", binomial(300, 0.5)).observe("y", ({ z }) => normal(z, 1), ["N"]),
          y,
        ),
      /binomial has 301 values, more than the 256/,
    ],
    "too many together": [
      () =>
        condition(
          head
            .latent("a", binomial(20, 0.5))
            .latent("b", binomial(20, 0.5))
            .observe("y", ({ a, b }) => normal(a.add(b), 1), ["N"]),
          y,
        ),
      /"b", "a" together takes 441 evaluations, more than 256/,
    ],
    "that neighbours share": [
      () =>
        condition(
          head
            .latent("z", bernoulli(0.4), ["N"])
            .observe("y", ({ z }) => normal(z.cast("float32").cumsum(0), 1), ["N"]),
          y,
        ),
      /^m: observed "y" depends on more of the discrete latent "z" than one element: its element \[\d\].*hiddenMarkov/,
    ],
    "of which a sum is seen": [
      () =>
        condition(
          head.latent("z", bernoulli(0.4), [3]).observe("y", ({ z }) => normal(z.sum(), 1)),
          { y: 2 },
        ),
      /observed "y" depends on the discrete latent "z" of shape \[3\], but has one log-density/,
    ],
    "that bound a continuous one": [
      () =>
        condition(
          head
            .latent("z", bernoulli(0.4))
            .latent("x", ({ z }) => uniform(z.mul(-1), 1))
            .observe("y", ({ x }) => normal(x, 1), ["N"]),
          y,
        ),
      /latent "x" has a support, or a noncentred form, that depends on the discrete latent "z"/,
    ],
    "whose values depend on another": [
      () =>
        condition(
          head
            .latent("z", bernoulli(0.4))
            .latent("w", ({ z }) => binomial(z.add(1), 0.5))
            .observe("y", ({ w }) => normal(w, 1), ["N"]),
          y,
        ),
      /latent "w": its values depend on the discrete latent "z"/,
    ],
    "beside an observation that is impossible whatever they are": [
      () =>
        condition(
          head
            .latent("z", bernoulli(0.4))
            .observe("y", ({ z }) => normal(z, 1), ["N"])
            .observe("n", poisson(3)),
          { ...y, n: -1 },
        ),
      /observed "n": poisson takes whole numbers from 0, got -1; the observation is impossible/,
    ],
    "with parameters that are wrong at one of their values": [
      () =>
        condition(
          head.latent("z", bernoulli(0.4)).observe("y", ({ z }) => normal(0, z), ["N"]),
          y,
        ),
      /observed "y": normal: scale must be positive and finite, got 0/,
    ],
    alone: [
      () =>
        condition(
          model("m")
            .latent("z", bernoulli(0.4))
            .observe("y", ({ z }) => normal(z, 1), ["N"]),
          y,
        ),
      /^m: every latent is discrete/,
    ],
  };

  it.each(Object.entries(refused))("%s", (_, [call, message]) => {
    expect(call).toThrow(message);
  });

  it("in minibatches", async () => {
    await expect(fit(two, seen, { minibatch: { axis: "N", size: 2 } })).rejects.toThrow(
      /two: minibatch: latent "z" is discrete and summed out/,
    );
  });
});
