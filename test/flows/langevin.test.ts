import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import eightSchools, { data } from "../../models/eight-schools-noncentred.ts";
import type { Guide, Sampler, Target } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree, leaves, mapTree, paths } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import type { FlowGuideParameters } from "../../src/flows/guide.ts";
import { type LangevinGuideParameters, type LangevinOptions, langevin } from "../../src/flows/langevin.ts";
import { type DiffusionParts, diffusion } from "../../src/flows/parts/diffusion.ts";
import { planar } from "../../src/flows/planar.ts";
import { chainStochastic, type StochasticMap, stochasticGuide, withoutNoise } from "../../src/flows/stochastic.ts";
import { meanField } from "../../src/guides/index.ts";
import { condition } from "../../src/model/condition.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal, split } from "../../src/ops/random.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import { moved } from "../guides/table.ts";
import { differences } from "../ops/accuracy.ts";
import { mean, mostZ, varianceAbout } from "../ops/statistics.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);
/** Σ log N(x; centre, sd²), x [..., size]. */
const logNormal = (x: Tensor, sd: number, centre = 0): Tensor =>
  standardLogProb(x.sub(centre).div(sd)).sub(Math.log(sd) * x.shape[x.rank - 1]);

/** By how many standard errors a mean lies off. */
const zOf = (draws: ArrayLike<number>, truth: number): number => {
  const centre = mean(draws);
  return Math.abs(centre - truth) / Math.sqrt(varianceAbout(draws, centre) / draws.length);
};

const nothing = { look: () => ({}) } as const;

/** Ornstein and Uhlenbeck's steps: x → (1 − aε) x + √(2ε) η, and what goes back from them by other numbers. */
const linearSteps = (
  size: number,
  steps: readonly { readonly length: number; readonly backLogScale: number; readonly back: number }[],
  pull: number,
): StochasticMap => {
  const backs = fromHost(
    steps.map(({ back }) => back),
    [steps.length],
  );
  const parts: DiffusionParts<Record<never, never>> = {
    ...nothing,
    lengths: fromHost(
      steps.map(({ length }) => length),
      [steps.length],
    ),
    backLogScales: fromHost(
      steps.flatMap(({ backLogScale }) => range(size).map(() => backLogScale)),
      [steps.length, size],
    ),
    ahead: (x) => x.mul(-pull),
    back: (y, _, index) => y.mul(backs.gather(index.cast("int32"))),
  };
  return diffusion(parts);
};

/** The steps back that undo those of variance v₀ exactly, by Bayes' theorem for normals, and the variance after them all. */
const reversed = (lengths: readonly number[], pull: number, first: number) => {
  let before = first;
  const steps = lengths.map((length) => {
    const kept = 1 - pull * length;
    const after = kept ** 2 * before + 2 * length;
    const gain = (kept * before) / after;
    const variance = (2 * length * before) / after;
    before = after;
    return { length, backLogScale: 0.5 * Math.log(variance / (2 * length)), back: (gain - 1) / length };
  });
  return { steps, last: before };
};

