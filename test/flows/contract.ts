import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree, leaves, mapTree, paths } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import type { Flow, Given } from "../../src/flows/flow.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal } from "../../src/ops/random.ts";
import type { Bijection, Mapped } from "../../src/transforms/transform.ts";
import { moved } from "../guides/table.ts";
import { differences } from "../ops/accuracy.ts";
import { jacobianOf, logAbsDet } from "./jacobian.ts";

/** What the contract of flows needs to know of a member: a new one is a new row. */
export interface FlowRow {
  readonly flow: (size: number, context?: number) => Flow<unknown>;
  /** [1, 2, 5] unless said. */
  readonly sizes?: readonly number[];
  /** How far from their start parameters are moved, in standard deviations of 1: 0.5 unless said. */
  readonly spread?: number;
  /** How far inverse(forward(x)) may lie from x, in units of 1 + |x|: 1e-10, as a formula should, unless said. */
  readonly inverse?: number;
  /** How far a log-determinant may lie from that of the numeric Jacobian: 1e-7 unless said. */
  readonly logDet?: number;
  /** How far a slope may lie from finite differences, in units of 1 + its size: 1e-6 unless said. */
  readonly slope?: number;
  /** Whether it can look at a context: true unless said. */
  readonly conditional?: boolean;
  /** Whether finite differences are taken of the compiled program, where a way takes so many ops that eager ones take long. */
  readonly compiled?: boolean;
  /** Parameters (the end of their path) that no gradient reaches by right, with the reason. */
  readonly flat?: Readonly<Record<string, string>>;
}

const usualSizes: readonly number[] = [1, 2, 5];

type Way = "forward" | "inverse";
const ways: readonly Way[] = ["forward", "inverse"];

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const contextSize = 3;
const contextRow = [0.7, -1.1, 0.4];

const flowOf = (row: FlowRow, size: number, context = 0): Flow<unknown> => row.flow(size, context);

/** Parameters far from where they start. */
const paramsOf = (row: FlowRow, flow: Flow<unknown>, seed: number): unknown =>
  moved(flow.init(key(hostKey(seed))), row.spread ?? 0.5, seed + 50);

const mapOf = (row: FlowRow, size: number, seed: number, given?: Given): Bijection => {
  const flow = flowOf(row, size, given?.context ? contextSize : 0);
  return flow.at(paramsOf(row, flow, seed), given);
};

/** A fixed combination of all that a way gives, with slopes of ordinary size. */
const combined = ({ value, logDet }: Mapped): Scalar => {
  const weights = normal(key(hostKey(77)), value.shape);
  const rows = normal(key(hostKey(78)), logDet.shape);
  return value.mul(weights).sum().add(logDet.mul(rows).sum()) as Scalar;
};

const farthest = (got: ArrayLike<number>, want: ArrayLike<number>): number => {
  expect(got.length).toBe(want.length);
  return Math.max(0, ...Array.from(want, (w, i) => Math.abs(got[i] - w) / (1 + Math.abs(w)))) + nans(got);
};
const nans = (x: ArrayLike<number>): number => (Array.from(x).some(Number.isNaN) ? Number.NaN : 0);

/** Points to map, each way: draws, and for the way back what draws go to. */
const pointsFor = (map: Bijection, way: Way, size: number, seed: number): Tensor => {
  const x = normal(key(hostKey(seed)), [3, size]).mul(1.5);
  return way === "forward" ? x : map.forward(x).value;
};

/** Of differences over wide steps, which curvature and knots spoil, and over narrow ones, which rounding spoils, the nearest. */
const nearest = (error: (step: number) => number): number =>
  [1e-3, 1e-4, 1e-5].reduce(
    (least, step) => (least < 1e-8 ? least : Math.min(least, error(step))),
    Number.POSITIVE_INFINITY,
  );

