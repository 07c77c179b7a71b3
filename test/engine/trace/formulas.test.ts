import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../../../src/core/tensor.ts";
import { gradient } from "../../../src/ops/gradient.ts";
import { distance } from "../../ops/regions.ts";
import { eagerly, int, type Result, real, traced, wave } from "./both.ts";

type Formula = (x: Tensor, y: Tensor) => unknown;

const flat = (x: Tensor): Tensor => x.reshape([-1]);
const image = (x: Tensor): tf.Tensor4D => x.reshape([1, 3, 4, 1]) as tf.Tensor4D;

/** Functions of tfjs that are made of several kernels. x and y are [3, 4]. */
const formulas: Readonly<Record<string, Formula>> = {
  norm: (x) => [tf.norm(x), tf.norm(x, 1, 0), tf.norm(x, Number.POSITIVE_INFINITY), x.euclideanNorm(1, true)],
  moments: (x) => {
    const { mean, variance } = tf.moments(x, 1, true);
    return [mean, variance];
  },
  logSumExp: (x) => [x.logSumExp(), x.logSumExp(0)],
  "absolute difference": (x, y) => tf.losses.absoluteDifference(x, y),
  "cosine distance": (x, y) => tf.losses.cosineDistance(x, y, 1),
  hinge: (x, y) => tf.losses.hingeLoss(y.greater(0).cast("float32"), x),
  huber: (x, y) => tf.losses.huberLoss(x, y),
  "log loss": (x, y) => tf.losses.logLoss(x.sigmoid(), y.sigmoid()),
  "mean squared error": (x, y) => tf.losses.meanSquaredError(x, y),
  "sigmoid cross-entropy": (x, y) => tf.losses.sigmoidCrossEntropy(x.sigmoid(), y),
  "softmax cross-entropy": (x, y) => tf.losses.softmaxCrossEntropy(x.softmax(), y),
  "log sigmoid": (x) => tf.logSigmoid(x),
  "band part": (x) => tf.linalg.bandPart(x, 1, 0),
  "Gram-Schmidt": (x) => tf.linalg.gramSchmidt(x as tf.Tensor2D),
  "LSTM cell": (x, y) =>
    tf.basicLSTMCell(
      tf.scalar(1),
      tf.concat([x, y], 0).slice([0, 0], [5, 4]) as tf.Tensor2D,
      tf.zeros([4]),
      x.slice([0, 0], [3, 4]) as tf.Tensor2D,
      x.slice([0, 0], [3, 1]) as tf.Tensor2D,
      y.slice([0, 0], [3, 1]) as tf.Tensor2D,
    ),
  "outer product": (x, y) => tf.outerProduct(flat(x) as tf.Tensor1D, flat(y) as tf.Tensor1D),
  pool: (x) => tf.pool(image(x), [2, 2], "avg", "same", [2, 2]),
  "dilated convolution": (x, y) =>
    tf.conv2d(image(x), y.reshape([3, 4, 1, 1]).slice(0, 2) as tf.Tensor4D, 1, "same", "NHWC", [2, 1]),
  "separable convolution": (x, y) =>
    tf.separableConv2d(
      image(x),
      y.slice([0, 0], [2, 2]).reshape([2, 2, 1, 1]) as tf.Tensor4D,
      tf.ones([1, 1, 1, 3]),
      1,
      "same",
    ),
  meshgrid: (x, y) => tf.meshgrid(flat(x), flat(y)),
  "squared hinge of a stack": (x, y) =>
    tf
      .stack([x, y], 1)
      .unstack(2)
      .map((part) => tf.relu(tf.sub(1, part)).square().mean()),
};

const inputs = [
  wave(3, 4),
  real(
    [3, 4],
    [...wave(12).values].map((v, i) => Math.cos(3 * v) + 0.05 * i),
  ),
];

const tolerance = 1e-13;

/** tfjs has no gradient of a kernel of theirs. */
const withoutTape: readonly string[] = ["band part", "dilated convolution"];

const width = 1e-5;
/** Of central differences of that width, for functions of order 1: h²/6 and ε/h, in double. */
const differenceError = 1e-9;

/** The gradient in x by central differences. */
const differences = (f: (inputs: Tensor[]) => Scalar): Result[] => {
  const [x, y] = inputs;
  const at = (i: number, by: number): number =>
    eagerly(f, [
      real(
        x.shape,
        [...x.values].map((v, j) => (i === j ? v + by : v)),
      ),
      y,
    ])[0].values[0];
  const values = [...x.values].map((_, i) => (at(i, width) - at(i, -width)) / (2 * width));
  return [{ dtype: "float32", shape: x.shape, values }];
};

describe("a formula of tfjs, traced", () => {
  for (const [name, formula] of Object.entries(formulas))
    it(`gives its value and its gradient: ${name}`, () => {
      const value = ([x, y]: Tensor[]): unknown => formula(x, y);
      expect(distance(traced(value, inputs), eagerly(value, inputs))).toBeLessThan(tolerance);
      const total = (x: Tensor, y: Tensor): Scalar =>
        tf.addN(([formula(x, y)].flat() as Tensor[]).map((part) => part.sin().sum())) as Scalar;
      const slope = ([x, y]: Tensor[]): Tensor => gradient((at: Tensor) => total(at, y))(x).gradient;
      const got = traced(slope, inputs);
      if (!withoutTape.includes(name)) expect(distance(got, eagerly(slope, inputs))).toBeLessThan(tolerance);
      else
        expect(
          distance(
            got,
            differences(([x, y]) => total(x, y)),
          ),
        ).toBeLessThan(differenceError);
    });

  it("gives its value: confusion matrix, one-hot accuracy, division by 0", () => {
    const f = ([a, b]: Tensor[]): unknown => [
      tf.math.confusionMatrix(a as tf.Tensor1D, b as tf.Tensor1D, 3),
      a.equal(b).mean(),
      tf.oneHot(a, 3).argMax(1),
      tf.divNoNan(a.add(1).cast("float32"), b.cast("float32")),
    ];
    const labels = [int([5], [0, 1, 2, 1, 0]), int([5], [0, 2, 2, 1, 1])];
    expect(distance(traced(f, labels), eagerly(f, labels))).toBeLessThan(tolerance);
  });
});