describe("steps of diffusion", () => {
  it("give the density itself where the steps back are the reverse", () =>
    exactly(() => {
      const size = 3;
      const { steps, last } = reversed([0.1, 0.3, 0.05, 0.6], 1.3, 0.7 ** 2);
      const map = linearSteps(size, steps, 1.3);
      const x = normal(key(hostKey(1)), [20, size]).mul(0.7);
      const there = map.forward(x, key(hostKey(2)));
      const logQ = logNormal(x, 0.7).sub(there.logDet);
      const apart = logQ.sub(logNormal(there.value, Math.sqrt(last)));
      expect(hostValues(apart.abs().max())[0]).toBeLessThan(1e-12);
      const y = normal(key(hostKey(3)), [20, size]).mul(1.5);
      const back = map.inverse(y, key(hostKey(4)));
      const bound = logNormal(back.value, 0.7).add(back.logDet);
      expect(
        hostValues(
          bound
            .sub(logNormal(y, Math.sqrt(last)))
            .abs()
            .max(),
        )[0],
      ).toBeLessThan(1e-12);
      // It is not that nothing moves.
      expect(hostValues(there.value.sub(x).abs().min())[0]).toBeGreaterThan(1e-4);
    }));

  it("keep a standard normal nearly, with the bound off by the steps' error alone", () =>
    exactly(() => {
      // N(0, 1/(1 − ε/2)) is kept by steps of ε with −x both ways: there they are each other's reverse.
      const map = linearSteps(
        2,
        range(5).map(() => ({ length: 0.2, backLogScale: 0, back: -1 })),
        1,
      );
      const sd = Math.sqrt(1 / 0.9);
      const x = normal(key(hostKey(1)), [50, 2]).mul(sd);
      const { value, logDet } = map.forward(x, key(hostKey(2)));
      const apart = logNormal(x, sd).sub(logDet).sub(logNormal(value, sd));
      expect(hostValues(apart.abs().max())[0]).toBeLessThan(1e-12);
    }));

  it("are undone by the log-ratio of the way back: a mean weight of the density, whatever goes back", () =>
    exactly(() => {
      const lengths = [0.1, 0.3, 0.2];
      const { steps, last } = reversed(lengths, 0.8, 1);
      const wrong = steps.map((step) => ({ ...step, back: step.back + 0.25, backLogScale: step.backLogScale + 0.1 }));
      const map = linearSteps(1, wrong, 0.8);
      for (const point of [-1.2, 0.4]) {
        const y = fromHost([point], [1, 1]).tile([20_000, 1]);
        const { value, logDet } = map.inverse(y, key(hostKey(7)));
        const logWeight = hostValues(standardLogProb(value).add(logDet)).slice();
        const truth = hostValues(logNormal(fromHost([point], [1]), Math.sqrt(last)))[0];
        expect(zOf(logWeight.map(Math.exp), Math.exp(truth))).toBeLessThan(mostZ);
        // The bound is below the truth, and by more than its error.
        const centre = mean(logWeight);
        expect((truth - centre) / Math.sqrt(varianceAbout(logWeight, centre) / logWeight.length)).toBeGreaterThan(5);
      }
    }));

  it("have densities that a twin written out by hand gives too", () =>
    exactly(() => {
      const [length, gamma] = [0.3, 0.2];
      const map = diffusion({
        look: (x: Tensor) => x.sin(),
        lengths: fromHost([length], [1]),
        backLogScales: fromHost([gamma, gamma], [1, 2]),
        ahead: (x, seen) => seen.mul(x),
        back: (y, seen) => seen.sub(y),
      });
      const x = [0.4, -1.1];
      const { value, logDet } = map.forward(fromHost(x, [2]), key(hostKey(5)));
      const y = [...hostValues(value)];
      const log = (at: number, centre: number, sd: number): number =>
        -0.5 * ((at - centre) / sd) ** 2 - Math.log(sd) - halfLog2Pi;
      const sd = Math.sqrt(2 * length);
      const want = range(2).reduce((sum, i) => {
        const ahead = log(y[i], x[i] + length * Math.sin(x[i]) * x[i], sd);
        const back = log(x[i], y[i] + length * (Math.sin(y[i]) - y[i]), sd * Math.exp(gamma));
        return sum + back - ahead;
      }, 0);
      expect(Math.abs(hostValues(logDet)[0] - want)).toBeLessThan(1e-13);
    }));

  it("with no steps are the identity", () =>
    exactly(() => {
      const x = normal(key(hostKey(1)), [4, 2]);
      const map = linearSteps(2, [], 1);
      for (const way of ["forward", "inverse"] as const) {
        const { value, logDet } = map[way](x, key(hostKey(2)));
        expect([...hostValues(value)]).toEqual([...hostValues(x)]);
        expect([...hostValues(logDet)]).toEqual([0, 0, 0, 0]);
      }
    }));
});

/** A normalised mixture of two normals a side, in `size` dimensions, with a correlation by a shear. */
const mixture = (size: number): Target => ({
  size,
  logDensity: (z) => {
    const one = logNormal(z, 0.7, 0.9);
    const other = logNormal(z, 0.5, -0.6);
    return tf.stack([one.add(Math.log(0.6)), other.add(Math.log(0.4))]).logSumExp(0);
  },
  constrain: (z) => z,
});

