import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { type HamiltonianParts, hamiltonianMap } from "../../src/flows/parts/hamiltonian.ts";
import { leapfrog, restrained } from "../../src/flows/parts/leapfrog.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal } from "../../src/ops/random.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import { mean, mostZ, varianceAbout } from "../ops/statistics.ts";
import { exactWayBack, type LinearStep } from "./linearDynamics.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

const most = (x: Tensor): number => hostValues(x.abs().max())[0];

/** log N(x; 0, variance), summed over the last axis. */
const logNormal = (x: Tensor, variance: number): Tensor =>
  standardLogProb(x.div(Math.sqrt(variance))).sub(0.5 * Math.log(variance) * x.shape[x.rank - 1]);

/** Steps on normal densities with their exact way back, each wrong by so much. */
const linearMap = (
  size: number,
  steps: readonly LinearStep[],
  wrong: { readonly mean: number; readonly logScale: number } = { mean: 0, logScale: 0 },
) => {
  const { backs, variance } = exactWayBack(steps, 1);
  const row = (values: readonly number[]): Tensor => fromHost(values, [values.length]);
  const at = (values: Tensor, index: Scalar): Tensor => values.gather(index.cast("int32"));
  const [pulls, onX, onKept, logScales] = [
    row(steps.map(({ pull }) => pull)),
    row(backs.map(({ x }) => x)),
    row(backs.map(({ kept }) => kept)),
    row(backs.map(({ logScale }) => logScale)),
  ];
  const parts: HamiltonianParts = {
    lengths: row(steps.map(({ length }) => length))
      .expandDims(-1)
      .tile([1, size]),
    leapfrogSteps: steps[0].leapfrog,
    kept: row(steps.map(({ kept }) => kept)),
    look: (x) => tf.zerosLike(x),
    force: (x, _, index) => x.mul(at(pulls, index)).neg(),
    turning: (x, keptMomentum, index) => ({
      mean: x.mul(at(onX, index).add(wrong.mean)).add(keptMomentum.mul(at(onKept, index))),
      logScale: at(logScales, index).add(wrong.logScale).mul(tf.onesLike(x)),
    }),
  };
  return { map: hamiltonianMap(parts), variance };
};

const anew: readonly LinearStep[] = [
  { length: 0.3, leapfrog: 2, pull: 0.6, kept: 0 },
  { length: 0.5, leapfrog: 2, pull: 2.1, kept: 0 },
  { length: 0.2, leapfrog: 2, pull: 1.4, kept: 0 },
];
const keeping: readonly LinearStep[] = [0.8, 0.35, 0].map((kept, i) => ({ ...anew[i], leapfrog: 3, kept }));

describe("Hamiltonian steps on normal densities", () => {
  it.each([
    ["momenta drawn anew", anew],
    ["momenta kept in part", keeping],
  ])("give the density itself where the way back is the reverse: %s", (_, steps) =>
    exactly(() => {
      const { map, variance } = linearMap(3, steps);
      const x = normal(key(hostKey(1)), [20, 3]);
      const there = map.forward(x, key(hostKey(2)));
      expect(most(standardLogProb(x).sub(there.logDet).sub(logNormal(there.value, variance)))).toBeLessThan(1e-12);
      // No further out, where forces are restrained.
      const y = normal(key(hostKey(3)), [20, 3]);
      const back = map.inverse(y, key(hostKey(4)));
      expect(most(standardLogProb(back.value).add(back.logDet).sub(logNormal(y, variance)))).toBeLessThan(1e-12);
      // It is not that nothing moves, nor that the momenta have nothing to tell.
      expect(most(there.value.sub(x))).toBeGreaterThan(0.1);
      expect(most(there.logDet)).toBeGreaterThan(0.1);
    }),
  );

  it.each([
    ["momenta drawn anew", anew],
    ["momenta kept in part", keeping],
  ])("have weights of the density's mean on the way back, whatever it is, and a bound below it: %s", (_, steps) =>
    exactly(() => {
      const { map, variance } = linearMap(1, steps, { mean: 0.25, logScale: 0.1 });
      for (const point of [-1.2, 0.4]) {
        const y = fromHost([point], [1, 1]).tile([20_000, 1]);
        const { value, logDet } = map.inverse(y, key(hostKey(7)));
        const logWeights = hostValues(standardLogProb(value).add(logDet)).slice();
        const truth = hostValues(logNormal(fromHost([point], [1]), variance))[0];
        const error = (values: Float64Array): number => Math.sqrt(varianceAbout(values, mean(values)) / values.length);
        const weights = Float64Array.from(logWeights, Math.exp);
        expect(Math.abs(mean(weights) - Math.exp(truth)) / error(weights)).toBeLessThan(mostZ);
        expect((truth - mean(logWeights)) / error(Float64Array.from(logWeights))).toBeGreaterThan(5);
      }
    }),
  );

  it("with no steps are the identity", () =>
    exactly(() => {
      const map = hamiltonianMap({
        lengths: tf.zeros([0, 2]),
        leapfrogSteps: 1,
        kept: tf.zeros([0]),
        look: (x) => x,
        force: (x) => x,
      });
      const x = normal(key(hostKey(1)), [4, 2]);
      for (const way of ["forward", "inverse"] as const) {
        const { value, logDet } = map[way](x, key(hostKey(2)));
        expect([...hostValues(value), ...hostValues(logDet)]).toEqual([...hostValues(x), 0, 0, 0, 0]);
      }
    }));
});

