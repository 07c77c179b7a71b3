import { checkCount, checkOptions } from "../../core/check.ts";
import type { Density } from "../../core/density.ts";
import type { Activation } from "../../nn/activations.ts";
import type { ImageShape } from "../../transforms/squeeze.ts";
import type { Flow } from "../flow.ts";
import { activationNamed, widths } from "../options.ts";
import { closedFlowSpec, type FlowSpec } from "../spec.ts";
import { checkImageSize, imageLevels, imageShape, type LevelLayers } from "./image.ts";
import { halving } from "./multiscale.ts";

/** What flows of coupling layers take, be it over vectors or over images. */
export interface ScaleOptions {
  /** Layers on each scale. */
  readonly layers?: number;
  /** Widths of each network's hidden layers; [32] unless said. For images their channels, [32, 32] unless said. */
  readonly hidden?: number | readonly number[];
  /** Of the networks' units; "relu" unless said. */
  readonly activation?: Activation;
  /** Scales: between two of them half of the variables leave. 1 unless said. */
  readonly levels?: number;
  /** [height, width, channels], where vectors are images. */
  readonly image?: readonly [height: number, width: number, channels: number];
  /** Images: residual blocks in each network; none unless said. */
  readonly blocks?: number;
}

/** The options of one flow, checked, with their defaults. */
export interface Settings {
  readonly layers: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly levels: number;
}

export interface ImageSettings extends Settings {
  readonly image: ImageShape;
  readonly blocks: number;
}

/** What tells one flow from another. */
export interface ScaleParts {
  readonly name: string;
  /** Layers on each scale, of vectors and of images, unless said. */
  readonly layers: readonly [vectors: number, images: number];
  /** Options of its own over vectors, with their defaults. */
  readonly own?: Readonly<Record<string, unknown>>;
  readonly ofVectors: (settings: Settings, size: number, context: number) => Flow<unknown>;
  readonly ofImages: (settings: ImageSettings, fine: ImageShape, coarse: ImageShape, context: number) => LevelLayers;
}

const shared = ["layers", "hidden", "activation", "levels"];

const overVectors = (who: string, options: ScaleOptions, parts: ScaleParts): FlowSpec<Density> => {
  checkOptions(who, options, [...shared, ...Object.keys(parts.own ?? {}), "image"]);
  const { layers = parts.layers[0], levels = 1, hidden = 32, activation = "relu" } = options;
  checkCount(`${who}: layers`, layers);
  checkCount(`${who}: levels`, levels);
  const settings = {
    layers,
    hidden: widths(`${who}: hidden`, hidden),
    activation: activationNamed(who, activation),
    levels,
  };
  return closedFlowSpec<unknown>({
    name: parts.name,
    options: { ...settings, ...parts.own },
    flow: (size, context = 0) => halving(who, size, levels, (own) => parts.ofVectors(settings, own, context)),
  });
};

const overImages = (who: string, options: ScaleOptions, parts: ScaleParts): FlowSpec<Density> => {
  checkOptions(`${who} of images`, options, [...shared, "image", "blocks"]);
  const { layers = parts.layers[1], levels = 1, hidden = [32, 32], activation = "relu", blocks = 0 } = options;
  checkCount(`${who}: layers`, layers);
  checkCount(`${who}: levels`, levels);
  checkCount(`${who}: blocks`, blocks, 0);
  const image = imageShape(who, options.image ?? [], levels);
  const settings = {
    layers,
    hidden: widths(`${who}: hidden`, hidden, 1),
    activation: activationNamed(who, activation),
    levels,
    image,
    blocks,
  };
  return closedFlowSpec<unknown>({
    name: parts.name,
    options: settings,
    flow: (size, context = 0) => {
      checkImageSize(who, image, size);
      return imageLevels(image, levels, (fine, coarse) => parts.ofImages(settings, fine, coarse, context));
    },
  });
};

/**
 * A flow of coupling layers on scales: over vectors, or, with `image`, over images laid out in vectors row by row, pixel by pixel.
 * @throws FluvialError on unknown options; unless counts are whole numbers from 1; on an image that cannot be halved once a level; and,
 * of `flow`, for vectors that are not such an image or too short for so many levels.
 */
export const onScales = (who: string, options: ScaleOptions, parts: ScaleParts): FlowSpec<Density> =>
  (options?.image === undefined ? overVectors : overImages)(who, options, parts);
