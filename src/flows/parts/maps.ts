import { checkCount, checkOptions, checkPositive } from "../../core/check.ts";
import { affineMonotone } from "../../transforms/monotone/affine.ts";
import { leakyRelu } from "../../transforms/monotone/leakyRelu.ts";
import type { Monotone } from "../../transforms/monotone/monotone.ts";
import { piecewiseLinear } from "../../transforms/monotone/piecewiseLinear.ts";
import { rationalQuadratic } from "../../transforms/monotone/rationalQuadratic.ts";
import { sigmoidMixture } from "../../transforms/monotone/sigmoidMixture.ts";
import { sumOfSquares } from "../../transforms/monotone/sumOfSquares.ts";
import { checkBins, oneOf } from "../options.ts";

/** What maps of one coordinate may be told; each takes some of it. */
export interface MapOptions {
  /** Pieces of a spline or polygon: 8 unless said. */
  readonly bins?: number;
  /** Beyond ±bound a map goes straight on: 5 unless said. */
  readonly bound?: number;
  /** Sigmoids of a mixture: 8 unless said. */
  readonly units?: number;
  /** How many polynomials are squared and added: 2 unless said. */
  readonly polynomials?: number;
  /** Their degree: 3 unless said. */
  readonly degree?: number;
}

interface MapKind {
  /** The options that it takes. */
  readonly takes: readonly (keyof MapOptions)[];
  /** Whether its inverse is a formula. */
  readonly closed: boolean;
  make(options: Required<MapOptions>): Monotone;
}

export type MapName =
  | "affine"
  | "leaky-relu"
  | "piecewise-linear"
  | "rational-quadratic"
  | "sigmoid-mixture"
  | "sum-of-squares";

/** The maps whose inverse is a formula. */
export type ClosedMapName = Exclude<MapName, "sigmoid-mixture" | "sum-of-squares">;

/** The maps of one coordinate by name. */
export const maps: Readonly<Record<MapName, MapKind>> = {
  affine: { takes: [], closed: true, make: () => affineMonotone },
  "leaky-relu": { takes: [], closed: true, make: () => leakyRelu },
  "piecewise-linear": {
    takes: ["bins", "bound"],
    closed: true,
    make: ({ bins, bound }) => piecewiseLinear(bins, bound),
  },
  "rational-quadratic": {
    takes: ["bins", "bound"],
    closed: true,
    make: ({ bins, bound }) => rationalQuadratic(bins, bound),
  },
  "sigmoid-mixture": { takes: ["units"], closed: false, make: ({ units }) => sigmoidMixture(units) },
  "sum-of-squares": {
    takes: ["polynomials", "degree", "bound"],
    closed: false,
    make: ({ polynomials, degree, bound }) => sumOfSquares(polynomials, degree, bound),
  },
};

const defaults: Required<MapOptions> = { bins: 8, bound: 5, units: 8, polynomials: 2, degree: 3 };

/** A map made as its options say, and these with defaults filled in. */
export interface MadeMap {
  readonly monotone: Monotone;
  readonly closed: boolean;
  readonly options: Readonly<Record<string, number>>;
}

/**
 * The map of that name.
 * @throws FluvialError where there is none, on options that it does not take, and unless counts are whole numbers from 1 (bins from 2 to
 * 256) and the bound is above 0.
 */
export const mapNamed = (who: string, map: MapName, given: MapOptions): MadeMap => {
  const { takes, closed, make } = maps[oneOf(`${who}: map`, map, Object.keys(maps) as MapName[])];
  checkOptions(`${who} "${map}"`, given, takes);
  const all = { ...defaults, ...given };
  for (const name of takes)
    if (name === "bound") checkPositive(`${who}: bound`, all.bound);
    else if (name === "bins") checkBins(`${who}: bins`, all.bins);
    else checkCount(`${who}: ${name}`, all[name]);
  return { monotone: make(all), closed, options: Object.fromEntries(takes.map((name) => [name, all[name]])) };
};
