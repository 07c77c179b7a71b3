import { checkCount, checkOptions } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import { range } from "../core/shape.ts";
import type { Activation } from "../nn/activations.ts";
import { affineMonotone } from "../transforms/monotone/affine.ts";
import { chain } from "./chain.ts";
import type { Flow } from "./flow.ts";
import { activationNamed, oneOf, widths } from "./options.ts";
import { channelCoupling, checkerboardCoupling } from "./parts/convCoupling.ts";
import { couplings } from "./parts/coupling.ts";
import { alternating } from "./parts/halves.ts";
import { checkImageSize, imageLevels, imageShape } from "./parts/image.ts";
import { halving } from "./parts/multiscale.ts";
import { permutation } from "./parts/permutation.ts";
import { closedFlowSpec, type FlowSpec } from "./spec.ts";

export interface RealNvpOptions {
  /** Coupling layers on each scale, at least one, of an image twice as many; 6 unless said, for images 3. */
  readonly layers?: number;
  /** Widths of each network's hidden layers; [32] unless said. For images their channels, [32, 32] unless said. */
  readonly hidden?: number | readonly number[];
  /** Of the networks' units; "tanh" unless said, for images "relu". */
  readonly activation?: Activation;
  /** Scales: between two of them half of the variables leave. 1 unless said. */
  readonly levels?: number;
  /** Vectors: which coordinates move together, the first or last "half", or every second one, "alternate". "half" unless said. */
  readonly mask?: "half" | "alternate";
  /** [height, width, channels], where vectors are images. */
  readonly image?: readonly [height: number, width: number, channels: number];
  /** Images: residual blocks in each network; none unless said. */
  readonly blocks?: number;
}

const vectorOptions = ["layers", "hidden", "activation", "levels", "mask"];
const imageOptions = ["layers", "hidden", "activation", "levels", "image", "blocks"];

/** The coordinates 0, 2, 4, … first, and where each of them is to be found then. */
const evensFirst = (size: number): { readonly there: readonly number[]; readonly back: readonly number[] } => {
  const there = [0, 1].flatMap((parity) => range(size).filter((i) => i % 2 === parity));
  return { there, back: range(size).map((i) => there.indexOf(i)) };
};

const ofVectors = (options: RealNvpOptions): FlowSpec<Density> => {
  checkOptions("realNvp", options, vectorOptions);
  const { layers = 6, levels = 1 } = options;
  const hidden = widths("realNvp", options.hidden ?? 32);
  const activation = activationNamed("realNvp", options.activation ?? "tanh");
  const mask = oneOf("realNvp: mask", options.mask ?? "half", ["half", "alternate"]);
  checkCount("realNvp: layers", layers);
  checkCount("realNvp: levels", levels);
  return closedFlowSpec<unknown>({
    name: "real-nvp",
    options: { layers, hidden, activation, levels, mask },
    flow: (size, context = 0) =>
      halving("realNvp", size, levels, (own): Flow<unknown> => {
        const halves = couplings(layers, { size: own, hidden, monotone: affineMonotone, context, activation });
        if (mask === "half") return halves;
        const { there, back } = evensFirst(own);
        return chain<unknown>([permutation(own, there), halves, permutation(own, back)]);
      }),
  });
};

const ofImages = (options: RealNvpOptions): FlowSpec<Density> => {
  checkOptions("realNvp of images", options, imageOptions);
  const { layers = 3, levels = 1, blocks = 0 } = options;
  const hidden = widths("realNvp", options.hidden ?? [32, 32]);
  const activation = activationNamed("realNvp", options.activation ?? "relu");
  checkCount("realNvp: layers", layers);
  checkCount("realNvp: levels", levels);
  checkCount("realNvp: blocks", blocks, 0);
  const image = imageShape("realNvp", options.image ?? [], levels);
  return closedFlowSpec<unknown>({
    name: "real-nvp",
    options: { layers, hidden, activation, levels, image, blocks },
    flow: (size, context = 0) => {
      checkImageSize("realNvp", image, size);
      const common = { hidden, blocks, activation, context, monotone: affineMonotone };
      return imageLevels(image, levels, (fine, coarse) => ({
        fine: range(layers).map((i) => checkerboardCoupling({ ...common, image: fine }, i % 2 === 0 ? 0 : 1)),
        coarse: range(layers).map((i) => channelCoupling({ ...common, image: coarse }, alternating(coarse[2], i))),
      }));
    },
  });
};

/**
 * RealNVP: layers that scale and shift one half of the coordinates by what a network makes of the other, y = (x₁, x₂ e^{s(x₁)} + t(x₁)), the
 * halves in turn, s between ±4. One pass of each network either way. With `levels` above 1, half of the coordinates leave at each. Dinh,
 * Sohl-Dickstein & Bengio 2017, eq. 4–8 and section 3.6.
 *
 * With `image`, vectors are images, row by row, pixel by pixel: on each scale `layers` couplings of a checkerboard's fields, a squeeze of
 * 2 × 2 pixels to one, and `layers` couplings of channels, all by convolutional networks. (The paper ends in a scale of checkerboards
 * alone, and normalises batches, which these layers do not.)
 * @throws FluvialError on unknown options; unless counts are whole numbers from 1; on an image that cannot be halved once a level; and,
 * of `flow`, for vectors that are not such an image or too short for so many levels.
 */
export const realNvp = (options: RealNvpOptions = {}): FlowSpec<Density> =>
  (options?.image === undefined ? ofVectors : ofImages)(options);
