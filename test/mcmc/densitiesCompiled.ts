import * as tf from "#tfjs";
import type { Precision } from "../../src/core/double.ts";
import type { Scalar, Tensor } from "../../src/core/tensor.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import type { Gradient } from "../../src/engine/engine.ts";
import { deviance } from "../../src/ops/deviance.ts";

const compiled = <D>(logDensity: (z: Tensor, data: D) => Scalar, size: number, data: D, precision: Precision = "f64") =>
  compiledEngine(precision).gradient(logDensity, size, data);

/** Normals around data, heavy-tailed: something with data in it, and sums, products and logarithms. */
export const aroundData = (precision?: Precision): Gradient =>
  compiled(
    (z: Tensor, { y }: { readonly y: Tensor }) =>
      z.square().add(1).log().add(z.sub(y).square()).sum().mul(-0.5) as Scalar,
    4,
    { y: tf.tensor1d([1.5, -0.5, 2, 0.25]) },
    precision,
  );

/** A logistic regression of 60 rows: matrix products, which use relaxed SIMD where the host has it. */
export const logistic = (): Gradient =>
  compiled(
    (z: Tensor, { x, y }: { readonly x: tf.Tensor2D; readonly y: Tensor }) => {
      const score = x.dot(z);
      return score.mul(y).sub(score.softplus()).sum().sub(z.square().sum().mul(0.5)) as Scalar;
    },
    3,
    {
      x: tf.tensor2d(
        Array.from({ length: 180 }, (_, i) => Math.sin(i * i)),
        [60, 3],
      ),
      y: tf.tensor1d(Array.from({ length: 60 }, (_, i) => i % 2)),
    },
  );

/** Poisson counts with rate e^z, their deviance a function of the host. */
export const poisson = (): Gradient =>
  compiled(
    (z: Tensor, { y }: { readonly y: Tensor }) => deviance(y, z.exp()).sum().add(z.square().sum()).neg() as Scalar,
    3,
    { y: tf.tensor1d([3, 0, 7]) },
  );

/** A normal that is flat outside (−10, 10), where no step size is too long. */
export const flatOutside = (): Gradient =>
  compiled((z: Tensor) => z.clipByValue(-10, 10).square().sum().mul(-0.5) as Scalar, 1, {});

/** Two far modes: at 0 a standard normal, at (1000, 0) one a hundredth as wide in its second direction. */
export const wideAndNarrow = (): Gradient =>
  compiled(
    (z: Tensor) => {
      const [x, y] = [z.slice([0], [1]).sum(), z.slice([1], [1]).sum()];
      const isFar = x.greater(500);
      const fromMode = x.sub(tf.where(isFar, tf.scalar(1000), tf.scalar(0)));
      const scaled = y.mul(tf.where(isFar, tf.scalar(100), tf.scalar(1)));
      return fromMode.square().add(scaled.square()).mul(-0.5) as Scalar;
    },
    2,
    {},
  );
