import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import { fromHost, type Tensor } from "../../core/tensor.ts";
import { type ConvOptions, convNetwork, type Filter } from "../../nn/conv.ts";
import type { Monotone } from "../../transforms/monotone/monotone.ts";
import type { ImageShape } from "../../transforms/squeeze.ts";
import type { Mapped } from "../../transforms/transform.ts";
import { contextBeside } from "../context.ts";
import type { Flow } from "../flow.ts";
import { coupled, type Halves, headsOf } from "./halves.ts";

export interface ConvCouplingOptions extends Pick<ConvOptions, "hidden" | "blocks" | "activation"> {
  readonly image: ImageShape;
  readonly monotone: Monotone;
  /** The length of a context, which every pixel sees as further channels; none unless said. */
  readonly context?: number;
}

type Way = "forward" | "inverse";

/** How a layer maps an image [n, h, w, c], by a network that takes some of its channels; logDet for each element that moves. */
type ImageMap = (x: Tensor, way: Way, network: (seen: Tensor) => Tensor) => Mapped;

/** A coupling layer over images [..., h·w·c], its network a convolutional one. */
const imageCoupling = (
  { image, context = 0, monotone, ...network }: ConvCouplingOptions,
  seenChannels: number,
  movedChannels: number,
  map: ImageMap,
): Flow<readonly Filter[]> => {
  const [height, width, channels] = image;
  const outputs = movedChannels * monotone.start.length;
  const conv = convNetwork({ ...network, inputs: seenChannels + context, outputs });
  return {
    init: conv.init,
    at: (params, given = {}) => {
      const through = (x: Tensor, way: Way): Mapped => {
        const beside = contextBeside("coupling", x, given.context, context);
        const pixels = x.reshape([-1, height, width, channels]);
        const count = pixels.shape[0];
        const everywhere = beside?.reshape([count, 1, 1, context]).broadcastTo([count, height, width, context]);
        const { value, logDet } = map(pixels, way, (seen) =>
          conv.at(params)(everywhere ? tf.concat([seen, everywhere], -1) : seen),
        );
        return { value: value.reshape(x.shape), logDet: logDet.sum([1, 2, 3]).reshape(x.shape.slice(0, -1)) };
      };
      return {
        rank: 1,
        forward: (x) => through(x, "forward"),
        inverse: (y) => through(y, "inverse"),
        domain: (shape) => shape,
      };
    },
  };
};

/** Some channels move, as a network of the others says. Dinh, Sohl-Dickstein & Bengio 2017, figure 3, right. */
export const channelCoupling = (options: ConvCouplingOptions, halves: Halves): Flow<readonly Filter[]> =>
  imageCoupling(options, halves.kept, halves.moved, (x, way, network) =>
    coupled(x, way, halves, options.monotone, (still) => network(still as Tensor)),
  );

/** 1 at the pixels that stay, [1, height, width, 1]. */
const checkerboard = ([height, width]: ImageShape, parity: number): Tensor =>
  fromHost(
    range(height).flatMap((row) => range(width).map((column) => ((row + column) % 2 === parity ? 1 : 0))),
    [1, height, width, 1],
  );

/**
 * Every second pixel moves, as a network of the others says; `parity` 0 leaves the upper left one as it is, 1 moves it. Dinh,
 * Sohl-Dickstein & Bengio 2017, eq. 9 and figure 3, left.
 */
export const checkerboardCoupling = (options: ConvCouplingOptions, parity: 0 | 1): Flow<readonly Filter[]> => {
  const channels = options.image[2];
  return imageCoupling(options, channels, channels, (x, way, network) => {
    const mask = checkerboard(options.image, parity);
    const stays = mask.greater(0).broadcastTo(x.shape);
    const heads = headsOf(network(x.mul(mask)), channels, options.monotone.start);
    const { value, logDet } = options.monotone.at(heads)[way](x);
    return { value: tf.where(stays, x, value), logDet: tf.where(stays, tf.zerosLike(logDet), logDet) };
  });
};
