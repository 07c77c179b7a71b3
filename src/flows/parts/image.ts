import * as tf from "#tfjs";
import { checkCount, fail } from "../../core/check.ts";
import { range, showShape, sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { type ImageShape, squeezedShape, squeezeMap } from "../../transforms/squeeze.ts";
import type { Mapped } from "../../transforms/transform.ts";
import { chain } from "../chain.ts";
import type { Flow } from "../flow.ts";
import { invertedMap } from "../inverted.ts";
import { type Cut, multiscale } from "./multiscale.ts";
import { fixed } from "./reversal.ts";

/**
 * An image's shape as a user gives it.
 * @throws FluvialError unless it is three whole numbers from 1, and height and width can be halved once a level.
 */
export const imageShape = (who: string, image: readonly number[], levels: number): ImageShape => {
  if (!Array.isArray(image) || image.length !== 3)
    fail(`${who}: image: expected [height, width, channels], got ${JSON.stringify(image)}`);
  for (const length of image) checkCount(`${who}: image`, length);
  const [height, width, channels] = image;
  const pixels = 2 ** levels;
  if (height % pixels !== 0 || width % pixels !== 0)
    fail(
      `${who}: each level halves height and width, so that for levels = ${levels} both have to be multiples of ${pixels}; got an image of shape ${showShape(image)}. Pad the image, or take fewer levels`,
    );
  return [height, width, channels];
};

/** @throws FluvialError unless vectors of this size hold such an image. */
export const checkImageSize = (who: string, image: ImageShape, size: number): void => {
  if (size !== sizeOf(image))
    fail(`${who}: an image of shape ${showShape(image)} is a vector of size ${sizeOf(image)}, got one of size ${size}`);
};

/** A flow over vectors of channels, the same at every pixel of an image [..., h·w·c]: of a linear one, a 1 × 1 convolution. */
export const perPixel = <P>(flow: Flow<P>, [height, width, channels]: ImageShape): Flow<P> => {
  const pixels = (x: Tensor): Tensor => x.reshape([...x.shape.slice(0, -1), height * width, channels]);
  const whole = ({ value, logDet }: Mapped, x: Tensor): Mapped => ({
    value: value.reshape(x.shape),
    logDet: logDet.sum(-1),
  });
  return {
    init: flow.init,
    at: (params) => {
      const map = flow.at(params);
      return {
        rank: 1,
        forward: (x) => whole(map.forward(pixels(x)), x),
        inverse: (y) => whole(map.inverse(pixels(y)), y),
        domain: (shape) => shape,
      };
    },
    ...(flow.prepare && {
      prepare: (params, values, side) => flow.prepare?.(params, values.reshape([-1, channels]), side) ?? params,
    }),
  };
};

/** The first half of the channels leaves. */
const firstChannels = ([height, width, channels]: ImageShape): Cut => {
  const leaving = channels / 2;
  const size = height * width * leaving;
  const flat = (x: Tensor, batch: readonly number[]): Tensor => x.reshape([...batch, size]);
  const image = (x: Tensor): Tensor => x.reshape([-1, height * width, x.shape[x.rank - 1] / (height * width)]);
  return {
    leaving: size,
    staying: size,
    apart: (x) => {
      const batch = x.shape.slice(0, -1);
      const [gone, left] = tf.split(image(x), 2, -1);
      return [flat(gone, batch), flat(left, batch)];
    },
    together: (gone, left) => tf.concat([image(gone), image(left)], -1).reshape([...gone.shape.slice(0, -1), 2 * size]),
  };
};

/** What a level has before its squeeze and after it, seen from the data; layers in the order of the noise, as in `chain`. */
export interface LevelLayers {
  readonly fine: readonly Flow<unknown>[];
  readonly coarse: readonly Flow<unknown>[];
}

/**
 * A flow over images on several scales: at each, pixels are squeezed to channels, and between two of them the first half of the channels
 * leaves. Dinh, Sohl-Dickstein & Bengio 2017, section 3.6.
 */
export const imageLevels = (
  image: ImageShape,
  levels: number,
  layersFor: (fine: ImageShape, coarse: ImageShape) => LevelLayers,
): Flow<unknown> => {
  const scales = range(levels - 1).reduce<ImageShape[]>(
    (shapes) => {
      const [height, width, channels] = squeezedShape(shapes[shapes.length - 1]);
      return [...shapes, [height, width, channels / 2]];
    },
    [image],
  );
  const all = scales.map((shape) => {
    const coarse = squeezedShape(shape);
    const layers = layersFor(shape, coarse);
    const unsqueeze = fixed(invertedMap(squeezeMap(shape)));
    return { flow: chain<unknown>([...layers.coarse, unsqueeze, ...layers.fine]), cut: firstChannels(coarse) };
  });
  return multiscale(all.slice(0, -1), all[levels - 1].flow);
};
