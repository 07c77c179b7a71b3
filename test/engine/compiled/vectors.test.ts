import { describe, expect, it } from "vitest";
import { range } from "../../../src/core/shape.ts";
import type { Scalar, Tensor } from "../../../src/core/tensor.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { gradient } from "../../../src/ops/gradient.ts";
import type { Support } from "../../../src/transforms/support.ts";
import { type Nested, type VectorRow, vectors } from "../../distributions/vectorTable.ts";
import { int, real } from "../trace/both.ts";
import { expectEnginesAgree, type Formula, runEagerly, runTraced } from "./agreement.ts";
import { expectDifferences, withSlopesIn } from "./differences.ts";

const flat = (x: Nested): number[] => (typeof x === "number" ? [x] : x.flatMap(flat));
const shapeOf = (x: Nested): number[] => (typeof x === "number" ? [] : [x.length, ...(x.length ? shapeOf(x[0]) : [])]);
const host = (x: Nested): HostArray => real(shapeOf(x), flat(x));
const parametersOf = ({ parameters }: VectorRow): HostArray[] => parameters.map(host);
const isContinuous = (row: VectorRow): boolean => "forward" in row.make(row.parameters as never).support;

const precisions = ["f64", "f32"] as const;

describe.each(Object.entries(vectors))("%s", (name, row) => {
  const slopes = (row.real ?? range(row.parameters.length)).map((i) => i + 1);
  const points = host(row.points);
  const logProbs: Formula = ([x, ...all]) => row.make(all).logProb(x);
  const total = (inputs: readonly Tensor[]): Tensor => (logProbs([...inputs]) as Tensor).sum();

  it.each(precisions)("has one log density and gradient in both engines, %s", (precision) => {
    const formula = slopes.length > 0 ? withSlopesIn(total, slopes) : total;
    expectEnginesAgree(name, formula, [points, ...parametersOf(row)], { precision });
  });

  it.each(precisions)("is −∞ and NaN in the same places, %s", (precision) => {
    const spoilt = host(row.points[0]);
    spoilt.values[0] = Number.NaN;
    for (const x of [...(row.outside ?? []).map(host), spoilt]) {
      expectEnginesAgree(name, logProbs, [x, ...parametersOf(row)], { precision });
      expectEnginesAgree(
        `${name}, support`,
        ([at, ...all]) => row.make(all).support.contains(at),
        [x, ...parametersOf(row)],
        { precision },
      );
    }
  });

  it("has the gradient of finite differences", () => {
    expectDifferences(name, total, [points, ...parametersOf(row)], slopes);
  });

  it("draws the same in both engines", () => {
    const draw: Formula = ([key, ...all]) => row.make(all).sample(key as never, [100]);
    for (const hard of [row.parameters, ...(row.hard ?? [])]) {
      const inputs = [int([2], [3, 9]), ...parametersOf({ ...row, parameters: hard })];
      const [[got], [want]] = [runTraced(draw, inputs), runEagerly(draw, inputs)];
      const largest = Math.max(...[...want.values].map(Math.abs));
      const apart = [...want.values].filter((x, i) =>
        isContinuous(row) ? !(Math.abs(got.values[i] - x) <= 1e-12 * largest) : got.values[i] !== x,
      );
      expect(apart, `${name}(${JSON.stringify(hard)}): draws that differ`).toEqual([]);
    }
  });
});

describe.each(Object.entries(vectors).filter(([, row]) => isContinuous(row)))("%s", (name, row) => {
  it("moves its draws with the parameters as in eager", () => {
    const total = ([key, ...all]: readonly Tensor[]): Tensor =>
      row
        .make(all)
        .sample(key as never, [20])
        .atan()
        .sum();
    const slopes = range(row.parameters.length).map((i) => i + 1);
    expectEnginesAgree(name, withSlopesIn(total, slopes), [int([2], [3, 9]), ...parametersOf(row)]);
  });

  it("has the second slopes of differences, along its support and in the first parameter", () => {
    const support = row.make(row.parameters as never).support as Support;
    const free = support.domain(shapeOf(row.points[0]));
    const z = real(
      free,
      range(free.reduce((a, b) => a * b, 1)).map((i) => 0.4 * Math.sin(2 * i + 1)),
    );
    const total = ([at, first, ...rest]: readonly Tensor[]): Tensor => {
      const made = gradient(
        (own: readonly Tensor[]) =>
          row
            .make([own[1], ...rest])
            .logProb((row.make([own[1], ...rest]).support as Support).forward(own[0]).value)
            .sum() as Scalar,
      )([at, first]);
      return made.gradient[0].square().sum().add(made.gradient[1].sin().sum());
    };
    expectDifferences(name, total, [z, ...parametersOf(row)], [0, 1], { tolerance: 1e-6 });
  });
});