type Learned = FlowGuideParameters<LangevinGuideParameters>;
const guideOn = (options: LangevinOptions, target: Target): Guide<Learned, Sampler> =>
  langevin(options).for(target) as Guide<Learned, Sampler>;

const weightsOf = (guide: Guide<Learned, Sampler>, target: Target, params: (at: Learned) => Learned, count: number) => {
  const engine = compiledEngine("f64", { warn: (message) => expect.unreachable(message) });
  const seed = engine.compile(() => key(hostKey(4)))();
  const weights = engine.compile((from: typeof seed) => {
    const { value, logQ } = guide.at(params(guide.init(key(hostKey(1))))).draw(from, [count]);
    return target.logDensity(value).sub(logQ);
  })(seed);
  const numbers = hostValues(weights).slice();
  disposeTree([seed, weights]);
  return numbers;
};

describe("the Langevin guide", () => {
  it.each([true, false])(
    "has weights of mean 1 on a normalised target, and a bound below 0, annealed %s",
    (annealed) => {
      const target = mixture(2);
      const guide = guideOn({ steps: 6, hidden: 6, annealed }, target);
      const wider = (at: Learned): Learned => {
        const far = moved(at, 0.15, 3);
        return { ...far, loc: at.loc, logScale: tf.fill([2], Math.log(1.1)) };
      };
      const logWeights = weightsOf(guide, target, wider, 20_000);
      expect(zOf(logWeights.map(Math.exp), 1)).toBeLessThan(mostZ);
      const bound = mean(logWeights);
      expect(bound).toBeLessThan(0);
      expect(bound).toBeGreaterThan(-2);
    },
  );

  it("is its base with no steps", () => {
    const target = mixture(3);
    exactly(() => {
      const guide = guideOn({ steps: 0 }, target);
      const params = guide.init(key(hostKey(1)));
      const { value, logQ } = guide.at(params).draw(key(hostKey(2)), [50]);
      const base = (meanField().for(target) as Guide<unknown, Sampler & { logProb(z: Tensor): Tensor }>).at({
        loc: params.loc,
        logScale: params.logScale,
      });
      expect(hostValues(base.logProb(value).sub(logQ).abs().max())[0]).toBeLessThan(1e-12);
    });
  });

  it("is exact on its own base, but for the steps' error", () => {
    const target: Target = { size: 2, logDensity: standardLogProb, constrain: (z) => z };
    const atTarget =
      (length: number) =>
      (at: Learned): Learned => ({
        loc: tf.zeros([2]),
        logScale: tf.zeros([2]),
        flow: {
          ...at.flow,
          lengths: tf.fill([4], Math.log(length / (1 - length))),
          back: mapTree(at.flow.back, (leaf) => tf.zerosLike(leaf)),
        },
      });
    const guide = guideOn({ steps: 4 }, target);
    const [coarse, fine] = [0.1, 0.01].map((length) => mean(weightsOf(guide, target, atTarget(length), 4000)));
    // −KL of the paths: each of four steps in two dimensions is off by O(ε²).
    expect(coarse).toBeLessThan(0);
    expect(coarse).toBeGreaterThan(-0.1);
    expect(Math.abs(fine)).toBeLessThan(0.01);
  });

  it("goes down the slope of the target", () =>
    exactly(() => {
      // Far from a narrow target, one step moves the mean by scale² ε ∇ log p.
      const target: Target = { size: 1, logDensity: (z) => logNormal(z, 0.5, 3), constrain: (z) => z };
      const guide = guideOn({ steps: 1, annealed: false, stepSize: 0.2 }, target);
      const params = { ...guide.init(key(hostKey(1))), loc: tf.zeros([1]), logScale: tf.fill([1], Math.log(0.8)) };
      const { value } = guide.at(params).draw(key(hostKey(2)), [4000]);
      const expected = 0.2 * 0.8 ** 2 * (3 / 0.5 ** 2);
      expect(zOf(hostValues(value), expected)).toBeLessThan(mostZ);
    }));

  it("tames a slope beyond 10: its drift grows with the logarithm", () =>
    exactly(() => {
      // The slope is scale² · 3 / 0.01² in units of the base: a step of ε times that would go 4,800 times as far as it should.
      const target: Target = { size: 1, logDensity: (z) => logNormal(z, 0.01, 3), constrain: (z) => z };
      const guide = guideOn({ steps: 1, annealed: false, stepSize: 0.2 }, target);
      const scale = 1e-3;
      const params = { ...guide.init(key(hostKey(1))), loc: tf.zeros([1]), logScale: tf.fill([1], Math.log(scale)) };
      const { value } = guide.at(params).draw(key(hostKey(2)), [4000]);
      const slope = (scale * 3) / 0.01 ** 2;
      const expected = 0.2 * scale * 10 * (1 + Math.log(slope / 10));
      // The logarithm is all but straight over draws that lie within 1e-3 of 0.
      expect(zOf(hostValues(value), expected)).toBeLessThan(mostZ);
      expect(zOf(hostValues(value), 0.2 * scale * slope)).toBeGreaterThan(10 * mostZ);
    }));

  it("has weights of mean 1 where drifts are tamed on the way there and back", () => {
    const target: Target = { size: 2, logDensity: (z) => logNormal(z, 0.08, 0.5), constrain: (z) => z };
    const guide = guideOn({ steps: 3, hidden: 6, annealed: false, stepSize: 0.01 }, target);
    const near = (at: Learned): Learned => ({
      ...moved(at, 0.1, 3),
      loc: tf.fill([2], 0.5),
      logScale: tf.fill([2], Math.log(0.4)),
    });
    const logWeights = weightsOf(guide, target, near, 40_000);
    const weights = logWeights.map(Math.exp);
    // Slopes there are of 0.4² · |x| / 0.08² = 25 |x|: most of them are above 10.
    expect(zOf(weights, 1)).toBeLessThan(mostZ);
    expect(Math.sqrt(varianceAbout(weights, 1) / weights.length)).toBeLessThan(0.03);
  });

  it("has second slopes that finite differences give, in both engines, on a hierarchical model", () => {
    const conditioned = condition(eightSchools, data);
    const numbers = [compiledEngine("f64", { warn: (message) => expect.unreachable(message) }), eagerEngine("f64")].map(
      (engine) => {
        const inputs = engine.compile(() => ({ data: conditioned.tensors(), from: key(hostKey(3)) }))();
        const bound = (at: Learned, given: typeof inputs): Scalar => {
          const target = conditioned.at(given.data);
          const { value, logQ } = guideOn({ steps: 2, hidden: 3 }, target).at(at).draw(given.from, [3]);
          return target.logDensity(value).sub(logQ).mean() as Scalar;
        };
        const params = engine.compile((given: typeof inputs) =>
          moved(guideOn({ steps: 2, hidden: 3 }, conditioned.at(given.data)).init(key(hostKey(1))), 0.2, 5),
        )(inputs);
        const slopes = engine.compile((at: Learned, given: typeof inputs) => {
          const { value, gradient: slope } = gradient((p: Learned) => bound(p, given))(at);
          return [value, ...leaves(slope)];
        })(params, inputs);
        const along = engine.compile((at: Learned, given: typeof inputs) => bound(at, given));
        const made = slopes.map((tensor) => [...hostValues(tensor)]);
        for (const [i, path] of paths(params).entries()) {
          const values = [...hostValues(leaves(params)[i])];
          const at = (x: number): number => {
            const shifted = mapTree(params, (leaf, j) =>
              j === i ? engine.tensor([x, ...values.slice(1)], leaf.shape) : leaf,
            );
            const result = along(shifted, inputs);
            const [number] = hostValues(result);
            disposeTree([leaves(shifted)[i], result]);
            return number;
          };
          const want = differences(([x]) => at(x), [values[0]], 1e-4)[0];
          expect(Math.abs(made[i + 1][0] - want) / (1 + Math.abs(want)), path).toBeLessThan(1e-6);
        }
        disposeTree([inputs, params, slopes]);
        return made.flat();
      },
    );
    const [compiled, eager] = numbers;
    for (const [i, want] of eager.entries())
      expect(Math.abs(compiled[i] - want) / (1 + Math.abs(want))).toBeLessThan(1e-9);
  });
});

