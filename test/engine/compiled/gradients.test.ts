/** Gradients and maps of formulas, one in another, in both engines. */
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../../../src/core/tensor.ts";
import { gradient, gradientWith } from "../../../src/ops/gradient.ts";
import { map } from "../../../src/ops/map.ts";
import { normal, splitMany, uniform } from "../../../src/ops/random.ts";
import { exp, tanh } from "../../../src/ops/special.ts";
import { stopGradient } from "../../../src/ops/stopGradient.ts";
import { withGradient } from "../../../src/ops/withGradient.ts";
import { int, real, wave } from "../trace/both.ts";
import { expectEnginesAgree, type Formula } from "./agreement.ts";
import { withSlopesIn } from "./differences.ts";

/** a · exp(b), whose slope in b is told three times too large. */
const odd = withGradient(
  ({ a, b }: Readonly<Record<"a" | "b", Tensor>>) => a.mul(exp(b)),
  (g, { a, b }) => ({ a: g.mul(exp(b)), b: g.mul(a).mul(exp(b)).mul(3) }),
);

const scalarOf = (x: Tensor): Scalar => x.sum() as Scalar;

const formulas: Readonly<Record<string, readonly [Formula, ReturnType<typeof real>[]]>> = {
  "a tree with an unused leaf": [
    ([a, b, unused]) =>
      gradient((at: { a: Tensor; deep: readonly Tensor[] }) => scalarOf(at.a.square().mul(at.deep[0])))({
        a,
        deep: [b, unused],
      }),
    [wave(3), real([], [2]), wave(2, 2)],
  ],
  "a constant": [([x]) => gradient(() => tf.scalar(3) as Scalar)(x), [wave(3)]],
  "comparisons and choices": [
    ([x]) =>
      gradient((at: Tensor) =>
        scalarOf(tf.where(at.greater(0).logicalAnd(at.lessEqual(2).logicalNot()), at.square(), at.mul(-1))),
      )(x),
    [real([4], [-1, 2, 3, 0.5])],
  ],
  "a key among its inputs": [
    ([x, key]) =>
      gradient((at: { x: Tensor; key: Tensor }) => scalarOf(uniform(at.key as never, [3]).mul(at.x)))({ x, key }),
    [real([], [2]), int([2], [1, 2])],
  ],
  "a gradient of a gradient of a gradient": [
    ([x]) => {
      const first = (at: Tensor): Tensor => gradient((y: Tensor) => scalarOf(y.mul(exp(y)).sin()))(at).gradient;
      const second = (at: Tensor): Tensor => gradient((y: Tensor) => scalarOf(first(y)))(at).gradient;
      return gradient((y: Tensor) => scalarOf(second(y)))(x);
    },
    [wave(3)],
  ],
  "a gradient that closes over what it is taken at": [
    ([x]) => {
      const inner = (at: Tensor): Tensor => gradient((y: Tensor) => scalarOf(tanh(y.mul(at))))(at).gradient;
      return [inner(x), gradient((at: Tensor) => scalarOf(inner(at)))(x)];
    },
    [real([], [0.7])],
  ],
  "extras that a gradient around it goes through": [
    ([x]) =>
      gradient((at: Tensor) => {
        const { extra, gradient: slope } = gradientWith(
          (y: Tensor) => [scalarOf(y.square()), y.mul(y).mul(y)] as const,
        )(at);
        return scalarOf(extra.mul(slope));
      })(x),
    [wave(3)],
  ],
  "what is stopped": [
    ([x]) => gradient((at: Tensor) => scalarOf(at.mul(stopGradient(at.square())).add(stopGradient(at))))(x),
    [wave(3)],
  ],
  "a rule of one's own, twice": [
    ([a, b]) => {
      const first = (at: { a: Tensor; b: Tensor }) => gradient((z: typeof at) => scalarOf(odd(z)))(at).gradient;
      return gradient((at: { a: Tensor; b: Tensor }) => scalarOf(first(at).b.square()))({ a, b });
    },
    [wave(3), wave(3)],
  ],
  "tfjs's own gradients": [
    ([x, y]) => [tf.grad((at) => at.sin().mul(y))(x), ...tf.valueAndGrads((a, b) => a.mul(b).sum())([x, y]).grads],
    [wave(3), wave(3)],
  ],
};

describe.each(Object.entries(formulas))("the gradient of %s", (name, [f, inputs]) => {
  it.each(["f64", "f32"] as const)("is one in both engines, %s", (precision) => {
    const { undecided } = expectEnginesAgree(name, f, inputs, { precision });
    expect(undecided).toBe(0);
  });
});

describe.each([1, 2, 7])("map over %i draws", (count) => {
  const each =
    (shared: Tensor) =>
    ({ a, v, s }: Readonly<Record<"a" | "v" | "s", Tensor>>) => ({
      product: tf
        .matMul(a as tf.Tensor2D, v.mul(shared).expandDims(1) as tf.Tensor2D)
        .squeeze([1])
        .mul(s),
      more: [s.exp(), a.sum(), a.max(), v.cumsum(), shared],
      picked: a.gather(tf.tensor1d([1, 0, 1], "int32")),
      sorted: v.greater(s).cast("float32"),
    });
  const over = ([a, v, s, shared]: readonly Tensor[]): unknown => map(each(shared), { a, v, s });
  const inputs = [wave(count, 2, 2), wave(count, 2), wave(count), real([2], [0.5, -1.5])];

  it.each(["f64", "f32"] as const)("is one in both engines, with its slopes, %s", (precision) => {
    expectEnginesAgree("map", (given) => over(given), inputs, { precision });
    const total = (given: readonly Tensor[]): Tensor => {
      const { product, more, picked } = over(given) as ReturnType<ReturnType<typeof each>>;
      return tf.addN(
        [product, picked, ...more].map((x, i) =>
          x
            .mul(i + 1)
            .sin()
            .sum(),
        ),
      );
    };
    expectEnginesAgree("slopes of map", withSlopesIn(total, [0, 1, 2, 3]), inputs, { precision });
  });

  it("hands each draw a key of its own, and holds maps", () => {
    const noise: Formula = ([key]) => map((k: Tensor) => normal(k as never, [3]), splitMany(key as never, count));
    expectEnginesAgree("keys", noise, [int([2], [5, 6])]);
    const squares: Formula = ([x]) => map((row: Tensor) => map((v: Tensor) => v.mul(row.sum()), row), x);
    expectEnginesAgree("maps in a map", squares, [wave(count, 3)]);
    expectEnginesAgree("what does not change", ([x, c]) => map(() => c, x), [wave(count), real([], [4])]);
  });
});
