import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { loop } from "../../src/ops/loop.ts";
import { map } from "../../src/ops/map.ts";
import { withGradient } from "../../src/ops/withGradient.ts";
import { real } from "../engine/trace/both.ts";
import { ways } from "./regions.ts";

interface State {
  readonly x: Tensor;
  readonly turns: Tensor;
}

/** Newton's steps to the cube root. */
const newton = (a: Tensor, most = 100): State =>
  loop<State>(
    {
      while: ({ x }) => x.pow(3).sub(a).abs().greater(a.abs().mul(1e-14)),
      step: ({ x, turns }) => ({
        turns: turns.add(tf.scalar(1, "int32")),
        x: x.mul(2).add(a.div(x.square())).div(3),
      }),
      most,
    },
    { x: tf.scalar(1), turns: tf.scalar(0, "int32") },
  );

/** With the gradient of the implicit function: 3 x² dx = da. */
const cubeRoot = withGradient(
  (a: Tensor) => newton(a).x,
  (g, a) => g.div(cubeRoot(a).square().mul(3)),
) as (a: Tensor) => Tensor;

describe.each(ways)("loop, %s", (_, run) => {
  it("goes on while it is told to", () => {
    const [x, turns] = run(([a]) => newton(a), [real([], [27])]);
    expect(Math.abs(x.values[0] - 3)).toBeLessThan(1e-14);
    expect(turns.values[0]).toBeGreaterThan(3);
    expect(turns.values[0]).toBeLessThan(12);
  });

  it("stops at the most, and before the first turn", () => {
    expect(run(([a]) => newton(a, 2).turns, [real([], [27])])[0].values).toEqual([2]);
    expect(run(([a]) => newton(a).turns, [real([], [1])])[0].values).toEqual([0]);
  });

  it("goes over draws, each as far as it must", () => {
    const [x, turns] = run(([a]) => map((one: Tensor) => newton(one), a), [real([3], [1, 8, 1000])]);
    for (const [i, want] of [1, 2, 10].entries()) expect(Math.abs(x.values[i] - want)).toBeLessThan(1e-13);
    expect(turns.values[0]).toBe(0);
    expect(turns.values[2]).toBeGreaterThan(turns.values[1]);
  });

  it("takes the gradient it is given, twice", () => {
    const first = ([a]: Tensor[]): Tensor => gradient((z: Tensor) => cubeRoot(z) as Scalar)(a).gradient;
    const second = ([a]: Tensor[]): Tensor =>
      gradient((z: Tensor) => gradient((y: Tensor) => cubeRoot(y) as Scalar)(z).gradient as Scalar)(a).gradient;
    expect(Math.abs(run(first, [real([], [8])])[0].values[0] - 1 / 12)).toBeLessThan(1e-15);
    expect(Math.abs(run(second, [real([], [8])])[0].values[0] + 2 / 9 / 32)).toBeLessThan(1e-15);
  });

  it("refuses states, conditions and options that do not fit", () => {
    const bad = (parts: object) => () => run(([x]) => loop(parts as never, { x }), [real([], [1])]);
    const yes = (): Tensor => tf.scalar(true, "bool");
    const same = (s: object): object => s;
    expect(bad({ while: yes, step: () => ({ x: tf.zeros([2]) }), most: 3 })).toThrow(
      'loop: state "x": expected float32 of shape a scalar as before, got float32 of shape [2]',
    );
    expect(bad({ while: () => tf.scalar(1), step: same, most: 3 })).toThrow("to give a bool scalar, got float32");
    expect(bad({ while: yes, step: same, most: 0 })).toThrow("loop: most: expected a whole number from 1, got 0");
    expect(bad({ while: yes, step: same, most: 3, max: 3 })).toThrow('loop: unknown option "max"');
  });
});

describe("a loop's own gradient", () => {
  const slope = ([a]: Tensor[]): Tensor => gradient((z: Tensor) => newton(z).x.mul(z) as Scalar)(a).gradient;

  it("is none in eager", () => {
    expect(Math.abs(ways[0][1](slope, [real([], [8])])[0].values[0] - 2)).toBeLessThan(1e-14);
  });

  it("is refused in a trace", () => {
    expect(() => ways[1][1](slope, [real([], [8])])).toThrow("withGradient");
  });
});
