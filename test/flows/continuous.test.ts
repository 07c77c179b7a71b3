import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree, leaves, mapTree } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import { type ContinuousOptions, continuous } from "../../src/flows/continuous.ts";
import type { Given } from "../../src/flows/flow.ts";
import { fieldOf, type SmoothUnit } from "../../src/nn/field.ts";
import type { Layer } from "../../src/nn/mlp.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal, splitMany } from "../../src/ops/random.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import type { Mapped } from "../../src/transforms/transform.ts";
import { moved } from "../guides/table.ts";

/** By scipy 1.17.1: scripts/reference/continuous.py. */
interface Known {
  readonly activation: SmoothUnit;
  readonly hidden: readonly number[];
  readonly context: readonly number[];
  readonly layers: readonly (readonly [w: readonly (readonly number[])[], b: readonly number[]])[];
  readonly x: readonly number[];
  readonly value: readonly number[];
  readonly logDet: number;
  readonly slopeInX: readonly number[];
  readonly slopeInFirstWeights: readonly number[];
}
const known = JSON.parse(readFileSync(new URL("../known/flows/continuous.json", import.meta.url), "utf8")) as Readonly<
  Record<string, Known>
>;

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

const farthest = (got: ArrayLike<number>, want: ArrayLike<number>): number => {
  expect(got.length).toBe(want.length);
  return Math.max(...Array.from(want, (w, i) => Math.abs(got[i] - w) / (1 + Math.abs(w))));
};

const layersOf = ({ layers }: Known): Layer[] =>
  layers.map(([w, b]) => ({ w: fromHost(w.flat(), [w.length, b.length]), b: fromHost(b, [b.length]) }));
const givenOf = ({ context }: Known): Given =>
  context.length > 0 ? { context: fromHost(context, [context.length]) } : {};

interface Outcome {
  readonly value: Float64Array;
  readonly logDet: number;
  readonly back: Float64Array;
  readonly slopeInX: Float64Array;
  readonly slopeInFirstWeights: readonly number[];
}

/** What the flow makes of a known case, with the slopes of Σ sin of value and log-determinant. */
const outcomeOf = (row: Known, options: ContinuousOptions, engine = compiledEngine("f64")): Outcome => {
  const { x, hidden, activation, context } = row;
  const flow = continuous({ hidden, activation, ...options }).flow(x.length, context.length);
  const inputs = engine.compile(() => ({ z: fromHost(x, [x.length]), layers: layersOf(row), given: givenOf(row) }))();
  const parts = engine.compile(({ z, layers, given }: typeof inputs) => {
    const total = (from: { z: Tensor; layers: Layer[] }): Scalar => {
      const { value, logDet } = flow.at(from.layers, given).forward(from.z);
      return value.sin().sum().add(logDet.sin()) as Scalar;
    };
    const slopes = gradient(total)({ z, layers }).gradient;
    const map = flow.at(layers, given);
    const { value, logDet } = map.forward(z);
    return [value, logDet, map.inverse(value).value, slopes.z, ...slopes.layers.map(({ w }) => w)];
  })(inputs);
  const [value, logDet, back, slopeInX, ...weights] = parts.map((tensor) => hostValues(tensor).slice());
  disposeTree([inputs, parts]);
  return { value, logDet: logDet[0], back, slopeInX, slopeInFirstWeights: weights.map(([first]) => first) };
};

/** The largest distance of an outcome from what is known. */
const errorOf = (row: Known, made: Outcome): number =>
  Math.max(
    farthest([...made.value, made.logDet], [...row.value, row.logDet]),
    farthest(made.slopeInX, row.slopeInX),
    farthest(made.slopeInFirstWeights, row.slopeInFirstWeights),
  );

describe.each(Object.entries(known))("continuous, %s", (name, row) => {
  it("comes nearer to what scipy says with the fourth power of the steps", () => {
    const [coarse, fine] = [16, 32].map((steps) => errorOf(row, outcomeOf(row, { steps })));
    expect(Math.log2(coarse / fine)).toBeGreaterThan(3.5);
    expect(fine).toBeLessThan(1e-4);
  });

  // The references' slopes are good to 1e-9; dopri5 sums local errors of 1e-10 over some tens of steps.
  if (["one, tanh", "two, softplus, a context", "three, swish"].includes(name))
    it("is where scipy says, with slopes by the adjoint", () => {
      const close = { method: "dopri5", relative: 1e-10, absolute: 1e-10, maxSteps: 300 } as const;
      const made = outcomeOf(row, { ...close, gradient: "adjoint" });
      expect(errorOf(row, made)).toBeLessThan(2e-8);
      expect(farthest(made.back, row.x)).toBeLessThan(2e-8);
    });
});

