import * as tf from "#tfjs";
import { type HostKey, hostUniforms, type Key } from "../core/key.ts";
import { normalQuantile } from "../core/special/normal.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { normal } from "../ops/random.ts";
import type { Mode } from "./modes.ts";

/** Where a component of a mixture starts: position and standard deviations [size], and its weight up to a factor. */
export interface Place {
  readonly loc: Float64Array;
  readonly scale?: Float64Array;
  readonly logWeight: number;
}

/** Nats that a component's first weight lies below the largest at the most: what starts at nothing is not learned. */
const leastShare = 4;

/** Components at modes: each mode in turn, moved at random by a standard deviation where it is not the first there. */
export const placesAt = (modes: readonly Mode[], components: number, key: HostKey): Place[] => {
  const uniform = hostUniforms(key);
  const shares = modes.map((_, m) => Math.ceil((components - m) / modes.length));
  return Array.from({ length: components }, (_, k) => {
    const m = k % modes.length;
    const { position, scale, logMass } = modes[m];
    const loc = k < modes.length ? position : position.map((x, i) => x + scale[i] * normalQuantile(uniform()));
    const logWeight = Math.max(logMass - modes[0].logMass, -leastShare) - Math.log(shares[m]);
    return { loc, scale, logWeight };
  });
};

const isVector = (x: unknown, size: number): x is Tensor => x instanceof tf.Tensor && x.rank === 1 && x.size === size;

/** How guides call the logarithms of their standard deviations. */
const scales = ["logScale", "logDiagonal"];

/**
 * Fresh parameters of a guide moved to a place, where the guide has a location; at no place, moved at random. Guides call it `loc`, and the
 * logarithms of their scales `logScale` or `logDiagonal`, [size] each.
 */
export const placed = (params: unknown, size: number, place: Place | undefined, key: Key): unknown => {
  const own = params as Readonly<Record<string, unknown>>;
  if (!isVector(own?.loc, size)) return params;
  if (!place) return { ...own, loc: own.loc.add(normal(key, [size])) };
  const { loc, scale } = place;
  const moved = Object.entries(own).map(([name, value]) => {
    if (name === "loc") return [name, fromHost(loc, [size])];
    const wide = scale && scales.includes(name) && isVector(value, size);
    return [name, wide ? fromHost(scale.map(Math.log), [size]) : value];
  });
  return Object.fromEntries(moved);
};