describe("leapfrog steps", () => {
  const motion = (sign: number) => ({
    lengths: fromHost([0.3 * sign, 0.1 * sign], [2]),
    look: (x: Tensor): Tensor => x.sin(),
    // Of one coordinate on the other, and beyond what restrains it.
    force: (x: Tensor, seen: Tensor): Tensor => seen.reverse(-1).mul(15).sub(x),
  });

  it("are undone by as many of the opposite sign, and keep volume", () =>
    exactly(() => {
      const x = normal(key(hostKey(1)), [5, 2]).mul(2);
      const momentum = normal(key(hostKey(2)), [5, 2]);
      const there = leapfrog(motion(1), { x, momentum, seen: x.sin() }, 4);
      const back = leapfrog(motion(-1), there, 4);
      expect(most(back.x.sub(x))).toBeLessThan(1e-11);
      expect(most(back.momentum.sub(momentum))).toBeLessThan(1e-11);
      expect(most(there.x.sub(x))).toBeGreaterThan(1);
      // The Jacobian of one point in phase space, row by row.
      const start = tf.concat([x.slice([0], [1]), momentum.slice([0], [1])], -1).reshape([4]);
      const end = (at: Tensor, i: number): Scalar => {
        const [from, speed] = tf.split(at.reshape([1, 4]), 2, -1);
        const made = leapfrog(motion(1), { x: from, momentum: speed, seen: from.sin() }, 4);
        return tf.concat([made.x, made.momentum], -1).reshape([4]).gather(tf.scalar(i, "int32")) as Scalar;
      };
      const rows = [0, 1, 2, 3].map((i) => [...hostValues(gradient((at: Tensor) => end(at, i))(start).gradient)]);
      expect(Math.abs(Math.abs(determinant(rows)) - 1)).toBeLessThan(1e-9);
    }));

  it("are restrained beyond 10 alone, with slopes that join", () =>
    exactly(() => {
      const force = fromHost([-1e12, -100, -10 - 1e-9, -9.99, 0, 3, 9.99, 10 + 1e-9, 50], [9]);
      const made = [...hostValues(restrained(force))];
      const want = [...hostValues(force)].map((f) =>
        Math.abs(f) <= 10 ? f : Math.sign(f) * 10 * (1 + Math.log(Math.abs(f) / 10)),
      );
      made.forEach((value, i) => {
        expect(Math.abs(value - want[i]) / (1 + Math.abs(want[i]))).toBeLessThan(1e-14);
      });
      const slopes = [...hostValues(gradient((f: Tensor) => restrained(f).sum() as Scalar)(force).gradient)];
      [1e-11, 0.1, 1, 1, 1, 1, 1, 1, 0.2].forEach((slope, i) => {
        expect(Math.abs(slopes[i] - slope)).toBeLessThan(1e-8);
      });
    }));
});

const determinant = (rows: readonly (readonly number[])[]): number =>
  rows.length === 1
    ? rows[0][0]
    : rows[0].reduce(
        (sum, value, j) =>
          sum + (j % 2 === 0 ? 1 : -1) * value * determinant(rows.slice(1).map((row) => row.filter((_, k) => k !== j))),
        0,
      );
