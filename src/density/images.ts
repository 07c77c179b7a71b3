import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Rows } from "./samples.ts";

/** How the whole numbers of an image become real ones. */
export interface Images {
  /** How many values a pixel has, 0 … levels − 1: 256 unless said. */
  readonly levels?: number;
  /** How far pixels are moved from black and white before the logit, as a share of the range: 1e-6 unless said. */
  readonly epsilon?: number;
}

/** The same with nothing left open. */
export type ImageScale = Required<Images>;

/** @throws FluvialError on unknown options, fewer than two levels, or an ε that is not between 0 and 0.5. */
export const imageScale = (who: string, images: Images | true): ImageScale => {
  const given = images === true ? {} : images;
  checkOptions(`${who}: images`, given, ["levels", "epsilon"]);
  const { levels = 256, epsilon = 1e-6 } = given;
  checkCount(`${who}: images: levels`, levels, 2);
  if (!(epsilon > 0 && epsilon < 0.5)) fail(`${who}: images: epsilon must lie between 0 and 0.5, got ${epsilon}`);
  return { levels, epsilon };
};

/** @throws FluvialError unless every value is a whole number in 0 … levels − 1, naming row and column. */
export const checkPixels = (who: string, { size, values }: Rows, { levels }: ImageScale): void => {
  const at = values.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < levels));
  if (at >= 0)
    fail(
      `${who}: row ${Math.floor(at / size) + 1}, column ${(at % size) + 1} is ${values[at]}: pixels are whole numbers from 0 to ${levels - 1}; say images: { levels } where there are more or fewer`,
    );
};

/**
 * Bits per dimension from nats: −log p / (size · log 2). For log densities of images on their scale of whole numbers, such as 0 … 255, as
 * `fitDensity` with `images` gives them.
 * @param logProb nats of a row, or their mean. @param size numbers in a row.
 */
export const bitsPerDim = (logProb: number, size: number): number => -logProb / (size * Math.LN2);
