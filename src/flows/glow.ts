import { checkCount, checkOptions } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import { range } from "../core/shape.ts";
import type { Activation } from "../nn/activations.ts";
import { affineMonotone } from "../transforms/monotone/affine.ts";
import { chain } from "./chain.ts";
import type { Flow } from "./flow.ts";
import { activationNamed, widths } from "./options.ts";
import { actnorm } from "./parts/actnorm.ts";
import { channelCoupling } from "./parts/convCoupling.ts";
import { coupling } from "./parts/coupling.ts";
import { alternating } from "./parts/halves.ts";
import { checkImageSize, imageLevels, imageShape, perPixel } from "./parts/image.ts";
import { linearLayer } from "./parts/linear.ts";
import { halving } from "./parts/multiscale.ts";
import { closedFlowSpec, type FlowSpec } from "./spec.ts";

export interface GlowOptions {
  /** Steps on each scale, each of an actnorm, a linear layer and a coupling; 4 unless said. */
  readonly layers?: number;
  /** Widths of each network's hidden layers; [32] unless said. For images their channels, [32, 32] unless said. */
  readonly hidden?: number | readonly number[];
  /** Of the networks' units; "tanh" unless said, for images "relu". */
  readonly activation?: Activation;
  /** Scales: between two of them half of the variables leave. 1 unless said. */
  readonly levels?: number;
  /** [height, width, channels], where vectors are images. */
  readonly image?: readonly [height: number, width: number, channels: number];
  /** Images: residual blocks in each network; none unless said, as in the paper. */
  readonly blocks?: number;
}

const vectorOptions = ["layers", "hidden", "activation", "levels"];
const imageOptions = [...vectorOptions, "image", "blocks"];

/** Steps in the order of the noise: seen from the data, each is actnorm, linear, coupling. */
const steps = (layers: number, stepFor: (i: number) => readonly Flow<unknown>[]): readonly Flow<unknown>[] =>
  range(layers).flatMap(stepFor);

/** A random permutation at first, with a unit lower and an upper triangle at the identity. */
const mixing = (channels: number, seed: number) => linearLayer(channels, "plu", { shift: false, seed });

const ofVectors = (options: GlowOptions): FlowSpec<Density> => {
  checkOptions("glow", options, [...vectorOptions, "image"]);
  const { layers = 4, levels = 1 } = options;
  const hidden = widths("glow", options.hidden ?? 32);
  const activation = activationNamed("glow", options.activation ?? "tanh");
  checkCount("glow: layers", layers);
  checkCount("glow: levels", levels);
  const common = { hidden, activation, monotone: affineMonotone };
  return closedFlowSpec<unknown>({
    name: "glow",
    options: { layers, hidden, activation, levels },
    flow: (size, context = 0) =>
      halving("glow", size, levels, (own) =>
        chain(
          steps(layers, (i) => [
            coupling({ ...common, size: own, context, ...alternating(own, 0) }),
            mixing(own, i),
            actnorm(own),
          ]),
        ),
      ),
  });
};

const ofImages = (options: GlowOptions): FlowSpec<Density> => {
  checkOptions("glow", options, imageOptions);
  const { layers = 4, levels = 1, blocks = 0 } = options;
  const hidden = widths("glow", options.hidden ?? [32, 32]);
  const activation = activationNamed("glow", options.activation ?? "relu");
  checkCount("glow: layers", layers);
  checkCount("glow: levels", levels);
  checkCount("glow: blocks", blocks, 0);
  const image = imageShape("glow", options.image ?? [], levels);
  const common = { hidden, blocks, activation, monotone: affineMonotone };
  return closedFlowSpec<unknown>({
    name: "glow",
    options: { layers, hidden, activation, levels, image, blocks },
    flow: (size, context = 0) => {
      checkImageSize("glow", image, size);
      return imageLevels(image, levels, (_, squeezed) => ({
        coarse: steps(layers, (i) => [
          channelCoupling({ ...common, image: squeezed, context }, alternating(squeezed[2], 0)),
          perPixel(mixing(squeezed[2], i), squeezed),
          perPixel(actnorm(squeezed[2]), squeezed),
        ]),
        fine: [],
      }));
    },
  });
};

/**
 * Glow: steps of an activation normalisation, a linear layer by its PLU decomposition and an affine coupling (Kingma & Dhariwal 2018,
 * table 1). Fitted to data, the normalisations take their first numbers from them. One pass of each network and a triangular solve a step
 * either way; log-determinants of the linear layers are sums. With `levels` above 1, half of the coordinates leave at each.
 *
 * With `image`, vectors are images, row by row, pixel by pixel: on each scale a squeeze of 2 × 2 pixels to one, then `layers` steps in which
 * the linear layer is a 1 × 1 convolution and the coupling one of channels, by a convolutional network. (Halves that leave are taken for
 * standard noise, not scaled by a network of those that stay.)
 * @throws FluvialError on unknown options; unless counts are whole numbers from 1; on an image that cannot be halved once a level; and,
 * of `flow`, for vectors that are not such an image or too short for so many levels.
 */
export const glow = (options: GlowOptions = {}): FlowSpec<Density> =>
  (options?.image === undefined ? ofVectors : ofImages)(options);
