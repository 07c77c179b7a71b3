import { describe, expect, it } from "vitest";
import { range } from "../../../src/core/shape.ts";
import type { Scalar, Tensor } from "../../../src/core/tensor.ts";
import type { Continuous } from "../../../src/distributions/distribution.ts";
import { multivariateNormal } from "../../../src/distributions/index.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { gradient } from "../../../src/ops/gradient.ts";
import { build, continuous, discrete, type Row, scalars, type Value } from "../../distributions/table.ts";
import { int, real } from "../trace/both.ts";
import { expectEnginesAgree, type Formula, runEagerly, runTraced } from "./agreement.ts";
import { expectDifferences, withSlopesIn } from "./differences.ts";

const shapeOf = (x: Value): number[] => (typeof x === "number" ? [] : [x.length]);
const parametersOf = ({ parameters }: Row): HostArray[] =>
  parameters.map((x) => real(shapeOf(x), [x].flat() as number[]));
/** The parameters once for each point. */
const repeated = ({ parameters }: Row, count: number): HostArray[] =>
  parameters.map((x) =>
    real(
      [count, ...shapeOf(x)],
      range(count).flatMap(() => [x].flat() as number[]),
    ),
  );

/** Points inside and on edges of supports, far outside and not numbers. */
const edges = [-1e6, -1, -0.5, 0, 0.25, 1, 2, 3, 1e6, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN];

const precisions = ["f64", "f32"] as const;

/**
 * How far a draw may be off: an exponential multiplies what rounding did to its argument log |x| by that number. A quotient may be off by
 * 1½ units where the compiled engine multiplies by a reciprocal, and the logarithm in it by another in either engine.
 */
const roundingOf = (x: number): number =>
  Math.abs(x) * Math.max(1e-13, 4 * Number.EPSILON * Math.abs(Math.log(Math.abs(x) || 1)));

describe.each(Object.entries(scalars))("%s", (name, row) => {
  const parameters = row.real ?? row.parameters.map((_, i) => i);
  /** In the parameters, and in x where it is continuous: inputs are x and the parameters. */
  const slopes = [...(name in continuous ? [0] : []), ...parameters.map((i) => i + 1)];
  const logProbs: Formula = ([x, ...all]) => build(row, all).logProb(x);
  const total = (inputs: readonly Tensor[]): Tensor => (logProbs([...inputs]) as Tensor).sum();

  it.each(precisions)("has one log density and gradient in both engines, %s", (precision) => {
    const inputs = [real([row.points.length], row.points), ...parametersOf(row)];
    expectEnginesAgree(name, withSlopesIn(total, slopes), inputs, { precision });
  });

  it.each(precisions)("is −∞ and NaN in the same places, %s", (precision) => {
    const points = [...row.points, ...edges];
    const inputs = [real([points.length], points), ...repeated(row, points.length)];
    expectEnginesAgree(name, logProbs, inputs, { precision });
    expectEnginesAgree(`${name}, slopes`, withSlopesIn(total, slopes), inputs, { precision });
    expectEnginesAgree(`${name}, support`, ([x, ...all]) => build(row, all).support.contains(x), inputs, { precision });
  });

  it("has the gradient of finite differences", () => {
    expectDifferences(name, total, [real([row.points.length], row.points), ...parametersOf(row)], slopes);
  });

  it("draws the same in both engines", () => {
    const draw: Formula = ([key, ...all]) => build(row, all).sample(key as never, [500]);
    for (const hard of [row.parameters, ...(row.hard ?? [])]) {
      const inputs = [int([2], [3, 9]), ...parametersOf({ ...row, parameters: hard })];
      const [[got], [want]] = [runTraced(draw, inputs), runEagerly(draw, inputs)];
      const apart = [...want.values].filter((x, i) =>
        name in discrete ? got.values[i] !== x : !(Math.abs(got.values[i] - x) <= roundingOf(x)),
      );
      expect(apart, `${name}(${hard}): draws that differ`).toEqual([]);
    }
  });
});

describe.each(Object.entries(continuous))("draws of %s", (name, row) => {
  it.each(precisions)("move with the parameters as in eager, %s", (precision) => {
    const total = ([key, ...all]: readonly Tensor[]): Tensor =>
      (build(row, all) as Continuous)
        .sample(key as never, [40])
        .atan()
        .sum();
    const inputs = [int([2], [3, 9]), ...parametersOf(row)];
    const slopes = row.parameters.map((_, i) => i + 1);
    expectEnginesAgree(name, withSlopesIn(total, slopes), inputs, { precision });
  });
});

describe("multivariateNormal", () => {
  const covariance = real([3, 3], [4, 1, 0.5, 1, 2, -0.25, 0.5, -0.25, 1]);
  const loc = real([3], [1, -2, 3]);
  const x = real([4, 3], [0, 0, 0, 1, 2, 3, -4, 5, 2.5, 1, -2, 3]);
  /** Only symmetric matrices are covariances: slopes in one half of it. */
  const spread = (c: Tensor): { covariance: Tensor } => ({ covariance: c.add(c.transpose()).div(2) });
  const total = ([at, mean, c]: readonly Tensor[]): Tensor =>
    multivariateNormal(mean as never, spread(c))
      .logProb(at)
      .sum();

  it.each(precisions)("has one log density, gradient and draws in both engines, %s", (precision) => {
    expectEnginesAgree("log density", withSlopesIn(total, [0, 1, 2]), [x, loc, covariance], { precision });
    const draws = ([key, mean, c]: readonly Tensor[]): Tensor =>
      multivariateNormal(mean as never, spread(c))
        .sample(key as never, [20])
        .sin()
        .sum();
    expectEnginesAgree("draws", withSlopesIn(draws, [1, 2]), [int([2], [3, 9]), loc, covariance], { precision });
  });

  it("has the gradient of finite differences, and a second one as in eager's", () => {
    expectDifferences("multivariateNormal", total, [x, loc, covariance], [0, 1, 2]);
  });

  it("is NaN where the matrix is no covariance", () => {
    const wrong = real([3, 3], [4, 1, 0.5, 1, -2, -0.25, 0.5, -0.25, 1]);
    const { results } = expectEnginesAgree(
      "no covariance",
      ([at, mean, c]) => multivariateNormal(mean as never, spread(c)).logProb(at),
      [x, loc, wrong],
    );
    expect([...results[0].values].every(Number.isNaN)).toBe(true);
  });
});

describe("second slopes", () => {
  it.each(Object.entries(continuous))(
    "of %s in x and the first parameter are what the interpreter gives",
    (name, row) => {
      const total = ([x, first, ...rest]: readonly Tensor[]): Tensor => {
        const slope = gradient(
          (at: readonly Tensor[]) =>
            build(row, [at[1], ...rest])
              .logProb(at[0])
              .sum() as Scalar,
        )([x, first]);
        return slope.gradient[0].square().sum().add(slope.gradient[1].sin().sum());
      };
      const inputs = [real([row.points.length], row.points), ...parametersOf(row)];
      expectEnginesAgree(name, withSlopesIn(total, [0, 1]), inputs, { eager: false });
      expectDifferences(name, total, inputs, [0, 1], { tolerance: 1e-6 });
    },
  );
});
