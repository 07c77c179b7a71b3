import type { Density } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { affineMonotone } from "../transforms/monotone/affine.ts";
import { chain } from "./chain.ts";
import { oneOf } from "./options.ts";
import { channelCoupling, checkerboardCoupling } from "./parts/convCoupling.ts";
import { couplings } from "./parts/coupling.ts";
import { alternating } from "./parts/halves.ts";
import { onScales, type ScaleOptions } from "./parts/onScales.ts";
import { permutation } from "./parts/permutation.ts";
import type { FlowSpec } from "./spec.ts";

export interface RealNvpOptions extends ScaleOptions {
  /** Coupling layers on each scale; 6 unless said. Of images: of pixels, and as many of channels; 3 each unless said. */
  readonly layers?: number;
  /** Vectors: which coordinates move together, the first or last "half", or every second one, "alternate". "half" unless said. */
  readonly mask?: "half" | "alternate";
}

/** The coordinates 1, 3, 5, … before 0, 2, 4, …: where each comes from, and where it goes. */
const oddsFirst = (size: number): readonly [from: readonly number[], to: readonly number[]] => {
  const from = [1, 0].flatMap((parity) => range(size).filter((i) => i % 2 === parity));
  return [from, range(size).map((i) => from.indexOf(i))];
};

/**
 * RealNVP: layers that scale and shift one half of the coordinates by what a network makes of the other, y = (x₁, x₂ e^{s(x₁)} + t(x₁)),
 * the halves in turn, s between ±4. One pass of each network either way; log|det| is the sum of s. With `levels` above 1, half of the
 * coordinates leave at each. Dinh, Sohl-Dickstein & Bengio 2017, eq. 4–8 and section 3.6.
 *
 * With `image`, vectors are images, row by row, pixel by pixel: on each scale, seen from the data, `layers` couplings of a checkerboard's
 * fields, a squeeze of 2 × 2 pixels to one, and `layers` couplings of channels, all by convolutional networks. (The paper's last scale
 * has checkerboards alone, and its layers normalise batches.)
 * @throws FluvialError on unknown options; unless counts are whole numbers from 1; on an image that cannot be halved once a level; and,
 * of `flow`, for vectors that are not such an image or too short for so many levels.
 */
export const realNvp = (options: RealNvpOptions = {}): FlowSpec<Density> => {
  const mask = oneOf("realNvp: mask", options?.mask ?? "half", ["half", "alternate"]);
  return onScales("realNvp", options, {
    name: "real-nvp",
    layers: [6, 3],
    own: { mask },
    ofVectors: ({ layers, hidden, activation }, size, context) => {
      const halves = couplings(layers, { size, hidden, activation, context, monotone: affineMonotone });
      const [from, to] = oddsFirst(size);
      return mask === "half" ? halves : chain<unknown>([permutation(size, from), halves, permutation(size, to)]);
    },
    ofImages: ({ layers, hidden, activation, blocks }, fine, coarse, context) => {
      const network = { hidden, activation, blocks, context, monotone: affineMonotone };
      return {
        fine: range(layers).map((i) => checkerboardCoupling({ ...network, image: fine }, i % 2 === 0 ? 0 : 1)),
        coarse: range(layers).map((i) => channelCoupling({ ...network, image: coarse }, alternating(coarse[2], i))),
      };
    },
  });
};
