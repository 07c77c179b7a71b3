import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { hiddenMarkov } from "../../src/distributions/hiddenMarkov.ts";
import { hiddenStates } from "../../src/distributions/hiddenStates.ts";
import { multivariateNormal, normal, poisson } from "../../src/distributions/index.ts";
import { markovChain } from "../../src/distributions/markovChain.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import { expectEnginesAgree } from "../engine/compiled/agreement.ts";
import { expectDifferences, withSlopesIn } from "../engine/compiled/differences.ts";
import { real } from "../engine/trace/both.ts";

interface Case {
  readonly name: string;
  readonly initial: number[];
  readonly transition: number[][] | number[][][];
  readonly loc: number[];
  readonly scale: number[];
  readonly x: number[];
  readonly logProb: number;
  readonly smoothed: number[][];
  readonly path: number[];
}
const { cases } = JSON.parse(readFileSync(new URL("../known/hiddenMarkov.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const worst = (got: Tensor, expected: readonly number[]): number =>
  Math.max(...[...hostValues(got)].map((value, i) => Math.abs(value - expected[i])));
const logs = (x: number[] | number[][] | number[][][]): never =>
  (Array.isArray(x[0]) ? (x as number[][]).map((row) => logs(row)) : (x as number[]).map((p) => Math.log(p))) as never;
const three = {
  initial: [0.5, 0.2, 0.3],
  transition: [
    [0.7, 0.2, 0.1],
    [0.15, 0.8, 0.05],
    [0.3, 0.3, 0.4],
  ],
};

describe.each(cases)("hiddenMarkov, $name", ({ initial, transition, loc, scale, x, ...known }) => {
  const make = () => hiddenMarkov({ initial, transition, emission: normal(loc, scale), length: x.length });

  it("has the log-probability, the smoothed states and the path of the reference", () =>
    exactly(() => {
      const [model, at] = [make(), fromHost(x, [x.length])];
      expect(model.shape).toEqual([x.length]);
      expect(worst(model.logProb(at), [known.logProb])).toBeLessThan(1e-12 * Math.abs(known.logProb));
      expect(worst(model.stateProbabilities(at), known.smoothed.flat())).toBeLessThan(1e-11);
      expect([...hostValues(model.mostLikelyStates(at))]).toEqual(known.path);
    }));

  it("has smoothed states that are the slope in the log-likelihoods", () =>
    exactly(() => {
      const table = normal(loc, scale).logProb(fromHost(x, [x.length, 1]));
      const total = (logLikelihoods: Tensor): Scalar =>
        hiddenStates({ initial, transition, logLikelihoods }).logLikelihood() as Scalar;
      const { value, gradient: slope } = gradient(total)(table);
      expect(worst(value, [known.logProb])).toBeLessThan(1e-12 * Math.abs(known.logProb));
      expect(worst(slope, known.smoothed.flat())).toBeLessThan(1e-11);
      const states = hiddenStates({ initial, transition, logLikelihoods: table });
      expect(worst(states.probabilities(), known.smoothed.flat())).toBeLessThan(1e-11);
      expect([...hostValues(states.mostLikely())]).toEqual(known.path);
    }));

  it("is the same by logits, where no probability is 0", () =>
    exactly(() => {
      if ([initial, transition].flat(3).includes(0)) return;
      const model = hiddenMarkov({
        initial: { logits: logs(initial) },
        transition: { logits: logs(transition) },
        emission: normal(loc, scale),
        length: x.length,
      });
      expect(worst(model.logProb(fromHost(x, [x.length])), [known.logProb])).toBeLessThan(
        1e-12 * Math.abs(known.logProb),
      );
    }));
});

describe("hiddenMarkov", () => {
  const x = [0.3, -1.2, 2.4, 0.1, 3.3];
  const emission = () => normal([-1, 0.5, 2], [1, 0.5, 0.8]);
  const make = () => hiddenMarkov({ ...three, emission: emission(), length: 5 });

  /** Every path of states, with its probability and that of x. */
  const paths = (): { readonly path: number[]; readonly joint: number }[] =>
    range(3 ** 5).map((code) => {
      const path = range(5).map((t) => Math.floor(code / 3 ** t) % 3);
      const chances = path.map((s, t) => (t === 0 ? three.initial[s] : three.transition[path[t - 1]][s]));
      const table = hostValues(emission().logProb(fromHost(x, [5, 1])));
      const log = path.reduce((sum, s, t) => sum + Math.log(chances[t]) + table[3 * t + s], 0);
      return { path, joint: Math.exp(log) };
    });

  it("sums over all paths, and finds the best of them", () =>
    exactly(() => {
      const all = paths();
      const total = all.reduce((sum, { joint }) => sum + joint, 0);
      const [model, at] = [make(), fromHost(x, [5])];
      expect(worst(model.logProb(at), [Math.log(total)])).toBeLessThan(1e-13);
      const share = range(5).flatMap((t) =>
        range(3).map((k) => all.reduce((sum, { path, joint }) => sum + (path[t] === k ? joint / total : 0), 0)),
      );
      expect(worst(model.stateProbabilities(at), share)).toBeLessThan(1e-13);
      const best = all.reduce((a, b) => (b.joint > a.joint ? b : a));
      expect([...hostValues(model.mostLikelyStates(at))]).toEqual(best.path);
    }));

  it("takes many sequences, and parts that vary with them", () =>
    exactly(() => {
      const at = fromHost([...x, ...x.map((v) => v + 1)], [2, 5]);
      const one = make();
      expect(one.logProb(at).shape).toEqual([2]);
      expect(one.stateProbabilities(at).shape).toEqual([2, 5, 3]);
      expect(one.mostLikelyStates(at).shape).toEqual([2, 5]);
      const wide = hiddenMarkov({
        ...three,
        emission: normal(fromHost([-1, 0.5, 2, -2, -0.5, 1], [2, 1, 3]), [1, 0.5, 0.8]),
        length: 5,
      });
      expect(wide.shape).toEqual([2, 5]);
      const shifted = fromHost([...x, ...x.map((v) => v - 1)], [2, 5]);
      const [first] = hostValues(one.logProb(fromHost(x, [5])));
      expect(worst(wide.logProb(shifted), [first, first])).toBeLessThan(1e-13);
      expect(wide.sample(key(hostKey(1)), [4]).shape).toEqual([4, 2, 5]);
    }));

  it("has transitions per sequence and time, and events of its emission", () =>
    exactly(() => {
      const each = three.transition.flat();
      const transition = fromHost([...each, ...each, ...each, ...each], [2, 2, 3, 3]);
      const pairs = multivariateNormal(fromHost([0, 1, 2, 3, 4, 5], [3, 2]) as never, {
        covariance: [
          [1, 0],
          [0, 1],
        ],
      });
      const model = hiddenMarkov({ initial: three.initial, transition, emission: pairs });
      expect([model.rank, model.shape]).toEqual([2, [2, 3, 2]]);
      const draws = model.sample(key(hostKey(2)), [4]);
      expect(draws.shape).toEqual([4, 2, 3, 2]);
      const [a, b] = draws.unstack(-1);
      const split = (loc: number[]) => normal(loc, 1);
      const table = split([0, 2, 4])
        .logProb(a.expandDims(-1))
        .add(split([1, 3, 5]).logProb(b.expandDims(-1)));
      const same = hiddenStates({ ...three, logLikelihoods: table }).logLikelihood();
      expect(worst(model.logProb(draws), [...hostValues(same)])).toBeLessThan(1e-12);
    }));

  it("draws what its log-probability says", () =>
    exactly(() => {
      const model = hiddenMarkov({ ...three, emission: poisson([0.2, 1.5, 4]), length: 3 });
      const draws = hostValues(model.sample(key(hostKey(5)), [20_000]));
      const most = 4;
      const cells = range(most ** 3).map((code) => range(3).map((t) => Math.floor(code / most ** t) % most));
      const expected = [...hostValues(model.logProb(fromHost(cells.flat(), [cells.length, 3])))].map(
        (log) => 20_000 * Math.exp(log),
      );
      const seen = cells.map(
        (cell) => range(20_000).filter((i) => cell.every((value, t) => draws[3 * i + t] === value)).length,
      );
      for (const [i, mean] of expected.entries()) {
        const z = (seen[i] - mean) / Math.sqrt(mean * (1 - mean / 20_000));
        expect(Math.abs(z), `${cells[i]}: ${seen[i]} for ${mean}`).toBeLessThan(4.5);
      }
    }));

  it("is −∞ for what no state can have made, with slopes that are numbers, and NaN at NaN", () =>
    exactly(() => {
      const rates = fromHost([0.2, 1.5, 4], [3]);
      const log = (rate: Tensor): Scalar =>
        hiddenMarkov({ ...three, emission: poisson(rate), length: 3 }).logProb(fromHost([1, -2, 0], [3])) as Scalar;
      const { value, gradient: slope } = gradient(log)(rates);
      expect(hostValues(value)[0]).toBe(Number.NEGATIVE_INFINITY);
      expect([...hostValues(slope)]).toEqual([0, 0, 0]);
      expect(hostValues(make().logProb(fromHost([0, Number.NaN, 1, 1, 1], [5])))[0]).toBeNaN();
    }));

  it("knows alike in both engines, slopes included", () => {
    const inputs = [
      real([3], three.initial),
      real([3, 3], three.transition.flat()),
      real([3], [-1, 0.5, 2]),
      real([2, 5], [...x, ...x.map((v) => 1.5 * v)]),
    ];
    const total = ([initial, transition, loc, at]: readonly Tensor[]): Tensor =>
      hiddenMarkov({ initial, transition, emission: normal(loc, 0.7), length: 5 })
        .logProb(at)
        .sum();
    for (const precision of ["f64", "f32"] as const)
      expectEnginesAgree("logProb", withSlopesIn(total, [0, 1, 2, 3]), inputs, { precision });
    expectDifferences("hiddenMarkov", total, inputs, [0, 1, 2, 3]);
    const zeros = [real([3], [1, 0, 0]), real([3, 3], [0.7, 0.3, 0, 0, 0.6, 0.4, 0, 0, 1]), ...inputs.slice(2)];
    const { results } = expectEnginesAgree("zeros", withSlopesIn(total, [0, 1, 2]), zeros);
    expect(results.every(({ values }) => [...values].every(Number.isFinite))).toBe(true);
    const states = ([initial, transition, loc, at]: readonly Tensor[]) => {
      const model = hiddenMarkov({ initial, transition, emission: normal(loc, 0.7), length: 5 });
      return [model.stateProbabilities(at), model.mostLikelyStates(at)];
    };
    expectEnginesAgree("states", states, inputs);
    expectEnginesAgree("zeros, states", states, zeros);
  });

  it("varies with time alike in both engines", () => {
    const moved = [three.transition, three.transition.map((row) => [...row].reverse()), three.transition].flat(2);
    const total = ([transition, loc, at]: readonly Tensor[]): Tensor =>
      hiddenMarkov({
        initial: { logits: [0, 1, 2] },
        transition: { logits: transition },
        emission: normal(loc, 0.7),
      }).logProb(at) as Tensor;
    const inputs = [real([3, 3, 3], moved), real([4, 3], range(12).map(Math.sin)), real([4], x.slice(0, 4))];
    expectEnginesAgree("varying", withSlopesIn(total, [0, 1, 2]), inputs);
    expectDifferences("varying", total, inputs, [0, 1, 2], { most: 27 });
  });

  it.each<[() => unknown, string]>([
    [() => make().logProb, ""],
    [
      () => hiddenMarkov({ ...three, emission: emission() }),
      "hiddenMarkov: how long are the sequences? Nothing varies with time: give { length }",
    ],
    [
      () => hiddenMarkov({ ...three, emission: normal([[0, 1, 2]] as never, 1), lengths: 3 } as never),
      'hiddenMarkov: unknown option "lengths" (did you mean "length"?)',
    ],
    [
      () => hiddenMarkov({ ...three, emission: normal([0, 1], 1), length: 3 }),
      "hiddenMarkov: the last batch axis of emission must have the 3 states, got normal of shape [2]",
    ],
    [
      () => hiddenMarkov({ ...three, initial: [0.5, 0.6, 0.3], emission: emission(), length: 3 }),
      "hiddenMarkov: initial must be probabilities that sum to 1, got a sum of 1.4",
    ],
    [
      () => hiddenMarkov({ ...three, initial: [0.5, 0.5], emission: normal([0, 1], 1), length: 3 }),
      "hiddenMarkov: transition must be [2, 2] or [T − 1, 2, 2] for the 2 states of initial, got [3, 3]",
    ],
    [
      () =>
        hiddenMarkov({ ...three, transition: [three.transition, three.transition], emission: emission(), length: 9 }),
      "hiddenMarkov: length says that sequences have length 9, transition that they have 3",
    ],
    [
      () => hiddenMarkov({ ...three, emission: 3 as never, length: 9 }),
      "hiddenMarkov: emission must be a distribution",
    ],
    [
      () => hiddenStates({ ...three, logLikelihoods: [1, 2, 3] }),
      "hiddenStates: logLikelihoods must be [..., T, 3] for the 3 states, got [3]",
    ],
  ])("says what is wrong, %#", (make, message) => {
    if (message) expect(make).toThrow(message);
    else expect(make).not.toThrow();
  });
});

describe("markovChain", () => {
  const make = (length = 4) => markovChain({ ...three, length });

  it("is the product of its steps", () =>
    exactly(() => {
      const path = [2, 0, 0, 1];
      const chances = path.map((s, t) => (t === 0 ? three.initial[s] : three.transition[path[t - 1]][s]));
      const expected = chances.reduce((sum, p) => sum + Math.log(p), 0);
      expect(worst(make().logProb(fromHost(path, [4])), [expected])).toBeLessThan(1e-14);
      const moved = [three.transition, [...three.transition].reverse()];
      const other = markovChain({ initial: three.initial, transition: moved });
      expect(other.shape).toEqual([3]);
      const steps = Math.log(three.initial[1] * moved[0][1][2] * moved[1][2][0]);
      expect(worst(other.logProb(fromHost([1, 2, 0], [3])), [steps])).toBeLessThan(1e-14);
      expect(worst(make(1).logProb(fromHost([1], [1])), [Math.log(0.2)])).toBeLessThan(1e-14);
    }));

  it("sums to 1 over all sequences, and draws them so", () =>
    exactly(() => {
      const cells = range(27).map((code) => range(3).map((t) => Math.floor(code / 3 ** t) % 3));
      const model = make(3);
      const shares = [...hostValues(model.logProb(fromHost(cells.flat(), [27, 3])))].map(Math.exp);
      expect(Math.abs(shares.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-14);
      const draws = hostValues(model.sample(key(hostKey(6)), [20_000]));
      for (const [i, share] of shares.entries()) {
        const seen = range(20_000).filter((n) => cells[i].every((value, t) => draws[3 * n + t] === value)).length;
        expect(Math.abs(seen - 20_000 * share) / Math.sqrt(20_000 * share * (1 - share))).toBeLessThan(4.5);
      }
    }));

  it("is −∞ outside its states, NaN at NaN", () =>
    exactly(() => {
      const at = fromHost([0, 1, 3, 0, 0, 1, 0.5, 0, 0, Number.NaN, 1, 1], [3, 4]);
      const got = [...hostValues(make().logProb(at))];
      expect(got.slice(0, 2)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
      expect(got[2]).toBeNaN();
      expect([...hostValues(make().support.contains(at))]).toEqual([0, 0, 0]);
    }));

  it("has one value and gradient in both engines", () => {
    const at = real([2, 4], [2, 0, 0, 1, 1, 1, 0, 2]);
    const total = ([initial, transition, x]: readonly Tensor[]): Tensor =>
      markovChain({ initial, transition, length: 4 }).logProb(x).sum();
    const inputs = [real([3], three.initial), real([3, 3], three.transition.flat()), at];
    expectEnginesAgree("markovChain", withSlopesIn(total, [0, 1]), inputs);
    expectDifferences("markovChain", total, inputs, [0, 1], { most: 9 });
  });
});
