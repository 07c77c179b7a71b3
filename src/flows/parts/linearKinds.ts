import * as tf from "#tfjs";
import type { Family } from "../../core/family.ts";
import type { Tensor } from "../../core/tensor.ts";
import { diagonalLinear } from "../../transforms/linear/diagonal.ts";
import type { Linear } from "../../transforms/linear/linear.ts";
import { randomOrder } from "../../transforms/linear/permutation.ts";
import { pluLinear } from "../../transforms/linear/plu.ts";
import { type TriangularParameters, triangularLinear } from "../../transforms/linear/triangular.ts";

/** Numbers of a linear map by name. */
type Weights = Readonly<Record<string, Tensor>>;

export interface LinearOptions {
  /** Of a triangle: whether it is the upper one; false unless said. */
  readonly upper?: boolean;
  /** Of a fixed permutation: the seed it is drawn from, 0 unless said. */
  readonly seed?: number;
}

const triangleStart = (size: number): TriangularParameters => ({
  logDiagonal: tf.zeros([size]),
  off: tf.zeros([size, size]),
});

type Kind<P> = (size: number, options: LinearOptions) => Family<P, Linear>;

const diagonal: Kind<{ readonly logScale: Tensor }> = (size) => ({
  init: () => ({ logScale: tf.zeros([size]) }),
  at: diagonalLinear,
});

const triangular: Kind<TriangularParameters> = (size, { upper = false }) => ({
  init: () => triangleStart(size),
  at: (parameters) => triangularLinear(parameters, !upper),
});

const plu: Kind<TriangularParameters> = (size, { seed = 0 }) => {
  const order = randomOrder(size, seed);
  return { init: () => triangleStart(size), at: (parameters) => pluLinear(parameters, order) };
};

const kinds = { diagonal, triangular, plu };

export type LinearKind = keyof typeof kinds;

/** Every kind of linear map by its name: where it starts, and what it makes of its numbers. */
export const linearKinds: Readonly<Record<LinearKind, Kind<Weights>>> = kinds as unknown as Readonly<
  Record<LinearKind, Kind<Weights>>
>;
