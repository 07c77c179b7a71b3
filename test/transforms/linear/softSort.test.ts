import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../../src/core/double.ts";
import { hostKey } from "../../../src/core/key.ts";
import { range } from "../../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../../src/core/tensor.ts";
import { disposeTree } from "../../../src/core/tree.ts";
import { compiledEngine } from "../../../src/engine/compiled.ts";
import type { Flow } from "../../../src/flows/flow.ts";
import { linearFlow } from "../../../src/flows/linear.ts";
import { gradient } from "../../../src/ops/gradient.ts";
import { key, normal } from "../../../src/ops/random.ts";
import { softSort, sortedLinear } from "../../../src/transforms/linear/softSort.ts";
import { differences } from "../../ops/accuracy.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const vector = (values: readonly number[]): Tensor => fromHost(values, [values.length]);
const scores = [0.3, -1.2, 2, 0.1, -0.4];
const x = [10, 20, 30, 40, 50];

describe("a learned permutation", () => {
  it("sorts by the scores exactly, and back", () =>
    exactly(() => {
      const map = sortedLinear({ scores: vector(scores) }, 1);
      const sorted = map.apply(vector(x));
      expect([...hostValues(sorted)]).toEqual([20, 50, 40, 10, 30]);
      expect([...hostValues(map.solve(sorted))]).toEqual(x);
      expect(hostValues(map.logDet)[0]).toBe(0);
    }));

  it("leaves those of equal scores in their order", () =>
    exactly(() => {
      const map = sortedLinear({ scores: vector([1, 0, 1, 0, 1]) }, 1);
      expect([...hostValues(map.apply(vector(x)))]).toEqual([20, 40, 10, 30, 50]);
    }));

  it("sorts each row of a batch by its own scores", () =>
    exactly(() => {
      const map = sortedLinear({ scores: fromHost([1, 2, 2, 1], [2, 2]) }, 1);
      expect([...hostValues(map.apply(fromHost([3, 4, 3, 4], [2, 2])))]).toEqual([3, 4, 4, 3]);
    }));

  it("comes near the soft one as the temperature falls, whose rows sum to 1", () =>
    exactly(() => {
      const soft = (temperature: number): Tensor => softSort(vector(scores), temperature);
      for (const sum of hostValues(soft(1).sum(-1))) expect(sum).toBeCloseTo(1, 14);
      const rows = [...hostValues(softSort(vector(scores), 1e-3))];
      const places = range(5).map((k) => rows.slice(5 * k, 5 * k + 5).indexOf(1));
      expect(places).toEqual([1, 4, 3, 0, 2]);
    }));

  it.each(["apply", "solve"] as const)(
    "has the permutation's slopes in x and the soft one's in the scores, %s",
    (way) =>
      exactly(() => {
        const weights = normal(key(hostKey(3)), [5]);
        const total = (s: Tensor, at: Tensor): Scalar => sortedLinear({ scores: s }, 0.7)[way](at).mul(weights).sum();
        const inX = gradient((at: Tensor) => total(vector(scores), at))(vector(x)).gradient;
        const back = sortedLinear({ scores: vector(scores) }, 0.7)[way === "apply" ? "solve" : "apply"](weights);
        expect([...hostValues(inX)]).toEqual([...hostValues(back)]);
        const softly = (s: Float64Array): number =>
          tf.tidy(() => {
            const soft = softSort(fromHost(s, [5]), 0.7);
            const moved = (way === "apply" ? soft : soft.transpose()).mul(vector(x)).sum(-1);
            return hostValues(moved.mul(weights).sum())[0];
          });
        const want = differences(softly, scores, 1e-3);
        const got = hostValues(gradient((s: Tensor) => total(s, vector(x)))(vector(scores)).gradient);
        for (const i of range(5)) expect(Math.abs(got[i] - want[i]) / (1 + Math.abs(want[i]))).toBeLessThan(1e-6);
        expect(Math.max(...want.map(Math.abs))).toBeGreaterThan(0.1);
      }),
  );

  it("finds a hidden order by its gradient, compiled", () => {
    const size = 5;
    const order = [3, 0, 4, 1, 2];
    const flow = linearFlow({ kind: "permutation" }).flow(size) as Flow<unknown>;
    const fellBack: string[] = [];
    const engine = compiledEngine("f64", { warn: (message) => fellBack.push(message) });
    const step = engine.compile((params: unknown, values: Tensor) => {
      const want = values.gather(tf.tensor1d(order, "int32"), 1);
      const loss = (at: unknown): Scalar => flow.at(at).forward(values).value.sub(want).square().mean();
      const { value, gradient: slopes } = gradient(loss)(params);
      return { value, slopes };
    });
    const values = inDouble(() => normal(key(hostKey(1)), [64, size]));
    let params = inDouble(() => flow.init(key(hostKey(2)))) as { weights: { scores: Tensor }; shift: Tensor };
    const losses: number[] = [];
    for (const _ of range(200)) {
      const made = step(params, values) as { value: Scalar; slopes: typeof params };
      losses.push(hostValues(made.value)[0]);
      const scoresNow = inDouble(() => tf.tidy(() => params.weights.scores.sub(made.slopes.weights.scores.mul(0.5))));
      const shift = params.shift.clone();
      disposeTree([params, made]);
      params = { weights: { scores: scoresNow }, shift };
    }
    disposeTree([params, values]);
    expect(losses[0]).toBeGreaterThan(0.5);
    expect(losses.at(-1)).toBe(0);
    expect(fellBack).toEqual([]);
  });
});
