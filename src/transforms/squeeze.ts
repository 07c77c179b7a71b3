import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Bijection, Mapped } from "./transform.ts";

/** An image laid out in a vector row by row, pixel by pixel, the channels of a pixel together. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** The shape after a squeeze. @throws FluvialError where a height or a width is odd. */
export const squeezedShape = ([height, width, channels]: ImageShape): ImageShape => {
  if (height % 2 !== 0 || width % 2 !== 0)
    fail(`squeeze: expected an even height and width, got an image of shape ${showShape([height, width, channels])}`);
  return [height / 2, width / 2, 4 * channels];
};

/**
 * Blocks of 2 × 2 pixels to one pixel of four times as many channels: the upper left pixel's come first, then the upper right one's,
 * the lower left one's, the lower right one's. x [..., h·w·c] → [..., h·w·c], an image of shape [h/2, w/2, 4c]; log|det| = 0. Dinh,
 * Sohl-Dickstein & Bengio 2017, section 3.6.
 * @throws FluvialError where the height or the width is odd.
 */
export const squeezeMap = (image: ImageShape): Bijection => {
  const channels = image[2];
  const [rows, columns] = squeezedShape(image);
  const moved = (x: Tensor, from: readonly number[]): Mapped => ({
    // [row, half, column, half] ↔ [row, column, half, half]
    value: x
      .reshape([-1, ...from, channels])
      .transpose([0, 1, 3, 2, 4, 5])
      .reshape(x.shape),
    logDet: tf.zeros(x.shape.slice(0, -1)),
  });
  return {
    rank: 1,
    forward: (x) => moved(x, [rows, 2, columns, 2]),
    inverse: (y) => moved(y, [rows, columns, 2, 2]),
    domain: (shape) => shape,
  };
};
