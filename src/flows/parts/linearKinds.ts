import * as tf from "#tfjs";
import type { Family } from "../../core/family.ts";
import { hostKey, type Key } from "../../core/key.ts";
import { shuffledPlaces } from "../../core/shuffled.ts";
import type { Tensor } from "../../core/tensor.ts";
import { normal, split } from "../../ops/random.ts";
import { cayleyLinear, type RotationParameters } from "../../transforms/linear/cayley.ts";
import { type DiagonalParameters, diagonalLinear } from "../../transforms/linear/diagonal.ts";
import { type ExponentialParameters, exponentialLinear, rotationLinear } from "../../transforms/linear/exponential.ts";
import { fullLinear, type MatrixParameters } from "../../transforms/linear/full.ts";
import { type HouseholderParameters, householderLinear } from "../../transforms/linear/householder.ts";
import type { Linear } from "../../transforms/linear/linear.ts";
import { pluLinear } from "../../transforms/linear/plu.ts";
import { qrLinear } from "../../transforms/linear/qr.ts";
import { type ScoreParameters, sortedLinear } from "../../transforms/linear/softSort.ts";
import { type TriangularParameters, triangularLinear } from "../../transforms/linear/triangular.ts";

/** Numbers of a linear map by name. */
type Weights = Readonly<Record<string, Tensor>>;

export interface LinearOptions {
  /** Of a triangle: whether it is the upper one; false unless said. */
  readonly upper?: boolean;
  /** Of a fixed permutation: the seed it is drawn from, 0 unless said. */
  readonly seed?: number;
  /** How many reflections: the greatest even number up to the size unless said, which make every rotation. */
  readonly reflections?: number;
  /** Of a learned permutation: how soft the sorting is that its gradient comes from, in units of the scores; 1 unless said. */
  readonly temperature?: number;
}

const triangleStart = (size: number): TriangularParameters => ({
  logDiagonal: tf.zeros([size]),
  off: tf.zeros([size, size]),
});

/** Reflections that undo each other, from the middle outwards; with an odd count, all but the one in the middle. */
const reflectionStart = (key: Key, count: number, size: number): Tensor => {
  const [forPairs, forMiddle] = split(key, 2);
  const pairs = normal(forPairs, [Math.floor(count / 2), size]);
  const middle = count % 2 === 1 ? [normal(forMiddle, [1, size])] : [];
  return count === 1 ? middle[0] : tf.concat([pairs, ...middle, pairs.reverse(0)], 0);
};

/** Even, so that they can begin at the identity; and enough for every rotation. */
const allRotations = (size: number): number => Math.max(2, 2 * Math.floor(size / 2));

type Kind<P> = (size: number, options: LinearOptions) => Family<P, Linear>;

const diagonal: Kind<DiagonalParameters> = (size) => ({
  init: () => ({ logScale: tf.zeros([size]) }),
  at: diagonalLinear,
});

const triangular: Kind<TriangularParameters> = (size, { upper = false }) => ({
  init: () => triangleStart(size),
  at: (parameters) => triangularLinear(parameters, !upper),
});

const plu: Kind<TriangularParameters> = (size, { seed = 0 }) => {
  const order = shuffledPlaces(hostKey(seed), size);
  return { init: () => triangleStart(size), at: (parameters) => pluLinear(parameters, order) };
};

const householder: Kind<HouseholderParameters> = (size, { reflections = allRotations(size) }) => ({
  init: (key) => ({ vectors: reflectionStart(key, reflections, size) }),
  at: householderLinear,
});

const qr: Kind<TriangularParameters & HouseholderParameters> = (size, { reflections = allRotations(size) }) => ({
  init: (key) => ({ ...triangleStart(size), vectors: reflectionStart(key, reflections, size) }),
  at: qrLinear,
});

const permutation: Kind<ScoreParameters> = (size, { temperature = 1 }) => ({
  init: (key) => ({ scores: normal(key, [size]) }),
  at: (parameters) => sortedLinear(parameters, temperature),
});

const square = <N extends string>(
  name: N,
  at: (parameters: { readonly [_ in N]: Tensor }) => Linear,
): Kind<{ readonly [_ in N]: Tensor }> => {
  return (size) => ({ init: () => ({ [name]: tf.zeros([size, size]) }) as { readonly [_ in N]: Tensor }, at });
};

const kind = <P>(made: Kind<P>): Kind<Weights> => made as unknown as Kind<Weights>;

export type LinearKind =
  | "diagonal"
  | "triangular"
  | "plu"
  | "qr"
  | "householder"
  | "cayley"
  | "rotation"
  | "exponential"
  | "full"
  | "permutation";

/** Every kind of linear map by its name: where it starts, and what it makes of its numbers. */
export const linearKinds: Readonly<Record<LinearKind, Kind<Weights>>> = {
  diagonal: kind(diagonal),
  triangular: kind(triangular),
  plu: kind(plu),
  qr: kind(qr),
  householder: kind(householder),
  cayley: kind(square<keyof RotationParameters>("off", cayleyLinear)),
  rotation: kind(square<keyof RotationParameters>("off", rotationLinear)),
  exponential: kind(square<keyof ExponentialParameters>("generator", exponentialLinear)),
  permutation: kind(permutation),
  full: kind(square<keyof MatrixParameters>("off", fullLinear)),
};
