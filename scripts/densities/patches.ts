/** Patches of 3 × 3 grey pixels out of CIFAR-10, eight numbers each, in the manner of BSDS300: a real set whose density nobody knows. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { hostKey, type Points } from "fluvial";
import { hostUniforms } from "../../src/core/key.ts";

const side = 3;
const width = 32;
const record = 1 + 3 * width * width;

/** Where real data lie: FLUVIAL_DATA, or ../shared/data beside the project. */
const folder = (): string => join(resolve(process.env.FLUVIAL_DATA ?? "../shared/data"), "cifar10");

export const hasPatches = (): boolean => existsSync(join(folder(), "data_batch_1.bin.gz"));

/** Images as grey bytes: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601), to the nearest whole number. */
const greyImages = (file: string): Uint8Array[] => {
  const bytes = gunzipSync(readFileSync(join(folder(), file)));
  const pixels = width * width;
  return Array.from({ length: Math.floor(bytes.length / record) }, (_, image) => {
    const red = image * record + 1;
    return Uint8Array.from({ length: pixels }, (_, i) =>
      Math.round(0.299 * bytes[red + i] + 0.587 * bytes[red + pixels + i] + 0.114 * bytes[red + 2 * pixels + i]),
    );
  });
};

/**
 * `count` patches in turn from the images, each from a place drawn at random: uniform noise added to the bytes, over 256, their mean taken
 * off, the last pixel left out, since the others tell it (Papamakarios, Pavlakou & Murray 2017, section 5.1 and appendix D).
 */
const patchesOf = (images: readonly Uint8Array[], count: number, seed: number): Points => {
  const next = hostUniforms(hostKey(seed));
  const size = side * side - 1;
  const values = new Float64Array(count * size);
  for (let i = 0; i < count; i++) {
    const image = images[i % images.length];
    const [row, column] = [0, 0].map(() => Math.floor(next() * (width - side + 1)));
    const patch = Array.from({ length: side * side }, (_, p) => {
      const at = (row + Math.floor(p / side)) * width + column + (p % side);
      return (image[at] + next()) / 256;
    });
    const mean = patch.reduce((a, b) => a + b, 0) / patch.length;
    for (let p = 0; p < size; p++) values[i * size + p] = patch[p] - mean;
  }
  return { shape: [count, size], values };
};

/** Ten patches each. */
export const testImages = 1000;

/** No image is in two parts: 9,000 images to train on, 1,000 to watch training on, 1,000 of the test set to score. */
export const patches = (): { readonly training: Points; readonly validation: Points; readonly test: Points } => {
  const images = greyImages("data_batch_1.bin.gz");
  return {
    training: patchesOf(images.slice(0, 9000), 90_000, 11),
    validation: patchesOf(images.slice(9000), 4000, 12),
    test: patchesOf(greyImages("test_batch_first1000.bin.gz"), 10_000, 13),
  };
};
