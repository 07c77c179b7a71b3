import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { hostKey, splitHostKey } from "../../src/core/key.ts";
import { hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree } from "../../src/core/tree.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import type { Problem } from "../../src/objectives/problem.ts";
import { key } from "../../src/ops/random.ts";
import { adam } from "../../src/optimise/adam.ts";
import { constant } from "../../src/optimise/schedule.ts";
import { startState, trainStep } from "../../src/optimise/step.ts";
import { type Progress, type Training, type TrainOptions, train } from "../../src/optimise/train.ts";
import { bowl, brokenAt, type Count, type Point } from "./problems.ts";

const engine = eagerEngine("f64");
let centre: Tensor;
beforeAll(() => {
  centre = engine.tensor([1, -1], [2]);
});
afterAll(() => centre.dispose());

let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
/** Every test here disposes of what it makes: none may leave a tensor, failures of training included. */
afterEach(() => expect(tf.memory().numTensors).toBe(before));

const run = <T>(
  problem: Problem<Point, Count, Tensor>,
  options: TrainOptions,
  use: (training: Training<Point>) => T,
): T => {
  const training = train(engine, problem, centre, hostKey(1), options);
  try {
    return use(training);
  } finally {
    training.dispose();
  }
};
const valuesOf = (params: Point): number[] => {
  const values = [...hostValues(params.x)];
  disposeTree(params);
  return values;
};

describe("training", () => {
  it("reaches the bottom of a bowl", () =>
    run(bowl(0.1), { steps: 1000, rate: 0.05 }, (training) => {
      for (const { metrics } of training) expect(metrics.distance.every(Number.isFinite)).toBe(true);
      // The slope's noise of 0.1 leaves Adam about rate · noise away; the average is nearer.
      for (const [i, v] of valuesOf(training.average()).entries()) expect(Math.abs(v - [1, -1][i])).toBeLessThan(0.1);
    }));

  it("yields every metric once a step, in order, the last chunk shorter", () =>
    run(bowl(1), { steps: 25, every: 10 }, (training) => {
      const chunks: Progress[] = [...training];
      expect(chunks.map(({ step, steps, skipped }) => [step, steps, skipped])).toEqual([
        [10, 25, 0],
        [20, 25, 0],
        [25, 25, 0],
      ]);
      for (const { metrics } of chunks) {
        expect(Object.keys(metrics)).toEqual(expect.arrayContaining(["loss", "distance", "gradientNorm", "taken"]));
        for (const values of Object.values(metrics)) expect(values).toBeInstanceOf(Float64Array);
      }
      expect(chunks.map(({ metrics }) => metrics.loss.length)).toEqual([10, 10, 5]);
      expect(new Set(chunks.flatMap(({ metrics }) => [...metrics.loss])).size).toBe(25);
      expect([...training]).toEqual([]);
    }));

  it("comes to the same bits however it is cut into chunks, and after a break", () => {
    const history = (every: number, breakAfter: number): readonly [number[], number[]] =>
      run(bowl(1), { steps: 30, every }, (training) => {
        const losses: number[] = [];
        let chunks = 0;
        for (const { metrics } of training) {
          losses.push(...metrics.loss);
          if (++chunks === breakAfter) break;
        }
        for (const { metrics } of training) losses.push(...metrics.loss);
        return [losses, valuesOf(training.params())];
      });
    const whole = history(30, 99);
    expect(whole[0]).toHaveLength(30);
    expect(history(7, 2)).toEqual(whole);
    expect(history(1, 5)).toEqual(whole);
  });

  it("hands out copies: parameters now and averaged, before, between and after", () =>
    run(bowl(), { steps: 20, every: 10 }, (training) => {
      expect(valuesOf(training.params())).toEqual([3, 3]);
      expect(valuesOf(training.average())).toEqual([3, 3]);
      for (const _ of training) valuesOf(training.params());
      const [now, average] = [valuesOf(training.params()), valuesOf(training.average())];
      expect(now[0]).toBeLessThan(average[0]);
      expect(average[0]).toBeLessThan(3);
    }));

  it("may be left before it begins, and disposed of twice", () =>
    run(bowl(), { steps: 20 }, (training) => training.dispose()));

  it("slows down when it is told to", () => {
    const end = (slow: boolean): number =>
      run(bowl(), { steps: 20, every: 10 }, (training) => {
        for (const _ of training) if (slow) training.slowDown(0.1);
        expect(training.rateFactor).toBeCloseTo(slow ? 0.01 : 1, 15);
        return valuesOf(training.params())[0];
      });
    expect(end(true)).toBeGreaterThan(end(false) + 0.1);
  });

  it("takes schedules, another optimiser, and weights by β through now", () =>
    run(
      {
        ...bowl(),
        loss: (params, state, stepKey, batch, now) => {
          const made = bowl().loss(params, state, stepKey, batch, now);
          return { ...made, metrics: { rate: now.rate, weight: now.beta } };
        },
      },
      {
        steps: 4,
        rate: (step) => step.add(1).mul(0.1) as Scalar,
        beta: (step) => step.div(4) as Scalar,
        optimiser: adam({ beta1: 0.5 }),
      },
      (training) => {
        const [{ metrics }] = [...training];
        expect([...metrics.rate].map((v) => Math.round(v * 1e12) / 1e12)).toEqual([0.1, 0.2, 0.3, 0.4]);
        expect([...metrics.weight]).toEqual([0, 0.25, 0.5, 0.75]);
      },
    ));

  it.each([
    ["rate", () => 0.1],
    ["beta", (step: Scalar) => step.add([1, 2])],
  ])("refuses a schedule of the %s that makes no scalar tensor", (name, schedule) =>
    expect(() => run(bowl(), { steps: 2, [name]: schedule }, (training) => [...training])).toThrow(
      `${name}: a schedule makes a scalar tensor of the step`,
    ),
  );

  it("refuses bad options", () => {
    const refuse =
      (options: object): (() => unknown) =>
      () =>
        train(engine, bowl(), centre, hostKey(1), options);
    expect(refuse({ step: 1 })).toThrow('train: unknown option "step" (did you mean "steps"?)');
    expect(refuse({ steps: 0 })).toThrow("train: steps: expected a whole number from 1, got 0");
    expect(refuse({ rate: "fast" })).toThrow(
      'train: rate: expected a number or a schedule such as cosine(…), got "fast"',
    );
    expect(refuse({ beta: null })).toThrow("train: beta: expected a number or a schedule such as cosine(…), got null");
    expect(refuse({ every: 0.5 })).toThrow("train: every");
    expect(refuse({ rate: -1 })).toThrow("train: rate: expected a number above 0, got -1");
    expect(refuse({ clip: 0 })).toThrow("train: clip");
    expect(refuse({ averaging: 1 })).toThrow("train: averaging must be at least 0 and below 1, got 1");
  });
});