describe("the Langevin flow of samples", () => {
  it("begins near a standard normal, with a bound near its density", () =>
    exactly(() => {
      const flow = langevin().stochastic(2);
      const map = flow.at(flow.init(key(hostKey(1))));
      const { value, logDet } = map.forward(normal(key(hostKey(2)), [2000, 2]), key(hostKey(3)));
      expect(Math.abs(hostValues(value.square().mean())[0] - 1)).toBeLessThan(0.2);
      expect(Math.abs(hostValues(logDet.mean())[0])).toBeLessThan(0.25);
    }));

  it("has weights whose mean is one density, by either way, far from its start", () => {
    const flow = langevin({ steps: 3, hidden: 5 }).stochastic(1, 2);
    const engine = compiledEngine("f64", { warn: (message) => expect.unreachable(message) });
    const context = engine.tensor([0.4, -0.9], [2]);
    const count = 40_000;
    const made = engine.compile((given: Tensor) => {
      const map = flow.at(moved(flow.init(key(hostKey(1))), 0.3, 2), { context: given });
      const points = fromHost([-1, 0, 0.7], [3, 1, 1]).tile([1, count, 1]);
      const back = map.inverse(points, key(hostKey(3)));
      const noise = normal(key(hostKey(4)), [count, 1]);
      return [standardLogProb(back.value).add(back.logDet).exp(), map.forward(noise, key(hostKey(5))).value];
    })(context);
    const [weights, draws] = made.map((tensor) => hostValues(tensor).slice());
    disposeTree([context, made]);
    // Draws near a point, by a box whose width shifts the density by less than the error.
    for (const [i, point] of [-1, 0, 0.7].entries()) {
      const own = weights.slice(i * count, (i + 1) * count);
      const half = 0.1;
      const near = Float64Array.from(draws, (z) => (Math.abs(z - point) < half ? 1 / (2 * half) : 0));
      const error = Math.sqrt((varianceAbout(own, mean(own)) + varianceAbout(near, mean(near))) / count);
      expect(Math.abs(mean(own) - mean(near)) / error, `at ${point}`).toBeLessThan(mostZ);
    }
  });

  it("has right slopes in all it is made from, either way, and alike in both engines", () => {
    const flow = langevin({ steps: 3, hidden: 4 }).stochastic(2, 3);
    const made = [compiledEngine("f64", { warn: (message) => expect.unreachable(message) }), eagerEngine("f64")].map(
      (engine) => {
        const inputs = engine.compile(() => ({
          params: moved(flow.init(key(hostKey(1))), 0.4, 2),
          context: normal(key(hostKey(3)), [2, 3]),
          x: normal(key(hostKey(4)), [2, 2]),
        }))();
        const results = engine.compile((at: typeof inputs) =>
          (["forward", "inverse"] as const).map((way) => {
            const total = ({ params, context, x }: typeof inputs): Scalar => {
              const { value, logDet } = flow.at(params, { context })[way](x, key(hostKey(6)));
              return value.sin().sum().add(logDet.sum()) as Scalar;
            };
            const direction = mapTree(at, (leaf, i) => normal(key(hostKey(10 + i)), leaf.shape));
            const slope = gradient(total)(at).gradient;
            const own = leaves(slope).map((leaf, i) => leaf.mul(leaves(direction)[i]).sum());
            const apart = leaves(at).map((_, i) => {
              const at2 = (by: number): Tensor =>
                total(mapTree(at, (leaf, j) => (j === i ? leaf.add(leaves(direction)[i].mul(by)) : leaf)));
              return at2(1e-5).sub(at2(-1e-5)).div(2e-5);
            });
            return [tf.stack(own), tf.stack(apart)];
          }),
        )(inputs);
        const numbers = results.map((pair) => pair.map((tensor) => [...hostValues(tensor)]));
        disposeTree([inputs, results]);
        for (const [own, apart] of numbers)
          for (const [i, want] of apart.entries()) {
            expect(Math.abs(own[i] - want) / (1 + Math.abs(want)), `${i}`).toBeLessThan(1e-7);
            expect(own[i]).not.toBe(0);
          }
        return numbers.flatMap(([own]) => own);
      },
    );
    for (const [i, want] of made[1].entries())
      expect(Math.abs(made[0][i] - want) / (1 + Math.abs(want))).toBeLessThan(1e-10);
  });

  it("says what is wrong with a context", () =>
    exactly(() => {
      const flow = langevin({ steps: 1 }).stochastic(2, 3);
      const map = flow.at(flow.init(key(hostKey(1))));
      expect(() => map.forward(tf.zeros([2]), key(hostKey(2)))).toThrow(/langevin: expected a context/);
    }));
});