const slopesAgree = (row: FlowRow, size: number, context: number): void => {
  const flow = flowOf(row, size, context);
  const params = paramsOf(row, flow, 3);
  const given: Given = context ? { context: fromHost(contextRow, [contextSize]) } : {};
  const limit = row.slope ?? 1e-6;
  const reason = (path: string): string | undefined =>
    Object.entries(row.flat ?? {}).find(([end]) => path.endsWith(end))?.[1];
  for (const way of ways) {
    const x = pointsFor(flow.at(params, given), way, size, 30);
    const total = (at: unknown, z: Tensor): Scalar => combined(flow.at(at, given)[way](z));
    const value = row.compiled ? compiledEngine("f64").compile(total) : total;
    const inputs = gradient((z: Tensor) => total(params, z))(x).gradient;
    const near = (step: number): number => {
      const at = (z: Float64Array): number => tf.tidy(() => hostValues(value(params, fromHost(z, x.shape)))[0]);
      return farthest(hostValues(inputs), differences(at, hostValues(x), step));
    };
    expect(nearest(near), `${way}: inputs`).toBeLessThan(limit);
    const slopes = leaves(gradient((at: unknown) => total(at, x))(params).gradient);
    for (const [i, path] of paths(params).entries()) {
      const drawn = normal(key(hostKey(100 + i)), leaves(params)[i].shape);
      const direction = drawn.div(drawn.norm());
      const along = (t: number): number =>
        tf.tidy(() => {
          const shifted = mapTree(params, (leaf, j) => (j === i ? leaf.add(direction.mul(t)) : leaf));
          return hostValues(value(shifted, x))[0];
        });
      const got = hostValues(slopes[i].mul(direction).sum())[0];
      const nearAlong = (step: number): number =>
        farthest(
          [got],
          differences(([t]) => along(t - 1), [1], step),
        );
      expect(nearest(nearAlong), `${way}: ${path}`).toBeLessThan(limit);
      // A slope of 0 would agree with differences of 0: every parameter has to do something, unless the size leaves it nothing to look at.
      if (size === Math.max(...(row.sizes ?? usualSizes)) && reason(path) === undefined && way === "forward")
        expect(hostValues(slopes[i].abs().sum())[0], `${path} does nothing`).toBeGreaterThan(0);
    }
  }
};