describe("continuous", () => {
  const row = known["two, softplus, a context"];

  it("keeps its log-determinants right where the velocity is steep, which a few equal steps do not", () => {
    const engine = compiledEngine("f64");
    const [x, layers] = engine.compile(() => {
      const { init } = continuous({ hidden: 16 }).flow(2);
      return [normal(key(hostKey(3)), [20, 2]), moved(init(key(hostKey(4))), 1, 9)] as const;
    })();
    const logDets = (options: ContinuousOptions): Float64Array => {
      const flow = continuous({ hidden: 16, ...options }).flow(2);
      const made = engine.compile((at: typeof layers, z: Tensor) => flow.at(at).inverse(z).logDet)(layers, x);
      const values = hostValues(made);
      made.dispose();
      return values;
    };
    const fine = logDets({ steps: 2_000 });
    const worst = (options: ContinuousOptions): number =>
      Math.max(...logDets(options).map((logDet, i) => Math.abs(logDet - fine[i])));
    expect(worst({ steps: 8 })).toBeGreaterThan(0.1);
    expect(worst({})).toBeLessThan(2e-3);
    disposeTree([x, layers]);
  });

  it("goes directly through chosen steps as it goes by the adjoint", () => {
    const options = { method: "dopri5", relative: 1e-8, absolute: 1e-8, maxSteps: 64 } as const;
    expect(errorOf(row, outcomeOf(row, { ...options, gradient: "direct" }))).toBeLessThan(1e-6);
    const eager = outcomeOf(row, { ...options, gradient: "adjoint" }, eagerEngine("f64"));
    const compiled = outcomeOf(row, { ...options, gradient: "adjoint" });
    expect(farthest(eager.slopeInX, compiled.slopeInX)).toBeLessThan(1e-10);
    expect(farthest(eager.slopeInFirstWeights, compiled.slopeInFirstWeights)).toBeLessThan(1e-10);
  });

  it("comes nearer with the fourth power of the steps by the adjoint too", () => {
    const [coarse, fine] = [16, 32].map((steps) => errorOf(row, outcomeOf(row, { steps, gradient: "adjoint" })));
    expect(Math.log2(coarse / fine)).toBeGreaterThan(3.5);
  });

  it("is as exact as its tolerance", () => {
    for (const [method, tolerance] of [
      ["dopri5", 1e-3],
      ["dopri5", 1e-6],
      ["bosh3", 1e-4],
    ] as const) {
      const made = outcomeOf(row, {
        method,
        relative: tolerance,
        absolute: tolerance,
        maxSteps: 200,
        gradient: "adjoint",
      });
      expect(errorOf(row, made), `${method}, ${tolerance}`).toBeLessThan(30 * tolerance);
    }
  });

  it.each(["direct", "adjoint"] as const)("is NaN where the steps do not suffice, %s", (way) => {
    const made = outcomeOf(row, { method: "dopri5", relative: 1e-9, absolute: 1e-9, maxSteps: 2, gradient: way });
    expect([...made.value, made.logDet].every(Number.isNaN)).toBe(true);
  });

  it("has the divergence's slopes by the adjoint from a context, either way, with and without a probe", () => {
    const flowWith = (options: ContinuousOptions) =>
      continuous({ hidden: [5, 4], trace: "hutchinson", ...options }).flow(2, 3);
    const engine = compiledEngine("f64", { warn: (message) => expect.unreachable(message) });
    const slopes = (options: ContinuousOptions): number[] => {
      const flow = flowWith(options);
      const inputs = engine.compile(() => ({
        params: moved(flow.init(key(hostKey(1))), 0.5, 2),
        context: normal(key(hostKey(3)), [4, 3]),
        x: normal(key(hostKey(4)), [4, 2]),
      }))();
      const made = engine.compile(({ params, context, x }: typeof inputs) => {
        return (["forward", "inverse"] as const).flatMap((way) =>
          [undefined, key(hostKey(5))].flatMap((probe) => {
            const total = (at: { context: Tensor; x: Tensor; params: unknown }): Scalar => {
              const map = flow.at(at.params as Layer[], { context: at.context, key: probe });
              const { value, logDet } = map[way](at.x);
              return value.sin().sum().add(logDet.square().sum()) as Scalar;
            };
            return leaves(gradient(total)({ context, x, params }).gradient);
          }),
        );
      })(inputs);
      const numbers = made.flatMap((tensor) => [...hostValues(tensor)]);
      disposeTree([inputs, made]);
      return numbers;
    };
    const direct = slopes({ steps: 40 });
    const adjoint = slopes({ method: "dopri5", relative: 1e-9, absolute: 1e-9, maxSteps: 200, gradient: "adjoint" });
    expect(farthest(adjoint, direct)).toBeLessThan(1e-5);
  });

  it("has a density that integrates to one, by its inverse alone", () => {
    const flow = continuous({ hidden: [6, 6], steps: 16 }).flow(2);
    const [half, step] = [9, 0.15];
    const line = range(Math.round((2 * half) / step) + 1).map((i) => i * step - half);
    const engine = compiledEngine("f64");
    const corners = line.flatMap((a) => line.flatMap((b) => [a, b]));
    const grid = engine.tensor(corners, [line.length ** 2, 2]);
    const total = engine.compile((points: Tensor) => {
      const map = flow.at(moved(flow.init(key(hostKey(1))), 0.5, 3));
      const { value, logDet } = map.inverse(points);
      return standardLogProb(value).add(logDet).exp().sum();
    })(grid);
    // The solver's error; the trapezoidal rule is far nearer on so smooth a function.
    expect(Math.abs(hostValues(total)[0] * step ** 2 - 1)).toBeLessThan(1e-5);
    disposeTree([grid, total]);
  });

  it.each([[[5]], [[4, 5]], [[3, 4, 5]]])("has probes whose mean over all signs is the divergence, %j", (hidden) =>
    exactly(() => {
      const size = 3;
      const layers = moved(
        continuous({ hidden })
          .flow(size)
          .init(key(hostKey(1))),
        0.7,
        2,
      );
      const corners = range(2 ** size).flatMap((i) => range(size).map((j) => ((i >> j) & 1 ? 1 : -1)));
      const probe = fromHost(corners, [2 ** size, size]);
      const x = fromHost([0.3, -1, 0.8], [1, size]);
      const parts = { size, unit: "swish" as const };
      const exact = fieldOf(layers, parts)(tf.scalar(0.4), x);
      const along = fieldOf(layers, { ...parts, probe })(tf.scalar(0.4), x.tile([2 ** size, 1]));
      expect(farthest(hostValues(along.divergence.mean()), hostValues(exact.divergence))).toBeLessThan(1e-13);
      expect(farthest(hostValues(along.value.mean(0)), hostValues(exact.value))).toBeLessThan(1e-13);
      expect(hostValues(along.divergence.sub(exact.divergence).abs().max())[0]).toBeGreaterThan(1e-3);
    }),
  );

  it("estimates log-determinants without bias where it has a key, with the same values", () => {
    const flow = continuous({ hidden: [6, 6], trace: "hutchinson", steps: 4 }).flow(3);
    expect([flow.random, continuous().flow(3).random]).toEqual([true, false]);
    const engine = compiledEngine("f64");
    const point = engine.tensor([0.5, -0.7, 1.1], [1, 3]);
    const run = engine.compile((at: Tensor) => {
      const params = moved(flow.init(key(hostKey(1))), 0.5, 3);
      const x = at.tile([4000, 1]);
      const through = (given: Given): Mapped => flow.at(params, given).forward(x);
      const estimated = through({ key: key(hostKey(9)) });
      const exact = through({});
      return [estimated.logDet, exact.logDet, estimated.value.sub(exact.value).abs().max()];
    })(point);
    const [estimated, exact, apart] = run.map((tensor) => hostValues(tensor));
    const mean = estimated.reduce((sum, v) => sum + v, 0) / estimated.length;
    const sd = Math.sqrt(estimated.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (estimated.length - 1));
    expect(sd).toBeGreaterThan(0.01);
    expect(Math.abs(mean - exact[0]) / (sd / Math.sqrt(estimated.length))).toBeLessThan(4.5);
    expect(apart[0]).toBeLessThan(1e-13);
    disposeTree([point, run]);
  });

  it("uses another probe for every row and key", () =>
    exactly(() => {
      const flow = continuous({ hidden: 6, trace: "hutchinson", steps: 2 }).flow(2);
      const params = moved(flow.init(key(hostKey(1))), 0.8, 3);
      const keys = splitMany(key(hostKey(4)), 2).unstack(0);
      const rows = keys.map((own) => [
        ...hostValues(flow.at(params, { key: own as never }).forward(tf.ones([12, 2])).logDet),
      ]);
      expect(new Set(rows[0]).size).toBeGreaterThan(1);
      expect(rows[0]).not.toEqual(rows[1]);
    }));

  it("keeps no tensors, by the adjoint in eager", () => {
    const engine = eagerEngine("f64");
    const before = tf.memory().numTensors;
    const flow = continuous({ hidden: 4, steps: 3, gradient: "adjoint" }).flow(2);
    const made = engine.compile(() => {
      const params = flow.init(key(hostKey(1)));
      return gradient(
        (at: typeof params) =>
          flow
            .at(at)
            .forward(tf.ones([2, 2]))
            .logDet.sum() as Scalar,
      )(params);
    })();
    expect(mapTree(made.gradient, (leaf) => leaf).length).toBe(2);
    disposeTree(made);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    [{ activation: "relu" }, /activation: expected "tanh", "softplus" or "swish", got "relu"/],
    [{ method: "rk45" }, /method: expected "rk4", .*got "rk45"/],
    [{ steps: 0 }, /steps/],
    [{ steps: 4, method: "dopri5" }, /steps has no meaning for dopri5/],
    [{ steps: 4, relative: 1e-3 }, /relative has no meaning for rk4/],
    [{ method: "dopri5", absolute: 0 }, /absolute/],
    [{ trace: "none" }, /trace: expected "exact" or "hutchinson"/],
    [{ gradient: "backward" }, /gradient: expected "direct" or "adjoint"/],
    [{ layers: 3 }, /layers/],
    [{ hidden: [0] }, /hidden/],
  ])("refuses %j", (options, message) => {
    expect(() => continuous(options as never)).toThrow(message);
  });
});