describe("stochastic flows one after another", () => {
  const chained = chainStochastic<unknown>([
    langevin({ steps: 2, hidden: 3 }).stochastic(2) as never,
    withoutNoise(planar({ layers: 2 }).flow(2)) as never,
    langevin({ steps: 1, hidden: 3 }).stochastic(2) as never,
  ]);

  it("add up", () =>
    exactly(() => {
      const params = moved(chained.init(key(hostKey(1))), 0.3, 2);
      const map = chained.at(params);
      const x = normal(key(hostKey(2)), [5, 2]);
      const { value, logDet } = map.forward(x, key(hostKey(3)));
      expect([value.shape, logDet.shape]).toEqual([[5, 2], [5]]);
      const layers = [
        langevin({ steps: 2, hidden: 3 }).stochastic(2),
        withoutNoise(planar({ layers: 2 }).flow(2)),
        langevin({ steps: 1, hidden: 3 }).stochastic(2),
      ].map((layer, i) => layer.at(params[i] as never));
      const keys = split(key(hostKey(3)), 3);
      const byHand = (way: "forward" | "inverse", order: readonly number[], from: Tensor): Tensor[] =>
        order.reduce(
          ([at, sum], i) => {
            const made = layers[i][way](at, keys[i]);
            return [made.value, sum.add(made.logDet)];
          },
          [from, tf.zeros([5])],
        );
      const back = map.inverse(value, key(hostKey(3)));
      for (const [made, want] of [
        [[value, logDet], byHand("forward", [0, 1, 2], x)],
        [[back.value, back.logDet], byHand("inverse", [2, 1, 0], value)],
      ])
        for (const i of [0, 1]) expect(hostValues(made[i].sub(want[i]).abs().max())[0]).toBeLessThan(1e-12);
      expect(() => chainStochastic([])).toThrow(/chainStochastic: expected at least one layer/);
    }));

  it("without noise are the maps themselves", () =>
    exactly(() => {
      const flow = planar({ layers: 2 }).flow(2);
      const params = moved(flow.init(key(hostKey(1))), 0.5, 2);
      const x = normal(key(hostKey(2)), [5, 2]);
      const [one, other] = [
        withoutNoise(flow)
          .at(params)
          .forward(x, key(hostKey(3))),
        flow.at(params).forward(x),
      ];
      expect([...hostValues(one.value), ...hostValues(one.logDet)]).toEqual([
        ...hostValues(other.value),
        ...hostValues(other.logDet),
      ]);
    }));

  it("are a guide with weights of mean 1", () => {
    const target = mixture(2);
    const guide = stochasticGuide(2, chained);
    const engine = compiledEngine("f64", { warn: (message) => expect.unreachable(message) });
    const seed = engine.compile(() => key(hostKey(4)))();
    const weights = engine.compile((from: typeof seed) => {
      const at = moved(guide.init(key(hostKey(1))), 0.1, 3);
      const { value, logQ } = guide.at({ ...at, logScale: tf.fill([2], 0.2) }).draw(from, [20_000]);
      return target.logDensity(value).sub(logQ).exp();
    })(seed);
    expect(zOf(hostValues(weights), 1)).toBeLessThan(mostZ);
    disposeTree([seed, weights]);
  });
});

describe("langevin refuses", () => {
  it.each([
    [{ steps: -1 }, /steps/],
    [{ steps: 1.5 }, /steps/],
    [{ stepSize: 1 }, /stepSize: expected a number between 0 and 1, got 1/],
    [{ annealed: "yes" }, /annealed: expected true or false/],
    [{ activation: "relu" }, /activation: expected "tanh"/],
    [{ layers: 3 }, /layers/],
  ])("%j", (options, message) => {
    expect(() => langevin(options as never)).toThrow(message);
  });
});