/** The law of flows, over those who keep it. */
export const flowContract = (rows: Readonly<Record<string, FlowRow>>): void =>
  describe.each(Object.entries(rows))("%s", (_, row) => {
    const sizes = row.sizes ?? usualSizes;
    const largest = sizes[sizes.length - 1];
    /** Slopes are taken where a flow is largest, and where it is smallest: a single coordinate has no others to look at. */
    const extremes = [...new Set([sizes[0], largest])];

    it.each(sizes)("goes back where it came from, size %i", (size) =>
      exactly(() => {
        for (const seed of [1, 2, 3]) {
          const map = mapOf(row, size, seed);
          const x = normal(key(hostKey(seed + 9)), [4, size]).mul(1.5);
          const there = map.forward(x);
          const back = map.inverse(there.value);
          const tolerance = row.inverse ?? 1e-10;
          expect(farthest(hostValues(back.value), hostValues(x)), `seed ${seed}`).toBeLessThanOrEqual(tolerance);
          expect(
            farthest(hostValues(back.logDet.neg()), hostValues(there.logDet)),
            `log-det, seed ${seed}`,
          ).toBeLessThanOrEqual(10 * tolerance);
        }
      }),
    );

    it.each(sizes)("knows its Jacobian far from its start, size %i", (size) =>
      exactly(() => {
        for (const seed of [1, 2, 3]) {
          const map = mapOf(row, size, seed);
          const x = [...hostValues(normal(key(hostKey(seed + 20)), [size]).mul(1.5))];
          const { value, logDet } = map.forward(fromHost(x, [size]));
          expect([value.shape, logDet.shape]).toEqual([[size], []]);
          const error = (step: number): number => Math.abs(hostValues(logDet)[0] - logAbsDet(jacobianOf(map, x, step)));
          expect(nearest(error), `seed ${seed}`).toBeLessThan(row.logDet ?? 1e-7);
        }
      }),
    );

    it("maps each of a batch by itself, either way", () =>
      exactly(() => {
        const map = mapOf(row, largest, 4);
        const x = normal(key(hostKey(9)), [2, 2, largest]);
        for (const way of ways) {
          const all = map[way](x);
          expect([all.value.shape, all.logDet.shape]).toEqual([
            [2, 2, largest],
            [2, 2],
          ]);
          const one = map[way](x.slice([1, 0, 0], [1, 1, largest]).reshape([largest]));
          const tolerance = Math.max(1e-12, row.inverse ?? 0);
          const own = all.value.slice([1, 0, 0], [1, 1, largest]);
          expect(farthest(hostValues(own), hostValues(one.value))).toBeLessThanOrEqual(tolerance);
          expect(farthest([hostValues(all.logDet)[2]], hostValues(one.logDet))).toBeLessThanOrEqual(10 * tolerance);
        }
        expect(map.domain([7, largest])).toEqual([7, largest]);
      }));

    it.each(extremes)("has right slopes in its input and in every parameter, either way, size %i", (size) =>
      exactly(() => slopesAgree(row, size, 0)),
    );

    it("begins near the identity or an orthogonal map: it neither swells nor shrinks space much", () =>
      exactly(() => {
        const flow = flowOf(row, largest);
        const { value, logDet } = flow.at(flow.init(key(hostKey(1)))).forward(normal(key(hostKey(2)), [64, largest]));
        expect(Math.abs(hostValues(logDet.mean())[0]) / largest).toBeLessThan(0.5);
        expect(hostValues(value.square().mean())[0]).toBeGreaterThan(0.3);
        expect(hostValues(value.square().mean())[0]).toBeLessThan(3);
      }));

    it("has finite numbers and slopes in single precision, from near to far, either way", () =>
      tf.tidy(() => {
        const flow = flowOf(row, largest);
        const params = flow.init(key(hostKey(5)));
        const noise = normal(key(hostKey(6)), [3, largest]);
        for (const far of [0, 1, 20])
          for (const way of ways) {
            const total = (at: unknown): Scalar => {
              const { value, logDet } = flow.at(at)[way](noise.mul(far));
              return value.mul(1e-2).square().sum().add(logDet.sum()) as Scalar;
            };
            const { value, gradient: slopes } = gradient(total)(params);
            for (const tensor of [value, ...leaves(slopes)])
              expect([...hostValues(tensor)].every(Number.isFinite), `${way}, ${far} out`).toBe(true);
          }
      }));

    it("gives the same numbers and slopes compiled as op by op", () => {
      const size = largest;
      const flow = flowOf(row, size);
      const run = (engine: ReturnType<typeof eagerEngine>): number[][] => {
        const made = engine.compile(() => ({
          params: paramsOf(row, flow, 6),
          x: normal(key(hostKey(8)), [3, size]),
        }))();
        const program = engine.compile((params: unknown, x: Tensor) =>
          ways.map((way) => {
            const { value, logDet } = flow.at(params)[way](x);
            const { gradient: slopes } = gradient((at: unknown) => combined(flow.at(at)[way](x)))(params);
            return [value, logDet, ...leaves(slopes)];
          }),
        )(made.params, made.x);
        const numbers = program.flat().map((tensor) => [...hostValues(tensor)]);
        disposeTree([made, program]);
        return numbers;
      };
      const fellBack: string[] = [];
      const before = tf.memory().numTensors;
      const compiled = run(compiledEngine("f64", { warn: (message) => fellBack.push(message) }));
      const eager = run(eagerEngine("f64"));
      expect(tf.memory().numTensors).toBe(before);
      expect(fellBack).toEqual([]);
      const tolerance = Math.max(1e-9, 100 * (row.inverse ?? 0));
      for (const [i, numbers] of eager.entries())
        expect(farthest(compiled[i], numbers), `output ${i}`).toBeLessThan(tolerance);
    });

    if (row.conditional ?? true) {
      it("looks at its context, row by row, and keeps its laws there", () =>
        exactly(() => {
          const rowsOf = (first: number): Tensor => fromHost([first, 0.2, -0.5, 1, 0.4, 0.3], [2, contextSize]);
          const x = normal(key(hostKey(3)), [2, largest]);
          const at = (context: Tensor): Mapped => mapOf(row, largest, 5, { context }).forward(x);
          const [one, other] = [at(rowsOf(0)), at(rowsOf(1))].map(({ value }) => [...hostValues(value)]);
          const cut = largest;
          // To rounding: a root takes as many steps as its batch does.
          expect(farthest(one.slice(cut), other.slice(cut))).toBeLessThanOrEqual(1e-13);
          expect(one.slice(0, cut)).not.toEqual(other.slice(0, cut));
          const map = mapOf(row, largest, 5, { context: fromHost(contextRow, [contextSize]) });
          const there = map.forward(x);
          expect(farthest(hostValues(map.inverse(there.value).value), hostValues(x))).toBeLessThanOrEqual(
            row.inverse ?? 1e-10,
          );
          const point = range(largest).map((i) => 0.3 * i - 0.2);
          expect(
            Math.abs(hostValues(map.forward(fromHost(point, [largest])).logDet)[0] - logAbsDet(jacobianOf(map, point))),
          ).toBeLessThan(row.logDet ?? 1e-7);
        }));

      it.each(extremes)("has right slopes behind a context, size %i", (size) =>
        exactly(() => slopesAgree(row, size, contextSize)),
      );

      it("says what is wrong with a context", () =>
        exactly(() => {
          const x = normal(key(hostKey(3)), [2, largest]);
          const bare = mapOf(row, largest, 5);
          const flow = flowOf(row, largest, contextSize);
          const params = paramsOf(row, flow, 5);
          expect(() => flow.at(params).forward(x)).toThrow(/context/);
          expect(() => flow.at(params, { context: fromHost([1, 2], [2]) }).forward(x)).toThrow(/context/);
          expect(bare.forward(x).value.shape).toEqual([2, largest]);
        }));
    } else
      it("says that it takes no context", () => {
        expect(() => flowOf(row, largest, contextSize)).toThrow(/context/);
      });
  });
