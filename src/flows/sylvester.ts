import * as tf from "#tfjs";
import { checkCount, checkOptions } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { normal, split } from "../ops/random.ts";
import { coordinateFrame, type Frame, orthonormalised, reflectedFrame, spanFrame } from "../transforms/linear/frame.ts";
import { type SylvesterParameters, sylvesterMap } from "../transforms/sylvester.ts";
import { chain } from "./chain.ts";
import { type ConditionedParameters, conditioned } from "./conditioned.ts";
import type { Flow } from "./flow.ts";
import { plainRate } from "./guide.ts";
import { oneOf } from "./options.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

/** A layer's numbers; `directions` where its frame is learned, [rank, size], or the vectors of its reflections, [count, size]. */
export interface SylvesterLayer extends SylvesterParameters {
  readonly directions?: Tensor;
}

/** Where the frame of a layer comes from. */
interface FrameKind {
  /** Which options it takes. */
  readonly takes: readonly string[];
  rank(size: number, rank: number): number;
  init?(key: Key, shape: FrameShape): Tensor;
  frame(directions: Tensor | undefined, shape: FrameShape): Frame;
}

interface FrameShape {
  readonly size: number;
  readonly rank: number;
  readonly reflections: number;
  /** The number of the layer, from 0. */
  readonly layer: number;
}

export type SylvesterKind = "orthogonal" | "householder" | "triangular";

const frames: Readonly<Record<SylvesterKind, FrameKind>> = {
  orthogonal: {
    takes: ["rank"],
    rank: (size, rank) => Math.min(size, rank),
    init: (key, { rank, size }) => orthonormalised(normal(key, [rank, size])),
    frame: (directions) => spanFrame(directions as Tensor),
  },
  householder: {
    takes: ["rank", "reflections"],
    rank: (size, rank) => Math.min(size, rank),
    init: (key, { reflections, size }) => normal(key, [reflections, size]),
    frame: (directions, { rank }) => reflectedFrame(directions as Tensor, rank),
  },
  triangular: {
    takes: [],
    rank: (size) => size,
    frame: (_, { layer }) => coordinateFrame(layer % 2 === 1),
  },
};

const layerOf = (kind: FrameKind, shape: FrameShape): Flow<SylvesterLayer> => {
  const { rank } = shape;
  const square = (key: Key, scale: number): Tensor => normal(key, [rank, rank]).mul(scale / Math.sqrt(rank));
  return {
    init: (key) => {
      const [forOuter, forInner, forFrame] = split(key, 3);
      return {
        outer: square(forOuter, 0.1),
        inner: square(forInner, 1),
        bias: tf.zeros([rank]),
        ...(kind.init && { directions: kind.init(forFrame, shape) }),
      };
    },
    at: ({ directions, ...core }) => sylvesterMap(kind.frame(directions, shape), core),
  };
};

type Parameters = readonly SylvesterLayer[] | ConditionedParameters<readonly SylvesterLayer[]>;

export interface SylvesterOptions {
  /** "orthogonal" unless said. */
  readonly kind?: SylvesterKind;
  /** 4 unless said. */
  readonly layers?: number;
  /** Of "orthogonal" and "householder": how many directions a layer bends; 8 unless said, or the size where that is less. */
  readonly rank?: number;
  /** Of "householder": how many reflections make a frame; 8 unless said. */
  readonly reflections?: number;
}

/**
 * Sylvester flow: each layer is x + Q R tanh(R̃ Qᵀ x + b), planar layers side by side in `rank` directions that see each other through the
 * triangles R and R̃. Van den Berg, Hasenclever, Tomczak & Welling 2018. Draws and their log-determinants are formulas, of about 4 n · rank
 * products a layer; the inverse finds `rank` roots, one after another.
 *
 * - "orthogonal": Q is learned, made orthonormal to rounding by Cholesky factors (the paper iterates to 1e-6).
 * - "householder": Q is the first columns of a product of `reflections`.
 * - "triangular": Q is all coordinates, in their order and backwards by turns; `rank` is the size.
 *
 * @throws FluvialError on an unknown kind, on options the kind does not take, and unless counts are whole numbers from 1.
 */
export const sylvester = (options: SylvesterOptions = {}): FlowSpec<Sampler, Parameters> => {
  const { kind: given = "orthogonal", layers = 4, rank = 8, reflections = 8 } = options ?? {};
  const name = oneOf("sylvester: kind", given, Object.keys(frames) as SylvesterKind[]);
  const kind = frames[name];
  checkOptions(`sylvester of kind "${name}"`, options, ["kind", "layers", ...kind.takes]);
  const counts = { layers, rank, reflections };
  for (const [option, count] of Object.entries(counts)) checkCount(`sylvester: ${option}`, count);
  const taken = Object.fromEntries(Object.entries(counts).filter(([option]) => kind.takes.includes(option)));
  const layersOf = (size: number) =>
    range(layers).map((layer) => layerOf(kind, { size, rank: kind.rank(size, rank), reflections, layer }));
  return flowSpec<Parameters>({
    name: "sylvester",
    rate: plainRate,
    options: { kind: name, layers, ...taken },
    flow: (size, context = 0) => conditioned("sylvester", chain(layersOf(size)), context),
  });
};
