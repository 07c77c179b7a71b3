import type { Density } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { affineMonotone } from "../transforms/monotone/affine.ts";
import { chain } from "./chain.ts";
import type { Flow } from "./flow.ts";
import { inverted } from "./inverted.ts";
import { actnorm } from "./parts/actnorm.ts";
import { channelCoupling } from "./parts/convCoupling.ts";
import { coupling } from "./parts/coupling.ts";
import { alternating } from "./parts/halves.ts";
import { perPixel } from "./parts/image.ts";
import { linearLayer } from "./parts/linear.ts";
import { onScales, type ScaleOptions } from "./parts/onScales.ts";
import type { FlowSpec } from "./spec.ts";

export interface GlowOptions extends ScaleOptions {
  /** Steps on each scale, each of an actnorm, a linear layer and a coupling; 4 unless said. */
  readonly layers?: number;
}

/** P L U on the way from the data, a random permutation at first: a product that way, two triangular solves on the way of the noise. */
const mixing = (size: number, seed: number) => inverted(linearLayer(size, "plu", { shift: false, seed }));

/** Steps in the order of the noise: seen from the data, each is actnorm, linear layer, coupling. */
const steps = (layers: number, step: (i: number) => readonly Flow<unknown>[]): readonly Flow<unknown>[] =>
  range(layers).flatMap(step);

/**
 * Glow: steps of an activation normalisation, a linear layer by its PLU decomposition and an affine coupling (Kingma & Dhariwal 2018,
 * table 1). Fitted to data, the normalisations take their first numbers from them. One pass of each network a step either way, and a
 * product with a matrix on the way from the data, triangular solves on the way to them; log|det| is a sum. With `levels` above 1, half of
 * the coordinates leave at each.
 *
 * With `image`, vectors are images, row by row, pixel by pixel: on each scale, seen from the data, a squeeze of 2 × 2 pixels to one, then
 * `layers` steps whose linear layer is a 1 × 1 convolution and whose coupling one of channels, by a convolutional network. (Halves that
 * leave are taken for standard noise as they are, not scaled by a network of those that stay.)
 * @throws FluvialError on unknown options; unless counts are whole numbers from 1; on an image that cannot be halved once a level; and,
 * of `flow`, for vectors that are not such an image or too short for so many levels.
 */
export const glow = (options: GlowOptions = {}): FlowSpec<Density> =>
  onScales("glow", options, {
    name: "glow",
    layers: [4, 4],
    ofVectors: ({ layers, hidden, activation }, size, context) =>
      chain(
        steps(layers, (i) => [
          coupling({ size, hidden, activation, context, monotone: affineMonotone, ...alternating(size, 0) }),
          mixing(size, i),
          actnorm(size),
        ]),
      ),
    ofImages: ({ layers, hidden, activation, blocks }, _, image, context) => ({
      coarse: steps(layers, (i) => [
        channelCoupling(
          { image, hidden, activation, blocks, context, monotone: affineMonotone },
          alternating(image[2], 0),
        ),
        perPixel(mixing(image[2], i), image),
        perPixel(actnorm(image[2]), image),
      ]),
      fine: [],
    }),
  });