describe("steps that are not finite", () => {
  it("are skipped and counted, and the rate is halved for the chunks after", () =>
    run(bowl(0, brokenAt(3, 12)), { steps: 40, every: 10 }, (training) => {
      const factors: number[] = [];
      const chunks: Progress[] = [];
      for (const chunk of training) {
        chunks.push(chunk);
        factors.push(training.rateFactor);
      }
      expect(chunks.map(({ skipped }) => skipped)).toEqual([1, 2, 2, 2]);
      expect(factors).toEqual([0.5, 0.25, 0.25, 0.25]);
      expect(chunks.map(({ metrics }) => [...metrics.taken].indexOf(0))).toEqual([3, 2, -1, -1]);
      expect(metricsAt(chunks, 3)).toBe(metricsAt(chunks, 4));
      expect(metricsAt(chunks, 4)).toBeGreaterThan(metricsAt(chunks, 5));
      expect(valuesOf(training.params()).every(Number.isFinite)).toBe(true);
    }));

  const metricsAt = (chunks: readonly Progress[], step: number): number =>
    chunks.flatMap(({ metrics }) => [...metrics.distance])[step];

  const failing = (problem: Problem<Point, Count, Tensor>, options: TrainOptions): string =>
    run(problem, options, (training) => {
      try {
        for (const _ of training);
      } catch (error) {
        expect((error as Error).name).toBe("FluvialError");
        return (error as Error).message;
      }
      return "no error";
    });

  it("that go on name the part, the value and the step", () => {
    const message = failing(
      bowl(0, (loss) => loss.mul(Number.NaN)),
      { steps: 1000, every: 10 },
    );
    expect(message).toMatch(
      /not finite in 10 of the last 10 steps, up to step 40, although the rate was lowered to 0.00098 of its start/,
    );
    expect(message).toMatch(/The first to go wrong is spoiled, with the value NaN\.$/);
    const from20 = Array.from({ length: 200 }, (_, i) => i + 20);
    const late = failing(bowl(0, brokenAt(...from20)), { steps: 1000, every: 10 });
    expect(late).toMatch(/up to step 60.*first to go wrong is spoiled/);
  });

  it("because the first was too long begin again from the start, with a lower rate", () => {
    // Adam's first step is as long as the rate: from 3 to −3, where nothing is finite.
    const cliff = bowl(0, (loss, _, x) => tf.where(x.min().less(-2.9), tf.scalar(Number.NaN), loss));
    run(cliff, { steps: 400, every: 10, rate: 6 }, (training) => {
      const skipped = [...training].map((each) => each.skipped);
      expect(skipped[0]).toBe(9);
      expect(skipped.at(-1)).toBe(9);
      expect(training.rateFactor).toBe(0.125);
      const [x, y] = valuesOf(training.params());
      expect(Math.hypot(x - 1, y + 1)).toBeLessThan(0.05);
    });
  });

  it("that go on from the first to the last are an error in a short run too", () => {
    const message = failing(
      bowl(0, (loss) => loss.mul(Number.POSITIVE_INFINITY)),
      { steps: 5 },
    );
    expect(message).toMatch(/5 of the last 5 steps, up to step 5.*spoiled, with the value \+∞\.$/);
  });

  it("say so where no label was there, or where only the gradient went wrong", () => {
    const plain: Problem<Point, Count, Tensor> = {
      ...bowl(),
      loss: ({ x }, state) => ({ loss: x.sum().mul(Number.NaN) as Scalar, state, metrics: {} }),
    };
    expect(failing(plain, { steps: 5 })).toMatch(/The first to go wrong is loss, with the value NaN\.$/);
    const rooted = bowl(0, (loss, _, x) => loss.add(x.sub(x).square().sum().sqrt()));
    expect(failing(rooted, { steps: 5 })).toMatch(/The values are finite, their gradient is not\.$/);
  });

  it("now and then, seldom enough, are no error", () => {
    const everyThird = Array.from({ length: 34 }, (_, i) => 3 * i);
    run(bowl(0, brokenAt(...everyThird)), { steps: 100, every: 10 }, (training) => {
      expect([...training].at(-1)?.skipped).toBe(34);
    });
  });
});

it("a problem that throws at some step leaves nothing behind", () => {
  let steps = 0;
  const throwing: Problem<Point, Count, Tensor> = {
    ...bowl(),
    loss: (params, ...rest) => {
      const made = bowl().loss(params, ...rest);
      if (++steps === 5) throw new Error("fifth step");
      return made;
    },
  };
  run(throwing, { steps: 20, every: 10 }, (training) => expect(() => [...training]).toThrow("fifth step"));
  const stillborn: Problem<Point, Count, Tensor> = {
    ...bowl(),
    init: () => {
      tf.scalar(1);
      throw new Error("no start");
    },
  };
  expect(() => train(engine, stillborn, centre, hostKey(1))).toThrow("no start");
});

it("an interrupted loop goes on with the same bits", () => {
  const settings = { rate: constant(0.05), beta: constant(1), clip: 100, averaging: 0.9 };
  const optimiser = adam();
  const problem = bowl(1);
  const [initKey, stepKey] = splitHostKey(hostKey(7), 2);
  const start = engine.compile(() => {
    const { params, state } = problem.init(key(initKey), centre);
    return startState(params, state, optimiser);
  })();
  const step = trainStep(problem, optimiser, settings);
  const input = { batch: centre, rateFactor: engine.tensor([1], []) as Scalar };
  const whole = engine.loop(step, start, stepKey);
  const losses = [...whole.run(input, 30).loss];

  const first = engine.loop(step, start, stepKey);
  const firstLosses = [...first.run(input, 12).loss];
  const saved = first.read();
  first.run(input, 3);
  first.dispose();

  const second = engine.loop(step, saved, stepKey, 12);
  expect([...firstLosses, ...second.run(input, 18).loss]).toEqual(losses);
  // Written over with what was saved, at the same count, it does the same again.
  const third = engine.loop(step, start, stepKey, 12);
  third.write(saved);
  expect([...third.run(input, 18).loss]).toEqual(losses.slice(12));

  const ends = [whole, second, third].map((loop) => loop.read());
  for (const end of ends.slice(1)) expect([...hostValues(end.params.x)]).toEqual([...hostValues(ends[0].params.x)]);
  for (const loop of [whole, second, third]) loop.dispose();
  disposeTree([start, saved, ends, input.rateFactor]);
});

it("2,000 steps hold no more tensors than 100, and none afterwards", () =>
  run(bowl(1), { steps: 2000, every: 100 }, (training) => {
    const held: string[] = [];
    for (const _ of training) held.push(`${tf.memory().numTensors} ${tf.memory().numDataBuffers}`);
    expect(held).toHaveLength(20);
    expect(new Set(held).size).toBe(1);
  }));
